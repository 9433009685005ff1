import { describe, expect, it } from 'vitest';
import {
  addToSquares,
  addToSum,
  clearSum,
  isPlainSquares,
  readSum,
  varianceOf,
} from '../../../native-free-core/aggregate/moments.js';
import { add, exactSum, exactVariance, multiply, roundToDouble, toRational } from '../../oracle/exact.js';
import { randomValue } from '../../oracle/random-stream.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();

function exactSquares(values: readonly number[]): number {
  return roundToDouble(values.map(toRational).reduce((sum, x) => add(sum, multiply(x, x)), toRational(0)));
}

describe('running sums', () => {
  it('are the exact ones, rounded, whenever they say that they are certain', () => {
    let certain = 0;
    let uncertain = 0;
    for (let round = 0; round < 120; round++) {
      const random = seededRandom(seed + round);
      const kind = (['cents', 'digits17', 'extreme', 'alternating'] as const)[round % 4];
      const values = Float64Array.from({ length: 200 }, () => randomValue(random, kind));
      const f64 = new Float64Array(6);
      const f32 = new Float32Array(2);
      let from = 0;
      for (let to = 1; to <= values.length; to++) {
        const all = Float64Array.of(...f64, ...values);
        addToSum(all, f32, 0, 0, 6 + to - 1, 1, 1, 1);
        addToSquares(all, f32, 2, 1, 6 + to - 1, 1, 1, 1);
        const leaving = random.int(3) === 0 ? random.int(to - from) : 0;
        addToSum(all, f32, 0, 0, 6 + from, leaving, 1, -1);
        addToSquares(all, f32, 2, 1, 6 + from, leaving, 1, -1);
        from += leaving;
        f64.set(all.subarray(0, 6));
        const window = [...values.subarray(from, to)];
        const where = `seed ${seed + round}, ${kind}, ${from} to ${to}`;
        if (readSum(f64, f32, 0, 0, f64, 4) === 1) {
          certain++;
          expect(f64[4], where).toBe(exactSum(window));
        } else uncertain++;
        if (readSum(f64, f32, 2, 1, f64, 5) === 1) expect(f64[5], where).toBe(exactSquares(window));
      }
    }
    expect(certain).toBeGreaterThan(10_000);
    expect(uncertain).toBeGreaterThan(100);
  });

  it('are nothing after clearing', () => {
    const f64 = Float64Array.of(Number.NaN, Number.NaN, 0);
    const f32 = Float32Array.of(Number.NaN);
    clearSum(f64, f32, 0, 0);
    expect(readSum(f64, f32, 0, 0, f64, 2)).toBe(1);
    expect(f64[2]).toBe(0);
  });

  it('are uncertain for ever once a sum has overflown on the way', () => {
    const f64 = Float64Array.of(0, 0, 0, 1e308, 1e308, 1e308);
    const f32 = new Float32Array(1);
    addToSum(f64, f32, 0, 0, 3, 3, 1, 1);
    addToSum(f64, f32, 0, 0, 3, 3, 1, -1);
    expect(readSum(f64, f32, 0, 0, f64, 2)).toBe(0);
  });
});

describe('varianceOf', () => {
  it('is within 1e-15 of the greatest square, and 0 for equal values', () => {
    for (let round = 0; round < 300; round++) {
      const random = seededRandom(seed + round);
      const offset = [0, 1, 1e3, 1e8][random.int(4)];
      const n = 1 + random.int(50);
      const values = Array.from({ length: n }, () => offset + (random.int(9) === 0 ? 0 : random.next()));
      const cells = Float64Array.of(exactSum(values), exactSquares(values), 0);
      varianceOf(cells, 0, n, cells, 2);
      const greatest = Math.max(...values.map(Math.abs)) ** 2;
      expect(Math.abs(cells[2] - exactVariance(values)), `seed ${seed + round}`).toBeLessThanOrEqual(
        1e-15 * greatest,
      );
      const equal = Array(n).fill(values[0]) as number[];
      const same = Float64Array.of(exactSum(equal), exactSquares(equal), 0);
      varianceOf(same, 0, n, same, 2);
      expect(same[2], `seed ${seed + round}`).toBe(0);
    }
  });

  it('knows which squares it can take', () => {
    const plain = (square: number): boolean => isPlainSquares(Float64Array.of(square), 0);
    expect([0, 1, 1e-200, 1e200].map(plain)).toEqual([true, true, true, true]);
    expect([5e-324, 1e-290, 1e290, Infinity, NaN].map(plain)).toEqual([false, false, false, false, false]);
  });
});
