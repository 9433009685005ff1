import { median } from '../harness/result.js';
import { type ComponentName, componentNames, type Ratios } from './measure.js';

/**
 * By how many percent a ratio may be above the baseline. Measured on a machine whose two cores four others shared:
 * whole series scatter by 12 % from the least (the total) and 20 % (decode), upwards, since contention is not quite
 * the same burden for both sides; the least of several series by 5 %. A slow-down by 20 % lies beyond.
 */
export const limitPercent: Readonly<Record<ComponentName, number>> = {
  decode: 20,
  aggregate: 18,
  encode: 20,
  total: 12,
};

/** For each component the least of the series: noise adds time, it takes none away. */
export function leastRatios(series: readonly Ratios[]): Ratios {
  return perComponent(name => Math.min(...series.map(ratios => ratios[name])));
}

export function medianRatios(series: readonly Ratios[]): Ratios {
  return perComponent(name => median(series.map(ratios => ratios[name])) ?? Number.NaN);
}

function perComponent(value: (name: ComponentName) => number): Ratios {
  return Object.fromEntries(componentNames.map(name => [name, value(name)])) as Record<ComponentName, number>;
}

export interface Change {
  readonly name: ComponentName;
  /** Percent by which the measured ratio is above the baseline; negative: it is faster. */
  readonly percent: number;
  readonly isTooSlow: boolean;
}

export function compare(measured: Ratios, baseline: Ratios): Change[] {
  return componentNames.map(name => {
    const percent = (measured[name] / baseline[name] - 1) * 100;
    // Not a number is no pass.
    return { name, percent, isTooSlow: !(percent <= limitPercent[name]) };
  });
}

export function isPass(changes: readonly Change[]): boolean {
  return changes.every(change => !change.isTooSlow);
}
