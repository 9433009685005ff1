import { boundLeast, boundUp } from '../aggregate/moments.js';
import {
  type EntityLayout,
  inlineKeyBytesMax,
  metaClassMask,
  metaKeyShift,
  metaLarge,
  recordClock,
  recordEvents,
  recordHead,
  recordKey,
  recordMeta,
  recordRetained,
} from '../layout/entity-layout.js';
import { newestMs, wholeSinceMs } from '../layout/shard-layout.js';
import {
  type Arena,
  indexEntryWords,
  keyLengthMask,
  rowStatus,
  rowWords,
  type SlotLayout,
} from '../layout/slot-layout.js';
import { sliceEvents } from '../limits.js';
import { accepted } from '../reasons.js';
import type { ShardMemory } from './shard-memory.js';

/** Words of a sum in the plan: column, sum (double), bound (word), output of the sum, of the mean (-1: not wanted). */
const sumWords = 5;
/** Words of an extremum: column, cached value (double), sign, output. */
const extremumWords = 4;
/** Words of a window: its count (word), output of the count, then where its sums and its extrema end in the plan. */
const windowWords = 4;

/**
 * The kernel of views with several windows or columns of count, sum, mean, minimum and maximum: the same as
 * `count-sum-kernel.ts` is to the hot view, with loops over a plan in flat arrays in the place of its registers. For
 * known entities whose events come in order and fit their ring. A differential test holds it to the general path.
 */
export class WindowsKernel {
  readonly #windowMs: Float64Array;
  readonly #windows: Int32Array;
  readonly #sums: Int32Array;
  readonly #extrema: Int32Array;
  /** Records whose rings are nearly empty now, for the caller to shrink. */
  readonly emptying = new Int32Array(sliceEvents);
  emptyingCount = 0;
  /** Set when the event before the one returned was taken, but its sums must be read by the exact path. */
  unsure = 0;

  /** Whether the view is one that this kernel computes. */
  static fits(entity: EntityLayout): boolean {
    return entity.windows.every(
      ({ moments, edges }) => edges.length === 0 && moments.every(({ squares }) => squares < 0),
    );
  }

  constructor(
    readonly arena: Arena,
    readonly slots: SlotLayout,
    readonly entity: EntityLayout,
  ) {
    const { windows } = entity;
    const placeOf = (output: number): number => (output < 0 ? -1 : slots.outputs + output);
    const sums: number[] = [];
    const extrema: number[] = [];
    const plan = windows.flatMap(window => {
      for (const { column, sum, bound, sumOutput, meanOutput } of window.moments) {
        sums.push(column, sum, bound, placeOf(sumOutput), placeOf(meanOutput));
      }
      for (const { column, value, sign, output } of window.extrema) {
        extrema.push(column, value, sign, placeOf(output));
      }
      return [window.count, placeOf(window.countOutput), sums.length, extrema.length];
    });
    this.#windowMs = Float64Array.from(windows, window => window.windowMs);
    this.#windows = Int32Array.from(plan);
    this.#sums = Int32Array.from(sums);
    this.#extrema = Int32Array.from(extrema);
  }

  /**
   * Takes events of a slice for as long as they are plain. The loop is longer than a screen so that nothing is
   * called in it. Parameters and result as of `CountSumKernel.run`; see `unsure`.
   */
  run(s: ShardMemory, slot: number, entries: number, records: Int32Array, from: number, n: number): number {
    const { i32, f64, data } = this.arena;
    const { rowDoubles } = this.slots;
    const { eventDoubles: step, maxWindowMs, latenessMs, eventsPerEntityMax } = this.entity;
    const state = s.i32;
    const doubles = s.f64;
    const floats = s.f32;
    const windowMs = this.#windowMs;
    const windows = this.#windows;
    const sums = this.#sums;
    const extrema = this.#extrema;
    const { emptying } = this;
    this.emptyingCount = 0;
    this.unsure = 0;
    if (doubles[wholeSinceMs] !== Number.NEGATIVE_INFINITY) return from;
    const values = (slot + this.slots.values) >> 3;
    const statuses = ((slot + this.slots.rows) >> 2) + rowStatus;
    for (let i = from; i < n; i++) {
      const record = records[i];
      if (record === 0) return i;
      const entry = entries + i * indexEntryWords;
      const meta = state[record + recordMeta];
      const length = i32[entry + 3] & keyLengthMask;
      if (meta >>> metaKeyShift !== length || length > inlineKeyBytesMax || (meta & metaLarge) !== 0)
        return i;
      let word = record + recordKey;
      let key = i32[entry + 2];
      let different = 0;
      const keyEnd = key + (length & ~3);
      for (; key < keyEnd; key += 4) different |= data.getInt32(key, true) ^ state[word++];
      const rest = length & 3;
      if (rest !== 0) different |= (data.getInt32(key, true) & ((1 << (rest << 3)) - 1)) ^ state[word];
      if (different !== 0) return i;

      const row = i32[entry];
      const value = values + row * rowDoubles;
      const time = f64[value];
      const half = record >> 1;
      if (!(time >= doubles[half + recordClock]) || time <= doubles[newestMs] - latenessMs) return i;
      const ring = state[record + recordEvents];
      const mask = (4 << (meta & metaClassMask)) - 1;
      const before = state[record + recordRetained];
      let head = state[record + recordHead];
      const end = head + before;
      let retained = before;
      const oldest = time - maxWindowMs;
      while (retained > 0 && doubles[ring + head * step] <= oldest) {
        head = (head + 1) & mask;
        retained--;
      }
      if (retained > mask || retained >= eventsPerEntityMax) return i;

      let unsure = 0;
      let sumAt = 0;
      let extremumAt = 0;
      for (let w = 0, at = 0; w < windowMs.length; w++, at += windowWords) {
        const cut = time - windowMs[w];
        const countWord = record + windows[at];
        let count = state[countWord];
        const tail = end - count;
        let leaving = 0;
        while (leaving < count && doubles[ring + ((tail + leaving) & mask) * step] <= cut) leaving++;
        count -= leaving;
        const first = tail + leaving;
        for (const last = windows[at + 2]; sumAt < last; sumAt += sumWords) {
          const column = 1 + sums[sumAt];
          const sumState = half + sums[sumAt + 1];
          const boundState = record + sums[sumAt + 2];
          let high = 0;
          let low = 0;
          let bound = 0;
          let lost = 0;
          if (count !== 0) {
            high = doubles[sumState];
            low = doubles[sumState + 1];
            bound = floats[boundState];
            for (let k = tail; k < first; k++) {
              const x = -doubles[ring + (k & mask) * step + column];
              const sum = high + x;
              const part = sum - high;
              const error = high - (sum - part) + (x - part);
              const lowSum = low + error;
              const lowPart = lowSum - low;
              lost += Math.abs(low - (lowSum - lowPart) + (error - lowPart));
              high = sum;
              low = lowSum;
            }
          }
          const x = f64[value + column];
          const entered = high + x;
          const part = entered - high;
          const error = high - (entered - part) + (x - part);
          const lowSum = low + error;
          const lowPart = lowSum - low;
          lost += Math.abs(low - (lowSum - lowPart) + (error - lowPart));
          high = entered;
          low = lowSum;
          if (!(lost === 0)) bound = (bound + lost) * boundUp + boundLeast;
          const sum = high + low;
          if (!(bound === 0)) {
            const sumPart = sum - high;
            const sumError = high - (sum - sumPart) + (low - sumPart);
            const reach = 2 * bound + Math.abs(sumError) * 2 ** -50;
            if (sum + (sumError + reach) !== sum || sum + (sumError - reach) !== sum) unsure = 1;
          }
          if (sum - sum !== 0) unsure = 1;
          doubles[sumState] = high;
          doubles[sumState + 1] = low;
          floats[boundState] = bound;
          if (sums[sumAt + 3] >= 0) f64[value + sums[sumAt + 3]] = sum;
          if (sums[sumAt + 4] >= 0) f64[value + sums[sumAt + 4]] = sum / (count + 1);
        }
        for (const last = windows[at + 3]; extremumAt < last; extremumAt += extremumWords) {
          const column = 1 + extrema[extremumAt];
          const cached = half + extrema[extremumAt + 1];
          const sign = extrema[extremumAt + 2];
          let best = f64[value + column];
          if (count !== 0) {
            const known = doubles[cached];
            let isStale = Number.isNaN(known);
            for (let k = tail; k < first; k++) {
              if (doubles[ring + (k & mask) * step + column] === known) isStale = true;
            }
            if (!isStale) {
              if (!(sign * best < sign * known)) best = known;
            } else {
              for (let k = end - 1; k >= first; k--) {
                const x = doubles[ring + (k & mask) * step + column];
                if (sign * x < sign * best) best = x;
              }
            }
          }
          doubles[cached] = best;
          f64[value + extrema[extremumAt + 3]] = best;
        }
        count++;
        state[countWord] = count;
        if (windows[at + 1] >= 0) f64[value + windows[at + 1]] = count;
      }

      const place = ring + ((head + retained) & mask) * step;
      for (let k = 0; k < step; k++) doubles[place + k] = f64[value + k];
      retained++;
      state[record + recordHead] = head;
      state[record + recordRetained] = retained;
      doubles[half + recordClock] = time;
      if (!(doubles[newestMs] >= time)) doubles[newestMs] = time;
      i32[statuses + row * rowWords] = accepted;
      if (mask > 7 && retained * 8 <= mask + 1) emptying[this.emptyingCount++] = record;
      if (unsure !== 0) {
        this.unsure = 1;
        return i + 1;
      }
    }
    return n;
  }
}
