import { expect, it } from 'vitest';
import { normalQuantile, portableExp, portableLn } from '../../../src/source/portable-math.js';

it.each([1e-300, 0.1, 0.5, 0.75, 1, 1.5, 2, 10, 12345.678, 1e300])('ln %d', x => {
  expect(Math.abs(portableLn(x) - Math.log(x))).toBeLessThanOrEqual(
    4e-16 * Math.max(1, Math.abs(Math.log(x))),
  );
});

it.each([-700, -20, -1, 0, 0.3, 1, 10, 700])('exp %d', x => {
  expect(Math.abs(portableExp(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
});

it.each([
  [0.5, 0],
  [0.8413447460685429, 1],
  [0.0013498980316300933, -3],
  [0.9999, 3.719016485455709],
])('normal quantile of %d', (p, z) => {
  expect(normalQuantile(p)).toBeCloseTo(z, 7);
});
