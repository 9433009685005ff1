import type { FeatureView } from '../feature-view.js';
import { panesPerEntity } from '../limits.js';

/**
 * An entity's record, and the aggregates of a view laid out in it. For the built-in view (one window, one sum) it
 * is one cache line:
 *
 *     byte  0  int32   events: double address of the event ring (small) or of the block log (large)
 *           4  int32   meta: key length << 8 | large << 5 | size class of the ring
 *           8  int32   head: index of the oldest event in the ring (small)
 *          12  int32   retained: events kept
 *          16  double  clock C: greatest event time accepted
 *          24  bytes   the key, if it has at most 16; else its double address (int32) and a copy of the table hash
 *          40  doubles sum state (high, low), then square state, then extremum, for each (window, column)
 *           +  floats  error bound of each sum and square state
 *           +  int32   events in each window
 *
 * A free record has retained = -1 and the next free record's number + 1 in `events`.
 */
export const recordEvents = 0;
export const recordMeta = 1;
export const recordHead = 2;
export const recordRetained = 3;
export const recordClock = 2; // in doubles
export const recordKey = 6; // in words
export const recordKeyHash = 7; // in words, of a long key
export const inlineKeyBytesMax = 16;
const recordFixedBytes = 40;

export const metaClassMask = 0x1f;
export const metaLarge = 1 << 5;
export const metaKeyShift = 8;
/** The class of a new entity's ring: eight events, since most entities that come twice come more often. */
export const ringFirstClass = 1;

/** The state of one sum: running high and low part, an error bound, and what is read from it. -1: not wanted. */
export interface MomentSpec {
  readonly column: number;
  /** Double offset in the record of (high, low) of the sum. */
  readonly sum: number;
  /** Double offset of (high, low) of the sum of squares, or -1. */
  readonly squares: number;
  /** Float32 (word) offset of the sum's bound; the squares' bound follows it. */
  readonly bound: number;
  /** Number of the sum's exact accumulator, where the entity has them; the squares' follows it. */
  readonly exact: number;
  readonly sumOutput: number;
  readonly meanOutput: number;
  readonly varianceOutput: number;
  readonly stddevOutput: number;
}

export interface ExtremumSpec {
  readonly column: number;
  /** Double offset in the record of the cached value; NaN: to be looked up. */
  readonly value: number;
  /** 1: minimum; -1: maximum. */
  readonly sign: number;
  readonly output: number;
}

export interface EdgeSpec {
  readonly column: number;
  /** 0: first; 1: last. */
  readonly last: number;
  readonly output: number;
}

export interface WindowSpec {
  readonly windowMs: number;
  /** Word offset in the record of the number of events in the window. */
  readonly count: number;
  readonly countOutput: number;
  readonly moments: readonly MomentSpec[];
  readonly extrema: readonly ExtremumSpec[];
  readonly edges: readonly EdgeSpec[];
}

/** How a view's aggregates lie in memory. */
export interface EntityLayout {
  readonly recordBytes: number;
  /** Doubles an event takes: its time, then each column. */
  readonly eventDoubles: number;
  readonly columns: number;
  readonly windows: readonly WindowSpec[];
  /** Exact accumulators of an entity that needs them: one for each sum, one for each sum of squares. */
  readonly accumulators: number;
  /** Columns whose extrema are kept by block: all, or none if the view asks for no extremum. */
  readonly extremaColumns: number;
  /** Doubles that an event's vector is made from. */
  readonly outputs: number;
  /** For each aggregation of the view, its output. */
  readonly outputOf: readonly number[];
  readonly maxWindowMs: number;
  readonly latenessMs: number;
  readonly eventsPerEntityMax: number;
  readonly paneMs: number;
}

type Wanted = Map<string, number>;

function key(name: string, windowMs: number, column: number): string {
  return `${name} ${windowMs} ${column}`;
}

/** Gives each distinct (function, window, column) an output; equal ones share. */
function assignOutputs(view: FeatureView): { wanted: Wanted; outputOf: number[] } {
  const wanted: Wanted = new Map();
  const outputOf = view.aggregations.map(aggregation => {
    const id = key(aggregation.function, aggregation.windowMs, aggregation.column);
    if (!wanted.has(id)) wanted.set(id, wanted.size);
    return wanted.get(id) as number;
  });
  return { wanted, outputOf };
}

/** Hands out places in the record: doubles first, then float32 bounds, then int32 counts. */
class RecordPlan {
  doubles = recordFixedBytes / 8;
  bounds = 0;
  takeDoubles(n: number): number {
    const at = this.doubles;
    this.doubles += n;
    return at;
  }
}

function planWindow(windowMs: number, columns: number, wanted: Wanted, plan: RecordPlan): WindowSpec {
  const moments: MomentSpec[] = [];
  const extrema: ExtremumSpec[] = [];
  const edges: EdgeSpec[] = [];
  const output = (name: string, column: number): number => wanted.get(key(name, windowMs, column)) ?? -1;
  for (let column = 0; column < columns; column++) {
    const [sum, mean] = [output('sum', column), output('avg', column)];
    const [variance, stddev] = [output('variance', column), output('stddev', column)];
    const squared = variance >= 0 || stddev >= 0;
    if (sum >= 0 || mean >= 0 || squared) {
      moments.push({
        column,
        sum: plan.takeDoubles(2),
        squares: squared ? plan.takeDoubles(2) : -1,
        bound: plan.bounds,
        exact: plan.bounds,
        sumOutput: sum,
        meanOutput: mean,
        varianceOutput: variance,
        stddevOutput: stddev,
      });
      plan.bounds += squared ? 2 : 1;
    }
    for (const [name, sign] of [['min', 1] as const, ['max', -1] as const]) {
      const at = output(name, column);
      if (at >= 0) extrema.push({ column, value: plan.takeDoubles(1), sign, output: at });
    }
    for (const [name, last] of [['first', 0] as const, ['last', 1] as const]) {
      const at = output(name, column);
      if (at >= 0) edges.push({ column, last, output: at });
    }
  }
  return { windowMs, count: 0, countOutput: output('count', -1), moments, extrema, edges };
}

/** Lays out a view. Windows are in ascending order. */
export function entityLayout(view: FeatureView): EntityLayout {
  const { wanted, outputOf } = assignOutputs(view);
  const lengths = [...new Set(view.aggregations.map(aggregation => aggregation.windowMs))].sort(
    (a, b) => a - b,
  );
  const plan = new RecordPlan();
  const planned = lengths.map(windowMs => planWindow(windowMs, view.columns.length, wanted, plan));
  const boundsAt = plan.doubles * 2;
  const countsAt = boundsAt + plan.bounds;
  const windows = planned.map((window, i) => ({
    ...window,
    count: countsAt + i,
    moments: window.moments.map(moment => ({ ...moment, bound: boundsAt + moment.bound })),
  }));
  const bytes = (countsAt + windows.length) * 4;
  return {
    // A record that fits in a few lines is kept from straddling one more.
    recordBytes: bytes <= 64 ? 64 : Math.ceil(bytes / 32) * 32,
    eventDoubles: 1 + view.columns.length,
    columns: view.columns.length,
    windows,
    accumulators: plan.bounds,
    extremaColumns: windows.some(window => window.extrema.length > 0) ? view.columns.length : 0,
    outputs: wanted.size,
    outputOf,
    maxWindowMs: view.maxWindowMs,
    latenessMs: view.latenessMs,
    eventsPerEntityMax: view.eventsPerEntityMax,
    paneMs: view.maxWindowMs / panesPerEntity,
  };
}
