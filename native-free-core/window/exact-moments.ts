import {
  accumulatorDoubles,
  addSquares,
  addValues,
  clearAccumulator,
  roundSum,
  sumExponent,
} from '../aggregate/exact-accumulator.js';
import { isPlainSquares, varianceOf } from '../aggregate/moments.js';
import { logExact, logTails } from '../layout/block-log-layout.js';
import {
  type MomentSpec,
  metaLarge,
  recordEvents,
  recordHead,
  recordMeta,
  recordRetained,
} from '../layout/entity-layout.js';
import { countExactSums } from '../layout/shard-layout.js';
import { entryOf, logOf } from './block-directory.js';
import { ringMask } from './event-ring.js';
import type { ShardMemory } from './shard-memory.js';

/**
 * The exact path of sums, means and variances: taken where a running sum cannot be rounded with certainty. It adds the
 * window up in the long accumulator, or takes the entity's own, and puts the running sum right.
 */
export class ExactMoments {
  /** [0] sum, [1] sum of squares, [2] a result. */
  readonly #cells = new Float64Array(3);
  readonly #exact = new Float64Array(2 * accumulatorDoubles);
  #wantsAccumulators = false;

  constructor(readonly out: Float64Array) {}

  /** Whether a large entity had to have a whole window added up, and shall have accumulators; asking clears it. */
  takeWish(): boolean {
    const wants = this.#wantsAccumulators;
    this.#wantsAccumulators = false;
    return wants;
  }

  /** Reads what the view wants of the moment into the outputs of a row, as `WindowFeatures.read` does. */
  read(s: ShardMemory, record: number, w: number, moment: MomentSpec, base: number): void {
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
    if (moment.sumOutput >= 0) out[base + moment.sumOutput] = cells[0];
    if (moment.meanOutput >= 0) {
      // The mean may be finite where the sum is not.
      roundSum(from, exact, 64, cells, 2);
      const fits = cells[0] - cells[0] === 0;
      out[base + moment.meanOutput] = fits ? cells[0] / count : (cells[2] / count) * 2 ** 64;
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
    if (moment.stddevOutput >= 0) out[base + moment.stddevOutput] = deviation * 2 ** half;
    if (moment.varianceOutput >= 0) out[base + moment.varianceOutput] = cells[2] * 2 ** half * 2 ** half;
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
    this.#wantsAccumulators = true;
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
