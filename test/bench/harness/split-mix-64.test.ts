import { describe, expect, it } from 'vitest';
import { SplitMix64 } from '../../../bench/harness/split-mix-64.js';

const mask = (1n << 64n) - 1n;

/** The same generator from its definition, in BigInt. */
function reference(seed: number): () => bigint {
  let state = BigInt(seed);
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return z ^ (z >> 31n);
  };
}

describe('SplitMix64', () => {
  it.each([0, 42, 2 ** 32 - 1, 2 ** 53 - 1])('draws what 64-bit integers draw, from seed %d', seed => {
    const random = new SplitMix64(seed);
    const want = reference(seed);
    for (let i = 0; i < 2000; i++) {
      const draw = want();
      if (i % 2 === 0) expect(random.fraction()).toBe(Number(draw >> 11n) * 2 ** -53);
      else expect(random.remainder(1_000_000)).toBe(Number(draw % 1_000_000n));
    }
  });
});
