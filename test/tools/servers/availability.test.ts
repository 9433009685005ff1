import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../../tools/servers/free-ports.js';
import { findJava, javaMajor } from '../../../tools/servers/java.js';
import { findProgram } from '../../../tools/servers/programs.js';
import { signToken } from '../../../tools/servers/pulsar-credentials.js';
import { findDistribution } from '../../../tools/servers/pulsar-distribution.js';
import { unavailable } from '../../../tools/servers/unavailable.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-servers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

describe('what cannot be had', () => {
  it('is a reason, and a failure where it is required', () => {
    expect(unavailable('pulsar', 'no java', {})).toEqual({ skipped: 'no java' });
    expect(unavailable('pulsar', 'no java', { MILLRACE_REQUIRE: 'consul' })).toEqual({ skipped: 'no java' });
    const required = { MILLRACE_REQUIRE: 'consul, pulsar' };
    expect(() => unavailable('pulsar', 'no java', required)).toThrow(
      'pulsar is required (MILLRACE_REQUIRE): no java',
    );
  });

  it('names a missing, an old and a broken Java', async () => {
    const env = { PATH: folder };
    expect(await findJava('pulsar', env)).toEqual({ skipped: 'no java on this machine' });
    program('java', 'exit 1');
    expect(await findJava('pulsar', env)).toEqual({ skipped: `${join(folder, 'java')} does not run` });
    program('java', `echo 'openjdk version "11.0.2" 2019' >&2`);
    expect(await findJava('pulsar', env)).toEqual({ skipped: 'needs Java 17 or newer; this is 11' });
    program('java', `echo 'openjdk version "21" 2023' >&2`);
    expect(await findJava('pulsar', env)).toBe(join(folder, 'java'));
  });

  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_402"', 8],
    ['openjdk version "25-ea"', 25],
    ['what', 0],
  ])('reads %s', (text, major) => {
    expect(javaMajor(text)).toBe(major);
  });
});

describe('the broker distribution', () => {
  const env = (): NodeJS.ProcessEnv => ({
    PATH: folder,
    HOME: folder,
    MILLRACE_CACHE: join(folder, 'cache'),
  });
  const fetched = (name: string): string => join(folder, 'cache', name);

  it('cannot be had without Maven, or when Maven fails, and says so', async () => {
    expect(await findDistribution(env(), folder)).toEqual({
      skipped: 'no Maven (mvn) to fetch the Pulsar broker with',
    });
    program('mvn', 'echo "[ERROR] no route to anywhere"; exit 1');
    expect(await findDistribution(env(), folder)).toMatchObject({
      skipped: expect.stringContaining('no route to anywhere'),
    });
  });

  it('is unpacked once it was fetched, and found again', async () => {
    for (const name of ['tar', 'gzip', 'sh', 'mkdir', 'cp'])
      symlinkSync(findProgram(name) as string, join(folder, name));
    const archive = 'pulsar-server-distribution-4.0.8-bin.tar.gz';
    program('mvn', `mkdir top && echo jar > top/lib && tar -czf ${archive} top`);
    expect(await findDistribution(env(), folder)).toBe(fetched('pulsar-4.0.8'));
    program('mvn', 'exit 1');
    expect(await findDistribution(env(), folder)).toBe(fetched('pulsar-4.0.8'));
  });
});

it('finds distinct ports below the ones that outgoing connections take', async () => {
  const ports = await findFreePorts(12);
  expect(new Set(ports).size).toBe(12);
  expect(ports.every(port => port >= 20_000 && port < 32_000)).toBe(true);
});

it('signs a token as the specification has it (RFC 7515), with and without an end', () => {
  const secret = Buffer.alloc(32, 1).toString('base64');
  const [head, claims] = signToken(secret, 'admin', 7)
    .split('.')
    .map(part => Buffer.from(part, 'base64url').toString());
  expect([head, claims]).toEqual(['{"alg":"HS256"}', '{"sub":"admin","exp":7}']);
  expect(signToken(secret, 'admin')).not.toBe(signToken(secret, 'user'));
});
