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
import { entryOf, logOf } from './block-directory.js';
import { scanLog } from './block-log.js';
import { ringMask, scanRing } from './event-ring.js';
import { ExactMoments } from './exact-moments.js';
import { addToExact } from './log-accumulators.js';
import { type Folded, foldedFor, foldPanes } from './panes.js';
import type { ShardMemory } from './shard-memory.js';

/**
 * Takes an inserted event into its entity's windows and reads their features: one object a worker, with the
 * scratch memory that this needs. Outputs go to `out`, output o of a row at `base + o`.
 */
export class WindowFeatures {
  /** [0] sum, [1] sum of squares, [2] a result, of the moment being read. */
  readonly #cells = new Float64Array(4);
  readonly #exactMoments: ExactMoments;
  readonly #cut = new Float64Array(1);
  readonly #folded: Folded;

  constructor(
    layout: EntityLayout,
    readonly out: Float64Array,
  ) {
    this.#folded = foldedFor(layout.columns);
    this.#exactMoments = new ExactMoments(out);
  }

  /** Whether the entity just read shall have exact accumulators; asking clears it. */
  takeWish(): boolean {
    return this.#exactMoments.takeWish();
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
  read(s: ShardMemory, record: number, base: number, clock: Float64Array): number {
    const { i32, entity } = s;
    const isLarge = (i32[record + recordMeta] & metaLarge) !== 0;
    let inexact = 0;
    for (let w = 0; w < entity.windows.length; w++) {
      const window = entity.windows[w];
      const count = i32[record + window.count];
      if (window.countOutput >= 0) this.out[base + window.countOutput] = count;
      for (let i = 0; i < window.moments.length; i++) {
        this.#readMoment(s, record, w, window.moments[i], base);
      }
      this.#readExtrema(s, record, w, base);
      for (let i = 0; i < window.edges.length; i++) {
        const edge = window.edges[i];
        this.out[base + edge.output] = s.f64[edgeOf(s, record, w, edge)];
      }
      if (isLarge) inexact |= this.#addPanes(s, record, window, base, clock);
    }
    return inexact;
  }

  #readMoment(s: ShardMemory, record: number, w: number, moment: MomentSpec, base: number): void {
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
      this.#exactMoments.read(s, record, w, moment, base);
      return;
    }
    if (moment.sumOutput >= 0) out[base + moment.sumOutput] = cells[0];
    if (moment.meanOutput >= 0) out[base + moment.meanOutput] = cells[0] / count;
    if (moment.squares < 0) return;
    varianceOf(cells, 0, count, cells, 2);
    if (moment.varianceOutput >= 0) out[base + moment.varianceOutput] = cells[2];
    if (moment.stddevOutput >= 0) out[base + moment.stddevOutput] = Math.sqrt(cells[2]);
  }

  #readExtrema(s: ShardMemory, record: number, w: number, base: number): void {
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
      this.out[base + extremum.output] = f64[cached];
    }
  }

  /** Adds what was merged of a window to the outputs already read from its events. */
  #addPanes(s: ShardMemory, record: number, window: WindowSpec, base: number, clock: Float64Array): number {
    const { out } = this;
    const folded = this.#folded;
    this.#cut[0] = clock[0] - window.windowMs;
    if (foldPanes(s, logOf(s, record), this.#cut, folded) === 0) return 0;
    const count = s.i32[record + window.count] + folded[paneEvents];
    if (window.countOutput >= 0) out[base + window.countOutput] = count;
    for (const moment of window.moments) this.#addPanesToMoment(s, record, moment, count, base);
    for (const { column, sign, output } of window.extrema) {
      const merged = folded[paneColumns + column * paneColumnDoubles + (sign > 0 ? paneMin : paneMax)];
      const at = base + output;
      if (sign * merged < sign * out[at]) out[at] = merged;
    }
    for (const { column, last, output } of window.edges) {
      if (last === 0) out[base + output] = folded[paneColumns + column * paneColumnDoubles + paneFirst];
    }
    return 1;
  }

  #addPanesToMoment(s: ShardMemory, record: number, moment: MomentSpec, count: number, base: number): void {
    const { f64 } = s;
    const { out } = this;
    const cells = this.#cells;
    const from = paneColumns + moment.column * paneColumnDoubles;
    const folded = this.#folded;
    const state = (record >> 1) + moment.sum;
    cells[0] = f64[state] + folded[from + paneSum] + (f64[state + 1] + folded[from + paneSum + 1]);
    if (moment.sumOutput >= 0) out[base + moment.sumOutput] = cells[0];
    if (moment.meanOutput >= 0) out[base + moment.meanOutput] = cells[0] / count;
    if (moment.squares < 0) return;
    const squares = (record >> 1) + moment.squares;
    cells[1] =
      f64[squares] + folded[from + paneSquares] + (f64[squares + 1] + folded[from + paneSquares + 1]);
    varianceOf(cells, 0, count, cells, 2);
    if (moment.varianceOutput >= 0) out[base + moment.varianceOutput] = cells[2];
    if (moment.stddevOutput >= 0) out[base + moment.stddevOutput] = Math.sqrt(cells[2]);
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
