/** The aggregation functions, in the order of their documentation. Variance and stddev are of the population. */
export const functionNames = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'variance',
  'stddev',
  'first',
  'last',
] as const;

export type FunctionName = (typeof functionNames)[number];

export interface Aggregation {
  /** The feature's name in the vector. */
  readonly name: string;
  readonly function: FunctionName;
  /** Index into `FeatureView.columns`; -1 for `count`, which reads none. */
  readonly column: number;
  /** Length of the rolling window: events in `(C - windowMs, C]` count. */
  readonly windowMs: number;
}

/** A validated feature view, as the data plane takes it. Durations are milliseconds. */
export interface FeatureView {
  readonly name: string;
  /** Name of the record field that holds the entity's key (a non-empty string). */
  readonly entity: string;
  /** Name of the record field that holds the event time (epoch ms). */
  readonly timestampField: string;
  /** Names of the numeric record fields that aggregations read, each once, in the order of first use. */
  readonly columns: readonly string[];
  readonly aggregations: readonly Aggregation[];
  readonly maxWindowMs: number;
  readonly latenessMs: number;
  readonly maxAheadMs: number;
  readonly eventsPerEntityMax: number;
}
