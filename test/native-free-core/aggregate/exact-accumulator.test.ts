import { describe, expect, it } from 'vitest';
import {
  accumulatorDoubles,
  addSquares,
  addValues,
  clearAccumulator,
  roundSum,
  sumExponent,
} from '../../../native-free-core/aggregate/exact-accumulator.js';
import { add, exactSum, multiply, type Rational, roundToDouble, toRational } from '../../oracle/exact.js';
import { randomValue } from '../../oracle/random-stream.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();
/** The accumulator does not lie at 0: nothing outside of it may be touched. */
const base = 3;
const guard = 12.5;

function accumulator(): Float64Array {
  const cells = new Float64Array(base + accumulatorDoubles + 1).fill(guard);
  clearAccumulator(cells, base);
  return cells;
}

function rounded(cells: Float64Array, scale = 0): number {
  const out = new Float64Array(1);
  roundSum(cells, base, scale, out, 0);
  expect([cells[base - 1], cells[base + accumulatorDoubles]]).toEqual([guard, guard]);
  return out[0];
}

function sumOf(values: readonly number[], scale = 0): number {
  const cells = accumulator();
  addValues(cells, base, Float64Array.from(values), 0, values.length, 1, 1);
  return rounded(cells, scale);
}

function squareSum(values: readonly number[]): Rational {
  return values.map(toRational).reduce((sum, x) => add(sum, multiply(x, x)), toRational(0));
}

function squaresOf(values: readonly number[], scale = 0): number {
  const cells = accumulator();
  addSquares(cells, base, Float64Array.from(values), 0, values.length, 1, 1);
  return rounded(cells, scale);
}

/** A double with any bits that is finite. */
function anyDouble(random: SeededRandom): number {
  const bits = Int32Array.of(random.uint32() | 0, random.uint32() | 0);
  const value = new Float64Array(bits.buffer)[0];
  return Number.isFinite(value) ? value : anyDouble(random);
}

describe('the exact accumulator', () => {
  it('rounds sums of any doubles once, to nearest, ties to even', () => {
    for (let round = 0; round < 400; round++) {
      const random = seededRandom(seed + round);
      const kind = (['cents', 'digits17', 'extreme', 'alternating'] as const)[round % 4];
      const draw = round % 5 === 0 ? anyDouble : (from: SeededRandom) => randomValue(from, kind);
      const values = Array.from({ length: 1 + random.int(40) }, () => draw(random));
      expect(sumOf(values), `seed ${seed + round}`).toBe(exactSum(values));
      expect(squaresOf(values), `seed ${seed + round}`).toBe(roundToDouble(squareSum(values)));
    }
  });

  it('knows ties, denormals, cancellation and the greatest double', () => {
    const cases = [
      [2 ** 53, 1],
      [2 ** 53, 1, 2 ** -1074],
      [2 ** 53 + 2, 1],
      [-(2 ** 53), -1],
      [1e308, 1e308, -1e308],
      [Number.MAX_VALUE, Number.MAX_VALUE],
      [Number.MAX_VALUE, 2 ** 969],
      [Number.MAX_VALUE, 2 ** 970],
      [-Number.MAX_VALUE, -(2 ** 970)],
      [5e-324, 5e-324, -5e-324],
      [2.2250738585072014e-308, -5e-324],
      [1, -1],
      [1e300, 1e-300, -1e300],
      [0],
    ];
    for (const values of cases) expect(sumOf(values), String(values)).toBe(exactSum(values));
  });

  it('takes values out again and keeps no residue', () => {
    const random = seededRandom(seed);
    const values = Float64Array.from({ length: 500 }, () => anyDouble(random));
    const cells = accumulator();
    addValues(cells, base, values, 0, 500, 1, 1);
    addSquares(cells, base, values, 0, 500, 1, 1);
    addValues(cells, base, values, 0, 500, 1, -1);
    expect(rounded(cells)).toBe(roundToDouble(squareSum([...values])));
    addSquares(cells, base, values, 0, 499, 1, -1);
    addSquares(cells, base, values, 499, 1, 1, -1);
    expect(rounded(cells)).toBe(0);
    expect(sumExponent(cells, base)).toBe(-4000);
  });

  it('reads with a step', () => {
    const cells = accumulator();
    addValues(cells, base, Float64Array.of(9, 1, 9, 9, 2, 9, 9, 3), 1, 3, 3, 1);
    expect(rounded(cells)).toBe(6);
  });

  it('scales before it rounds, and tells the exponent', () => {
    expect(sumOf([Number.MAX_VALUE, Number.MAX_VALUE], 64)).toBe(Number.MAX_VALUE * 2 ** -63);
    expect(squaresOf([3e200], 1400)).toBe(
      roundToDouble(multiply(squareSum([3e200]), { numerator: 1n, denominator: 1n << 1400n })),
    );
    expect(squaresOf([3e-200], -1400)).toBe(
      roundToDouble(multiply(squareSum([3e-200]), { numerator: 1n << 1400n, denominator: 1n })),
    );
    for (const [value, exponent] of [
      [1, 0],
      [1.99, 0],
      [2, 1],
      [-0.5, -1],
      [5e-324, -1074],
      [Number.MAX_VALUE, 1023],
    ]) {
      const cells = accumulator();
      addValues(cells, base, Float64Array.of(value), 0, 1, 1, 1);
      expect(sumExponent(cells, base), String(value)).toBe(exponent);
    }
  });

  it('holds more additions than fit into its limbs before they are normalised', () => {
    const n = 2 ** 19 + 1000;
    const values = new Float64Array(n).fill(Number.MAX_VALUE);
    const cells = accumulator();
    addValues(cells, base, values, 0, n, 1, -1);
    addValues(cells, base, values, 0, n - 1, 1, 1);
    expect(rounded(cells)).toBe(-Number.MAX_VALUE);
    addSquares(cells, base, new Float64Array(n).fill(5e-324), 0, n, 1, 1);
    expect(rounded(cells)).toBe(-Number.MAX_VALUE);
    addValues(cells, base, values, 0, 1, 1, 1);
    expect(sumExponent(cells, base)).toBe(-2148 + 19);
  });
});
