/** A small seeded generator, so that a test that failed can be run again: `MILLRACE_SEED=<printed seed> npx vitest`. */
export interface SeededRandom {
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform integer in [0, n); n up to 2^53. */
  int(n: number): number;
  /** Uniform in [0, 2^32). */
  uint32(): number;
}

/** The seed of this run: `MILLRACE_SEED`, or else `fallback`. Print it in the message of every failure. */
export function seedOfRun(fallback = 20_240_229): number {
  const text = process.env.MILLRACE_SEED;
  if (text === undefined || text === '') return fallback;
  const seed = Number(text);
  if (!Number.isSafeInteger(seed)) throw new Error(`MILLRACE_SEED must be an integer, but is "${text}"`);
  return seed;
}

/** xoshiro128** (Blackman and Vigna, 2018), its state filled by splitmix32 from the seed's low and high halves. */
export function seededRandom(seed: number): SeededRandom {
  let mix = (seed | 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85eb_ca6b);
  const splitmix = (): number => {
    mix = (mix + 0x9e37_79b9) | 0;
    let z = Math.imul(mix ^ (mix >>> 16), 0x21f0_aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
    return z ^ (z >>> 15);
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let d = splitmix() | 1;
  const uint32 = (): number => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const next = (): number => (uint32() * 2 ** 21 + (uint32() >>> 11)) * 2 ** -53;
  return { next, int: n => Math.floor(next() * n), uint32 };
}
