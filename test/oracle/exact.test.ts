import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactMean, exactRoundedRatio, exactSum, exactVariance, ulpsBetween } from './exact.js';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('exactRoundedRatio', () => {
  it('divides like the processor, where numerator and denominator are doubles', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1 }), (numerator, denominator) => {
        expect(exactRoundedRatio(BigInt(numerator), BigInt(denominator))).toBe(numerator / denominator + 0);
      }),
    );
  });

  it('rounds halves to even, at every border', () => {
    const one = 2n ** 53n;
    expect(exactRoundedRatio(one + 1n, 1n)).toBe(2 ** 53);
    expect(exactRoundedRatio(one + 3n, 1n)).toBe(2 ** 53 + 4);
    expect(exactRoundedRatio(2n * one - 1n, 1n)).toBe(2 ** 54);
    expect(exactRoundedRatio(-(one + 1n), 1n)).toBe(-(2 ** 53));
    expect(exactRoundedRatio(1n, 2n ** 1075n)).toBe(0);
    expect(exactRoundedRatio(-1n, 2n ** 1075n)).toBe(0);
    expect(exactRoundedRatio(3n, 2n ** 1075n)).toBe(2 * Number.MIN_VALUE);
    expect(exactRoundedRatio(2n ** 1075n + 1n, 2n ** 2150n)).toBe(Number.MIN_VALUE);
    const past = 2n ** 1024n - 2n ** 970n;
    expect(exactRoundedRatio(past - 1n, 1n)).toBe(Number.MAX_VALUE);
    expect(exactRoundedRatio(past, 1n)).toBe(Infinity);
    expect(exactRoundedRatio(-past, 1n)).toBe(-Infinity);
  });
});

describe('exactSum', () => {
  it('is the identity of one value and the addition of two, except for -0', () => {
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        expect(exactSum([a])).toBe(a + 0);
        expect(exactSum([a, b])).toBe(a + b + 0);
      }),
      { numRuns: 500 },
    );
  });

  it('adds integers as integers', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), values => {
        const sum = values.reduce((total, value) => total + BigInt(value), 0n);
        expect(exactSum(values)).toBe(Number(sum));
      }),
    );
  });

  it('keeps what cancellation hides', () => {
    expect(exactSum([])).toBe(0);
    expect(exactSum([-0, -0])).toBe(0);
    expect(exactSum([1e308, 1e308, -1e308])).toBe(1e308);
    expect(exactSum([1e308, 1e308])).toBe(Infinity);
    expect(exactSum([1e308, 5e-324, -1e308])).toBe(5e-324);
    expect(exactSum([2 ** 53, 1, 1])).toBe(2 ** 53 + 2);
    expect(exactSum([2 ** 53, 1])).toBe(2 ** 53);
    expect(exactSum([0.1, 0.2, 0.3])).toBe(0.6);
  });

  it('refuses what is not finite', () => {
    expect(() => exactSum([1, NaN])).toThrow(RangeError);
  });
});

describe('exactMean', () => {
  it('is finite where the sum is not', () => {
    expect(exactMean([1e308, 1e308, 1e308])).toBe(1e308);
    expect(exactMean([Number.MAX_VALUE, -Number.MAX_VALUE])).toBe(0);
    expect(exactMean([1, 2])).toBe(1.5);
    expect(exactMean([5e-324, 0])).toBe(0);
    expect(exactMean([5e-324, 5e-324, 0])).toBe(5e-324);
    expect(exactMean([1, 1, 0])).toBe(2 / 3);
  });
});

describe('exactVariance', () => {
  it('is right by hand', () => {
    expect(exactVariance([7])).toBe(0);
    expect(exactVariance([2, 4, 4, 4, 5, 5, 7, 9])).toBe(4);
    expect(exactVariance([1, 2])).toBe(0.25);
    expect(exactVariance([2 ** 53 - 1, 2 ** 53 - 3])).toBe(1);
    expect(exactVariance([1, 0, 0])).toBe(2 / 9);
    expect(exactVariance([1e200, -1e200])).toBe(Infinity);
    expect(exactVariance([1e200, 1e200])).toBe(0);
    expect(exactVariance([5e-324, 0])).toBe(0);
  });

  it('is that of integers, times n squared', () => {
    const small = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(small, values => {
        const n = values.length;
        const sum = values.reduce((a, b) => a + b, 0);
        const squares = values.reduce((a, b) => a + b * b, 0);
        expect(exactVariance(values)).toBe((n * squares - sum * sum) / (n * n));
      }),
    );
  });
});

describe('ulpsBetween', () => {
  it('counts doubles, across zero and powers of two', () => {
    expect(ulpsBetween(1, 1)).toBe(0);
    expect(ulpsBetween(0, -0)).toBe(0);
    expect(ulpsBetween(1, 1 + Number.EPSILON)).toBe(1);
    expect(ulpsBetween(1 - Number.EPSILON / 2, 1 + Number.EPSILON)).toBe(2);
    expect(ulpsBetween(5e-324, -5e-324)).toBe(2);
  });
});
