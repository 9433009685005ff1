import type { FeatureView } from '../../native-free-core/feature-view.js';
import { parseFeatureView } from '../../src/view/parse-feature-view.js';
import type { Workload } from './dataset.js';

/** What the engine is asked for: a workload of the peers, or the built-in view with another window. */
export type ViewName = Workload | 'count-sum-1m' | 'count-sum-60m';

const head = 'entity: userId\ntimestamp_field: timestamp\naggregations:\n';

function countSum(window: string): string {
  return (
    `feature_view: count_sum_${window}\n${head}` +
    `  - { name: c, function: count, time_window: ${window} }\n` +
    `  - { name: s, function: sum, column: amount, time_window: ${window} }\n`
  );
}

const fiveFunctions = [
  ['c', 'count'],
  ['s', 'sum'],
  ['mn', 'min'],
  ['mx', 'max'],
  ['av', 'avg'],
] as const;

function threeWindows(): string {
  const lines = ['1m', '10m', '1h'].flatMap(window =>
    fiveFunctions.map(
      ([name, f]) =>
        `  - { name: ${name}${window}, function: ${f}, ${f === 'count' ? '' : 'column: amount, '}time_window: ${window} }\n`,
    ),
  );
  return `feature_view: three_windows\n${head}${lines.join('')}`;
}

const texts: Readonly<Record<ViewName, string>> = {
  'count-sum': countSum('10m'),
  'count-sum-1m': countSum('1m'),
  'count-sum-60m': countSum('60m'),
  'three-windows': threeWindows(),
};

/** The view; the names of its features begin with the letters of `Answer`: c, s, mn, mx, av. */
export function benchView(name: ViewName): FeatureView {
  const parsed = parseFeatureView(texts[name], name);
  if (!parsed.ok) throw new Error(`expected the view ${name} to be valid: ${parsed.problems[0].message}`);
  return parsed.view;
}
