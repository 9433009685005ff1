import { expect, it } from 'vitest';
import { compare, isPass, leastRatios } from '../../../bench/gate/decide.js';
import { componentNames, measureSeries, type Ratios, seriesVersion } from '../../../bench/gate/measure.js';
import { runSeries } from '../../../bench/gate/run-series.js';
import { findCheckout } from '../../../bench/harness/checkout.js';

const tiny = { rounds: 1, warmRounds: 0, users: 200, events: 2048, slowPercent: 0 };

it('measures a tiny series, its answers checked', () => {
  const series = measureSeries(tiny);
  expect(series.version).toBe(seriesVersion);
  for (const name of componentNames) expect(series.ratios[name]).toBeGreaterThan(0);
  expect(Object.keys(series.nsPerEvent)).toEqual(['decode', 'aggregate', 'encode']);
});

it('runs as a process', async () => {
  expect((await runSeries(findCheckout(), tiny)).version).toBe(seriesVersion);
});

// Half a minute, and it wants a core for itself: in the long run only.
it.runIf(process.env.MILLRACE_LONG === '1')(
  'tells a hot path that does a fifth of its work twice from an unchanged one',
  async () => {
    const whole = { rounds: 7, warmRounds: 4, users: 100_000, events: 1 << 16 };
    const [same, again, slow]: Ratios[][] = [[], [], []];
    for (let i = 0; i < 3; i++) {
      same.push((await runSeries(findCheckout(), { ...whole, slowPercent: 0 })).ratios);
      slow.push((await runSeries(findCheckout(), { ...whole, slowPercent: 20 })).ratios);
      again.push((await runSeries(findCheckout(), { ...whole, slowPercent: 0 })).ratios);
    }
    expect(isPass(compare(leastRatios(again), leastRatios(same)))).toBe(true);
    expect(isPass(compare(leastRatios(slow), leastRatios(same)))).toBe(false);
  },
  300_000,
);
