import { describe, expect, it } from 'vitest';
import { compare, isPass, leastRatios, limitPercent, medianRatios } from '../../../bench/gate/decide.js';
import { componentNames, type Ratios } from '../../../bench/gate/measure.js';

const baseline: Ratios = { decode: 2, aggregate: 3, encode: 2.5, total: 2.6 };

function scaled(factor: number): Ratios {
  return {
    decode: baseline.decode * factor,
    aggregate: baseline.aggregate * factor,
    encode: baseline.encode * factor,
    total: baseline.total * factor,
  };
}

describe('the decision', () => {
  it('passes what is as fast or faster, and a little noise', () => {
    for (const factor of [0.5, 1, 1.08]) expect(isPass(compare(scaled(factor), baseline))).toBe(true);
  });

  it('fails a hot path that is slower by 20 %, even where its least series is 5 % under the truth', () => {
    expect(isPass(compare(scaled(1.2), baseline))).toBe(false);
    expect(isPass(compare(scaled(1.2 * 0.95), baseline))).toBe(false);
  });

  it.each(componentNames)('fails on %s alone', name => {
    const slow = { ...baseline, [name]: baseline[name] * (1.01 + limitPercent[name] / 100) };
    expect(compare(slow, baseline).filter(change => change.isTooSlow)).toMatchObject([{ name }]);
  });

  it('takes what is no number for a failure', () => {
    expect(isPass(compare({ ...baseline, total: Number.NaN }, baseline))).toBe(false);
  });

  it('takes the least or the median for each component', () => {
    const series = [scaled(1.1), scaled(1), scaled(1.3)];
    expect(leastRatios(series)).toEqual(scaled(1));
    expect(medianRatios(series)).toEqual(scaled(1.1));
  });
});
