import { expect, it } from 'vitest';
import type { GeneratorOptions } from '../../../src/source/generator.js';
import { GeneratorSource } from '../../../src/source/generator-source.js';

const options: GeneratorOptions = {
  events: Number.POSITIVE_INFINITY,
  entities: 10,
  seed: 1,
  skew: { kind: 'uniform' },
  disorderMs: 0,
  ratePerSecond: 1000,
  startMs: 1_700_000_000_000,
};

function linesIn(target: Uint8Array, bytes: number): number {
  return Buffer.from(target.subarray(0, bytes)).toString().split('\n').length - 1;
}

it('gives whole lines as fast as they are taken, and ends after the last', async () => {
  const source = new GeneratorSource({ ...options, events: 100 }, 0);
  const target = new Uint8Array(1000);
  let lines = 0;
  for (let read = source.read(target); read !== 0; read = source.read(target)) {
    expect(read).toBeTypeOf('number');
    expect(target[(read as number) - 1]).toBe(0x0a);
    lines += linesIn(target, read as number);
  }
  expect(lines).toBe(100);
  expect(await source.read(target)).toBe(0);
  // The generator stamps its own events: none of them is ahead.
  expect(source.publishTimeMs).toBe(Number.POSITIVE_INFINITY);
});

it('keeps to its rate by the wall clock', async () => {
  const startedAt = performance.now();
  const source = new GeneratorSource({ ...options, events: 300 }, 1000);
  const target = new Uint8Array(1 << 16);
  let lines = 0;
  let reads = 0;
  for (let read = await source.read(target); read !== 0; read = await source.read(target)) {
    lines += linesIn(target, read);
    reads++;
    expect(lines).toBeLessThanOrEqual(performance.now() - startedAt + 2);
  }
  expect(lines).toBe(300);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(298);
  expect(reads).toBeLessThan(20);
});

it('gives less than one event a second too, and ends a wait when it is closed', async () => {
  const source = new GeneratorSource(options, 0.1);
  const waiting = Promise.resolve(source.read(new Uint8Array(1000))).then(() => 'read');
  source.close();
  expect(source.read(new Uint8Array(1000))).toBe(0);
  // What waits stays pending, and holds no timer that would keep the process.
  expect(await Promise.race([waiting, new Promise(resolve => setTimeout(resolve, 50, 'pending'))])).toBe(
    'pending',
  );
});
