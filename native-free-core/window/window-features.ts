import {
  accumulatorDoubles,
  addSquares,
  addValues,
  clearAccumulator,
  roundSum,
  sumExponent,
} from '../aggregate/exact-accumulator.js';
import { addToSquares, addToSum, isPlainSquares, readSum, varianceOf } from '../aggregate/moments.js';
import { logBack, logExact, logTails } from '../layout/block-log-layout.js';
import {
  type EdgeSpec,
  type EntityLayout,
  type MomentSpec,
  metaLarge,
  recordEvents,
  recordHead,
  recordMeta,
  recordRetained,
  type WindowSpec,
} from '../layout/entity-layout.js';
import {
  paneColumnDoubles,
  paneColumns,
  paneEvents,
  paneFirst,
  paneMax,
  paneMin,
  paneSquares,
  paneSum,
} from '../layout/pane-layout.js';
import { countExactSums } from '../layout/shard-layout.js';
import { entryOf } from './block-directory.js';
import { addToExact, logOf, scanLog } from './block-log.js';
import { ringMask, scanRing } from './event-ring.js';
import { type Folded, foldedFor, foldPanes } from './panes.js';
import type { ShardMemory } from './shard-memory.js';

/**
 * Takes an inserted event into its entity's windows and reads their features: one object a worker, with the
 * scratch memory that this needs. Outputs go to `out`, output o of a row at `base + o * stride`.
 */
export class WindowFeatures {
  /** [0] sum, [1] sum of squares, [2] a result, of the moment being read. */
  readonly #cells = new Float64Array(4);
  readonly #exact = new Float64Array(2 * accumulatorDoubles);
  readonly #cut = new Float64Array(1);
  readonly #folded: Folded;
  /** Set when a large entity without accumulators had to add a whole window up: it shall have some. */
  wantsAccumulators = 0;

  constructor(
    layout: EntityLayout,
    readonly out: Float64Array,
  ) {
    this.#folded = foldedFor(layout.columns);
  }

  /**
   * The event at double address `placed` enters the windows that reach it, as of the clock.
   * @param clock [0]: the entity's clock
   */
  enter(s: ShardMemory, record: number, placed: number, clock: Float64Array): void {
    const { i32, f64, entity } = s;
    const isLarge = (i32[record + recordMeta] & metaLarge) !== 0;
    const exact = isLarge ? i32[logOf(s, record) + logExact] : 0;
    for (let w = 0; w < entity.windows.length; w++) {
      const window = entity.windows[w];
      if (f64[placed] <= clock[0] - window.windowMs) continue;
      const count = ++i32[record + window.count];
      enterWindow(s, record, window, placed, count);
      if (exact !== 0) addToExact(s, exact, window, placed, 1, 1);
    }
  }

  /**
   * Reads every output of the view for the entity as it is.
   * @returns 0, or 1 if merged events (panes) had a part in it
   */
  read(s: ShardMemory, record: number, base: number, stride: number, clock: Float64Array): number {
    const { i32, entity } = s;
    const isLarge = (i32[record + recordMeta] & metaLarge) !== 0;
    let inexact = 0;
    for (let w = 0; w < entity.windows.length; w++) {
      const window = entity.windows[w];
      const count = i32[record + window.count];
      if (window.countOutput >= 0) this.out[base + window.countOutput * stride] = count;
      for (let i = 0; i < window.moments.length; i++) {
        this.#readMoment(s, record, w, window.moments[i], base, stride);
      }
      this.#readExtrema(s, record, w, base, stride);
      for (let i = 0; i < window.edges.length; i++) {
        const edge = window.edges[i];
        this.out[base + edge.output * stride] = s.f64[edgeOf(s, record, w, edge)];
      }
      if (isLarge) inexact |= this.#addPanes(s, record, window, base, stride, clock);
    }
    return inexact;
  }

  #readMoment(
    s: ShardMemory,
    record: number,
    w: number,
    moment: MomentSpec,
    base: number,
    stride: number,
  ): void {
    const { i32, f64, f32 } = s;
    const { out } = this;
    const cells = this.#cells;
    const count = i32[record + s.entity.windows[w].count];
    const doubles = record >> 1;
    let ready = readSum(f64, f32, doubles + moment.sum, record + moment.bound, cells, 0);
    if (ready === 1 && moment.squares >= 0) {
      ready = readSum(f64, f32, doubles + moment.squares, record + moment.bound + 1, cells, 1);
      if (ready === 1 && !isPlainSquares(cells, 1)) ready = 0;
    }
    if (ready === 0) {
      this.#readExactly(s, record, w, moment, base, stride);
      return;
    }
    if (moment.sumOutput >= 0) out[base + moment.sumOutput * stride] = cells[0];
    if (moment.meanOutput >= 0) out[base + moment.meanOutput * stride] = cells[0] / count;
    if (moment.squares < 0) return;
    varianceOf(cells, 0, count, cells, 2);
    if (moment.varianceOutput >= 0) out[base + moment.varianceOutput * stride] = cells[2];
    if (moment.stddevOutput >= 0) out[base + moment.stddevOutput * stride] = Math.sqrt(cells[2]);
  }

  /** The exact path: adds the window up in the long accumulator (or takes the entity's own), and restates. */
  #readExactly(
    s: ShardMemory,
    record: number,
    w: number,
    moment: MomentSpec,
    base: number,
    stride: number,
  ): void {
    const { i32, f64, f32 } = s;
    const { out } = this;
    const cells = this.#cells;
    const squared = moment.squares >= 0;
    f64[countExactSums]++;
    const exact = this.#exactOf(s, record, w, moment);
    const from = exact === 0 ? this.#exact : f64;
    const doubles = record >> 1;
    const count = i32[record + s.entity.windows[w].count];
    restate(from, exact, f64, f32, doubles + moment.sum, record + moment.bound);
    roundSum(from, exact, 0, cells, 0);
    if (moment.sumOutput >= 0) out[base + moment.sumOutput * stride] = cells[0];
    if (moment.meanOutput >= 0) {
      // The mean may be finite where the sum is not.
      roundSum(from, exact, 64, cells, 2);
      const fits = cells[0] - cells[0] === 0;
      out[base + moment.meanOutput * stride] = fits ? cells[0] / count : (cells[2] / count) * 2 ** 64;
    }
    if (!squared) return;
    const squares = exact + accumulatorDoubles;
    restate(from, squares, f64, f32, doubles + moment.squares, record + moment.bound + 1);
    // Scaled so that the squares lie about 1: then nothing overflows or underflows on the way.
    roundSum(from, squares, 0, cells, 1);
    const half = isPlainSquares(cells, 1) ? 0 : Math.floor(sumExponent(from, squares) / 2);
    roundSum(from, exact, half, cells, 0);
    roundSum(from, squares, 2 * half, cells, 1);
    varianceOf(cells, 0, count, cells, 2);
    const deviation = Math.sqrt(cells[2]);
    if (moment.stddevOutput >= 0) out[base + moment.stddevOutput * stride] = deviation * 2 ** half;
    if (moment.varianceOutput >= 0)
      out[base + moment.varianceOutput * stride] = cells[2] * 2 ** half * 2 ** half;
  }

  /** @returns the double address of the entity's accumulator for the moment, or 0: then `#exact` holds it */
  #exactOf(s: ShardMemory, record: number, w: number, moment: MomentSpec): number {
    const { i32, f64, entity } = s;
    const step = entity.eventDoubles;
    const window = entity.windows[w];
    const isLarge = (i32[record + recordMeta] & metaLarge) !== 0;
    const scratch = this.#exact;
    clearAccumulator(scratch, 0);
    clearAccumulator(scratch, accumulatorDoubles);
    if (!isLarge) {
      const mask = ringMask(s, record);
      const ring = i32[record + recordEvents] + 1 + moment.column;
      const tail = i32[record + recordHead] + i32[record + recordRetained] - i32[record + window.count];
      for (let i = 0; i < i32[record + window.count]; i++) {
        const at = ring + ((tail + i) & mask) * step;
        addValues(scratch, 0, f64, at, 1, step, 1);
        if (moment.squares >= 0) addSquares(scratch, accumulatorDoubles, f64, at, 1, step, 1);
      }
      return 0;
    }
    const log = logOf(s, record);
    if (i32[log + logExact] !== 0) return i32[log + logExact] + moment.exact * accumulatorDoubles;
    this.wantsAccumulators = 1;
    let start = i32[log + logTails + 2 * w + 1];
    let left = i32[record + window.count];
    for (let block = i32[log + logTails + 2 * w]; left > 0; block = (block + 1) | 0) {
      const entry = entryOf(s, log, block) * 2;
      const n = i32[entry + 1] - start;
      const at = i32[entry] + start * step + 1 + moment.column;
      addValues(scratch, 0, f64, at, n, step, 1);
      if (moment.squares >= 0) addSquares(scratch, accumulatorDoubles, f64, at, n, step, 1);
      left -= n;
      start = 0;
    }
    return 0;
  }

  #readExtrema(s: ShardMemory, record: number, w: number, base: number, stride: number): void {
    const { i32, f64 } = s;
    const { extrema, count } = s.entity.windows[w];
    for (let i = 0; i < extrema.length; i++) {
      const extremum = extrema[i];
      const cached = (record >> 1) + extremum.value;
      if (Number.isNaN(f64[cached])) {
        if ((i32[record + recordMeta] & metaLarge) === 0) {
          scanRing(s, record, i32[record + count], extremum.column, extremum.sign, cached);
        } else scanLog(s, record, w, extremum.column, extremum.sign, cached);
      }
      this.out[base + extremum.output * stride] = f64[cached];
    }
  }

  /** Adds what was merged of a window to the outputs already read from its events. */
  #addPanes(
    s: ShardMemory,
    record: number,
    window: WindowSpec,
    base: number,
    stride: number,
    clock: Float64Array,
  ): number {
    const { out } = this;
    const folded = this.#folded;
    this.#cut[0] = clock[0] - window.windowMs;
    if (foldPanes(s, logOf(s, record), this.#cut, folded) === 0) return 0;
    const count = s.i32[record + window.count] + folded[paneEvents];
    if (window.countOutput >= 0) out[base + window.countOutput * stride] = count;
    for (const moment of window.moments) this.#addPanesToMoment(s, record, moment, count, base, stride);
    for (const { column, sign, output } of window.extrema) {
      const merged = folded[paneColumns + column * paneColumnDoubles + (sign > 0 ? paneMin : paneMax)];
      const at = base + output * stride;
      if (sign * merged < sign * out[at]) out[at] = merged;
    }
    for (const { column, last, output } of window.edges) {
      if (last === 0)
        out[base + output * stride] = folded[paneColumns + column * paneColumnDoubles + paneFirst];
    }
    return 1;
  }

  #addPanesToMoment(
    s: ShardMemory,
    record: number,
    moment: MomentSpec,
    count: number,
    base: number,
    stride: number,
  ): void {
    const { f64 } = s;
    const { out } = this;
    const cells = this.#cells;
    const from = paneColumns + moment.column * paneColumnDoubles;
    const folded = this.#folded;
    const state = (record >> 1) + moment.sum;
    cells[0] = f64[state] + folded[from + paneSum] + (f64[state + 1] + folded[from + paneSum + 1]);
    if (moment.sumOutput >= 0) out[base + moment.sumOutput * stride] = cells[0];
    if (moment.meanOutput >= 0) out[base + moment.meanOutput * stride] = cells[0] / count;
    if (moment.squares < 0) return;
    const squares = (record >> 1) + moment.squares;
    cells[1] =
      f64[squares] + folded[from + paneSquares] + (f64[squares + 1] + folded[from + paneSquares + 1]);
    varianceOf(cells, 0, count, cells, 2);
    if (moment.varianceOutput >= 0) out[base + moment.varianceOutput * stride] = cells[2];
    if (moment.stddevOutput >= 0) out[base + moment.stddevOutput * stride] = Math.sqrt(cells[2]);
  }
}

function enterWindow(
  s: ShardMemory,
  record: number,
  window: WindowSpec,
  placed: number,
  count: number,
): void {
  const { f64, f32 } = s;
  const { moments, extrema } = window;
  const doubles = record >> 1;
  const step = s.entity.eventDoubles;
  for (let i = 0; i < moments.length; i++) {
    const moment = moments[i];
    const column = placed + 1 + moment.column;
    addToSum(f64, f32, doubles + moment.sum, record + moment.bound, column, 1, step, 1);
    if (moment.squares < 0) continue;
    addToSquares(f64, f32, doubles + moment.squares, record + moment.bound + 1, column, 1, step, 1);
  }
  for (let i = 0; i < extrema.length; i++) {
    const cached = doubles + extrema[i].value;
    const value = f64[placed + 1 + extrema[i].column];
    if (count === 1 || extrema[i].sign * value < extrema[i].sign * f64[cached]) f64[cached] = value;
  }
}

/** @returns the double address of the value of a window's first or last event */
function edgeOf(s: ShardMemory, record: number, w: number, edge: EdgeSpec): number {
  const { i32, entity } = s;
  const step = entity.eventDoubles;
  const column = 1 + edge.column;
  if ((i32[record + recordMeta] & metaLarge) === 0) {
    const end = i32[record + recordHead] + i32[record + recordRetained];
    const at = edge.last === 1 ? end - 1 : end - i32[record + entity.windows[w].count];
    return i32[record + recordEvents] + (at & ringMask(s, record)) * step + column;
  }
  const log = logOf(s, record);
  if (edge.last === 1) {
    const back = entryOf(s, log, i32[log + logBack]) * 2;
    return i32[back] + (i32[back + 1] - 1) * step + column;
  }
  const tail = entryOf(s, log, i32[log + logTails + 2 * w]) * 2;
  return i32[tail] + i32[log + logTails + 2 * w + 1] * step + column;
}

/** Puts a running sum right from its exact value: high is the rounded sum, low the rounded rest. */
function restate(
  from: Float64Array,
  exact: number,
  f64: Float64Array,
  f32: Float32Array,
  state: number,
  bound: number,
): void {
  roundSum(from, exact, 0, f64, state);
  if (f64[state] - f64[state] !== 0) {
    // It does not fit a double: stays on the exact path until enough has left.
    f64[state] = Number.NaN;
    return;
  }
  addValues(from, exact, f64, state, 1, 1, -1);
  roundSum(from, exact, 0, f64, state + 1);
  addValues(from, exact, f64, state, 1, 1, 1);
  const rest = Math.abs(f64[state + 1]);
  f32[bound] = rest === 0 ? 0 : rest * 2 ** -52 + 2 ** -149;
}
