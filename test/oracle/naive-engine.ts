import type { Aggregation, FeatureView, FunctionName } from '../../native-free-core/feature-view.js';
import type { ReasonName } from '../../native-free-core/reasons.js';
import {
  add,
  exactMean,
  exactSum,
  exactVariance,
  isLess,
  multiply,
  negate,
  type Rational,
  toRational,
  ulpsBetween,
  varianceOf,
} from './exact.js';

export interface OracleEvent {
  readonly key: string;
  /** The state shard. */
  readonly lane: number;
  readonly timestamp: number;
  readonly columns: readonly number[];
}

export interface OracleResult {
  readonly reason: ReasonName;
  /** One a feature of the view, `null` where JSON has no number for it; empty unless accepted. */
  readonly features: readonly (number | null)[];
  /** For each feature the column's values in its window, in order of time, ties by arrival. */
  readonly windows: readonly (readonly number[])[];
}

/**
 * DESIGN section 2, items 1, 2, 4 and 5, from the definition: every event is kept for ever, and every feature is
 * computed anew from the events in its window. Knows neither forgetting nor panes nor capacity.
 */
export class NaiveEngine {
  readonly #view: FeatureView;
  /** The events of each entity by time, ties by arrival. */
  readonly #entities = new Map<string, OracleEvent[]>();
  /** The greatest accepted time of each lane. */
  readonly #newest = new Map<number, number>();

  constructor(view: FeatureView) {
    this.#view = view;
  }

  /** @param wanted false: takes the event, but computes no features (long streams are compared by samples) */
  accept(event: OracleEvent, publishTimeMs: number, wanted = true): OracleResult {
    const { maxAheadMs, maxWindowMs, latenessMs } = this.#view;
    const id = `${event.lane}/${event.key}`;
    const events = this.#entities.get(id) ?? [];
    const clock = events.at(-1)?.timestamp ?? -Infinity;
    const newest = this.#newest.get(event.lane) ?? -Infinity;
    if (event.timestamp > publishTimeMs + maxAheadMs) return refused('future');
    if (event.timestamp <= clock - maxWindowMs || event.timestamp <= newest - latenessMs)
      return refused('late');

    events.splice(firstAfter(events, event.timestamp), 0, event);
    this.#entities.set(id, events);
    this.#newest.set(event.lane, Math.max(newest, event.timestamp));
    if (!wanted) return { reason: 'accepted', features: [], windows: [] };
    const windows = this.#view.aggregations.map(aggregation => windowOf(events, aggregation));
    const features = this.#view.aggregations.map((aggregation, i) =>
      feature(aggregation.function, windows[i]),
    );
    return { reason: 'accepted', features, windows };
  }
}

function refused(reason: ReasonName): OracleResult {
  return { reason, features: [], windows: [] };
}

/** The index of the first event with a time greater than `timestamp`. */
function firstAfter(events: readonly OracleEvent[], timestamp: number): number {
  return events.findLastIndex(event => event.timestamp <= timestamp) + 1;
}

/** The column's values over `(C - W, C]`; `count` reads no column and gets zeros. */
function windowOf(events: readonly OracleEvent[], { windowMs, column }: Aggregation): number[] {
  const clock = events[events.length - 1].timestamp;
  return events.slice(firstAfter(events, clock - windowMs)).map(event => event.columns[column] ?? 0);
}

function feature(name: FunctionName, values: readonly number[]): number | null {
  const value = exactly(name, values);
  return Number.isFinite(value) ? value : null;
}

function exactly(name: FunctionName, values: readonly number[]): number {
  switch (name) {
    case 'count':
      return values.length;
    case 'sum':
      return exactSum(values);
    case 'avg':
      return exactMean(values);
    case 'min':
      return values.reduce((least, value) => (value < least ? value : least));
    case 'max':
      return values.reduce((greatest, value) => (value > greatest ? value : greatest));
    case 'variance':
      return exactVariance(values);
    case 'stddev':
      return Math.sqrt(exactVariance(values));
    case 'first':
      return values[0];
    case 'last':
      return values[values.length - 1];
  }
}

/** What is wrong with the features `got` of an accepted event, or null. */
export function compareFeatures(
  view: FeatureView,
  got: readonly (number | null)[],
  want: OracleResult,
): string | null {
  if (got.length !== want.features.length) return `${got.length} features instead of ${want.features.length}`;
  for (const [i, aggregation] of view.aggregations.entries()) {
    if (agrees(aggregation.function, got[i], want.features[i], want.windows[i])) continue;
    return (
      `${aggregation.name} (${aggregation.function} over ${aggregation.windowMs} ms) is ${got[i]}, ` +
      `not ${want.features[i]}, over ${want.windows[i].length} values`
    );
  }
  return null;
}

function agrees(
  name: FunctionName,
  got: number | null,
  want: number | null,
  values: readonly number[],
): boolean {
  switch (name) {
    case 'variance':
    case 'stddev':
      return spreadAgrees(name, got, want, values);
    case 'avg':
      return got === want || (got !== null && want !== null && ulpsBetween(got, want) <= 2);
    case 'first':
    case 'last':
      return Object.is(got, want);
    default:
      return got === want;
  }
}

const relativeTolerance = toRational(1e-9);
const squareShare = toRational(1e-6);
/** Twice the rounding of a result below the least normal double: 2^-1074. */
const subnormalRounding = toRational(Number.MIN_VALUE);
const greatestDouble = toRational(Number.MAX_VALUE);

/**
 * Within 1e-9 of max(exact variance, 1e-6 * greatest square), decided exactly; a standard deviation is the root of
 * such a variance, so its square is held to the same bound. Past the greatest double the answer is null (the
 * standard deviation may still be given: it fits). Near that border either answer is within the tolerance.
 */
function spreadAgrees(
  name: 'variance' | 'stddev',
  got: number | null,
  want: number | null,
  values: readonly number[],
): boolean {
  const exact = varianceOf(values);
  const tolerance = spreadTolerance(exact, values);
  if (got === null) return want === null || isLess(greatestDouble, add(exact, tolerance));
  if (!(got >= 0) || got === Infinity) return false;
  const root = toRational(got);
  const variance = name === 'variance' ? root : multiply(root, root);
  return !isLess(variance, add(exact, negate(tolerance))) && !isLess(add(exact, tolerance), variance);
}

function spreadTolerance(exact: Rational, values: readonly number[]): Rational {
  const greatest = toRational(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  const floor = multiply(squareShare, multiply(greatest, greatest));
  const scale = isLess(exact, floor) ? floor : exact;
  return add(multiply(relativeTolerance, scale), subnormalRounding);
}
