import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { findCheckout } from '../../../bench/harness/checkout.js';
import { RingInOneThread } from '../../../bench/micro/rings.js';

const built = pathToFileURL(join(findCheckout(), 'dist', 'bench', 'micro', 'micro.js')).href;
const script = `
  const { benchMicro } = await import(${JSON.stringify(built)});
  const section = await benchMicro({ timeMs: 5, users: 100, events: 1024, scanRounds: 1 });
  console.log(JSON.stringify(section.table.rows.map(([name]) => name)));`;

it('runs small, from the numbers to the rings', () => {
  // As built: the worker thread of the ring is reached by its file.
  const args = ['--input-type=module', '-e', script];
  const names = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as string[];
  for (const name of [
    'parse 17 digits',
    'scan + decode',
    'encode',
    'ring, one thread',
    'ring, to a worker and back',
  ]) {
    expect(names).toContain(name);
  }
});

it('hands chunks round more often than the ring has slots', () => {
  const ring = new RingInOneThread();
  expect(() => ring.run(100)).not.toThrow();
});
