import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildPeer, type Recipe } from '../../../bench/peers/build-cache.js';
import type { PeerSite } from '../../../bench/peers/peer.js';

let folder: string;
let site: PeerSite;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-build-'));
  site = { sources: join(folder, 'sources'), cache: join(folder, 'cache') };
  mkdirSync(join(folder, 'sources', 'tiny', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'sources', 'tiny', 'deep', 'main.txt'), 'one');
  chmodSync(join(folder, 'sources', 'tiny', 'deep', 'main.txt'), 0o444);
});
afterEach(() => rmSync(folder, { recursive: true }));

function recipe(script: string, rest: Partial<Recipe> = {}): Recipe {
  return { folder: 'tiny', tools: ['bash'], steps: [{ file: 'bash', args: ['-c', script] }], ...rest };
}

const countBuilds = 'echo x >> built-times && echo two >> deep/main.txt';

describe('buildPeer', () => {
  it('builds a writable copy once, and again when a source has changed', async () => {
    const built = String(await buildPeer(site, recipe(countBuilds)));
    expect(await buildPeer(site, recipe(countBuilds))).toBe(built);
    expect(readFileSync(join(built, 'built-times'), 'utf8')).toBe('x\n');
    expect(readFileSync(join(built, 'deep', 'main.txt'), 'utf8')).toBe('onetwo\n');

    writeFileSync(join(folder, 'sources', 'tiny', 'new.txt'), 'three');
    const again = String(await buildPeer(site, recipe(countBuilds)));
    expect(again).not.toBe(built);
    expect(existsSync(join(again, 'new.txt'))).toBe(true);
  });

  it('tells what a failed build said, and tries again the next time', async () => {
    const failing = recipe('echo x >> ../times; echo no such flag >&2; exit 1');
    for (let i = 0; i < 2; i++) {
      expect(await buildPeer(site, failing)).toMatchObject({
        skipped: expect.stringMatching(/^bash failed to build it: no such flag/),
      });
    }
    expect(readFileSync(join(site.cache, 'peers', 'times'), 'utf8')).toBe('x\nx\n');
  });

  it('tells what is missing', async () => {
    const tools = ['bash', 'no-such-tool-of-millrace'];
    expect(await buildPeer(site, recipe('true', { tools }))).toEqual({
      skipped: 'no no-such-tool-of-millrace on this machine',
    });
    expect(await buildPeer(site, recipe('true', { folder: 'none' }))).toEqual({
      skipped: 'the peers have no folder none',
    });
    expect(await buildPeer({ ...site, sources: null }, recipe('true'))).toEqual({
      skipped: 'the sources of the peers are not here (MILLRACE_PEERS)',
    });
  });
});
