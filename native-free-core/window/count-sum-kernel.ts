import { boundLeast, boundUp } from '../aggregate/moments.js';
import {
  blockEvents,
  logBack,
  logDirectory,
  logDirectoryBits,
  logExact,
  logFront,
  logFrontStart,
  logPanes,
  logTails,
  ringAgainEvents,
} from '../layout/block-log-layout.js';
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

/**
 * The hot view's kernel: one window over one column with its count, sum and mean, for known entities whose events
 * come in order and fit their ring, or the last block of their log. It is `event-ring.ts`, `block-log.ts`,
 * `moments.ts` and `window-features.ts` in one loop, so that an event's state stays in registers; whatever is not
 * plain is left to them. A differential test holds it to them.
 */
export class CountSumKernel {
  readonly #windowMs: number;
  readonly #maxWindowMs: number;
  readonly #latenessMs: number;
  readonly #eventsMax: number;
  readonly #count: number;
  readonly #sum: number;
  readonly #bound: number;
  readonly #countOutput: number;
  readonly #sumOutput: number;
  readonly #meanOutput: number;
  /** Records whose rings are nearly empty now, for the caller to shrink: a call in the loop would cost every event. */
  readonly emptying = new Int32Array(sliceEvents);
  emptyingCount = 0;
  /** Here an event whose sum cannot be rounded with certainty is left, so this stays 0; see `WindowsKernel`. */
  readonly unsure = 0;

  /** Whether the view is one that this kernel computes. */
  static fits(entity: EntityLayout): boolean {
    const [window, ...others] = entity.windows;
    const [moment, ...moreMoments] = window.moments;
    return (
      others.length === 0 &&
      entity.columns === 1 &&
      moment !== undefined &&
      moreMoments.length === 0 &&
      moment.squares < 0 &&
      window.extrema.length === 0 &&
      window.edges.length === 0
    );
  }

  constructor(
    readonly arena: Arena,
    readonly slots: SlotLayout,
    entity: EntityLayout,
  ) {
    const window = entity.windows[0];
    const placeOf = (output: number): number => (output < 0 ? -1 : slots.outputs + output);
    const moment = window.moments[0];
    this.#windowMs = window.windowMs;
    this.#maxWindowMs = entity.maxWindowMs;
    this.#latenessMs = entity.latenessMs;
    this.#eventsMax = entity.eventsPerEntityMax;
    this.#count = window.count;
    this.#sum = moment.sum;
    this.#bound = moment.bound;
    this.#countOutput = placeOf(window.countOutput);
    this.#sumOutput = placeOf(moment.sumOutput);
    this.#meanOutput = placeOf(moment.meanOutput);
  }

  /**
   * Takes events of a slice for as long as they are plain. The loop is longer than a screen so that nothing is
   * called in it.
   * @param entries word address of the slice's index entries
   * @param records the entities' guessed records, 0 where there is none
   * @param from,n first event, and events of the slice
   * @returns the first event that was left; nothing of it is done yet
   */
  run(s: ShardMemory, slot: number, entries: number, records: Int32Array, from: number, n: number): number {
    const { i32, f64, data } = this.arena;
    const { rowDoubles } = this.slots;
    const state = s.i32;
    const doubles = s.f64;
    const floats = s.f32;
    if (doubles[wholeSinceMs] !== Number.NEGATIVE_INFINITY) return from;
    const values = (slot + this.slots.values) >> 3;
    const statuses = ((slot + this.slots.rows) >> 2) + rowStatus;
    const windowMs = this.#windowMs;
    const maxWindowMs = this.#maxWindowMs;
    const latenessMs = this.#latenessMs;
    const eventsMax = this.#eventsMax;
    const countWord = this.#count;
    const sumDouble = this.#sum;
    const boundFloat = this.#bound;
    const countOutput = this.#countOutput;
    const sumOutput = this.#sumOutput;
    const meanOutput = this.#meanOutput;
    const { emptying } = this;
    this.emptyingCount = 0;
    for (let i = from; i < n; i++) {
      const record = records[i];
      if (record === 0) return i;
      const entry = entries + i * indexEntryWords;
      const meta = state[record + recordMeta];
      const length = i32[entry + 3] & keyLengthMask;
      if (meta >>> metaKeyShift !== length || length > inlineKeyBytesMax) return i;
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
      let retained = state[record + recordRetained];
      let count = state[record + countWord];
      // Where the window's oldest events are: in the ring, or in one block of the log, then a ring without an end.
      let base = state[record + recordEvents];
      let mask = (4 << (meta & metaClassMask)) - 1;
      let head = state[record + recordHead];
      let tail = head + retained - count;
      let here = count;
      let log = 0;
      let slots = 0;
      if ((meta & metaLarge) !== 0) {
        log = base * 2;
        if ((state[log + logPanes] | state[log + logExact]) !== 0) return i;
        slots = (1 << state[log + logDirectoryBits]) - 1;
        const block = (state[log + logDirectory] + (state[log + logTails] & slots) * 2) * 2;
        base = state[block];
        mask = -1;
        tail = state[log + logTails + 1];
        here = state[block + 1] - tail;
      }
      let high = doubles[half + sumDouble];
      let low = doubles[half + sumDouble + 1];
      let lost = 0;
      const cut = time - windowMs;
      while (here > 0) {
        const at = base + ((tail & mask) << 1);
        if (doubles[at] > cut) break;
        const x = -doubles[at + 1];
        const sum = high + x;
        const part = sum - high;
        const error = high - (sum - part) + (x - part);
        const lowSum = low + error;
        const lowPart = lowSum - low;
        lost += Math.abs(low - (lowSum - lowPart) + (error - lowPart));
        high = sum;
        low = lowSum;
        tail++;
        here--;
        count--;
      }
      let bound = floats[record + boundFloat];
      if (count === 0) {
        high = 0;
        low = 0;
        lost = 0;
        bound = 0;
      }
      let place = 0;
      let back = 0;
      if (log === 0) {
        if (maxWindowMs === windowMs) {
          head = tail & mask;
          retained = count;
        } else {
          const oldest = time - maxWindowMs;
          while (retained > 0 && doubles[base + (head << 1)] <= oldest) {
            head = (head + 1) & mask;
            retained--;
          }
        }
        if (retained > mask || retained >= eventsMax) return i;
        place = base + (((head + retained) & mask) << 1);
      } else {
        // A border between blocks is left: one event in 128.
        if (here === 0) return i;
        const directory = state[log + logDirectory];
        head = state[log + logFrontStart];
        if (maxWindowMs === windowMs) {
          if (state[log + logFront] !== state[log + logTails] || head !== state[log + logTails + 1]) return i;
          head = tail;
          retained = count;
        } else {
          const oldest = time - maxWindowMs;
          const front = (directory + (state[log + logFront] & slots) * 2) * 2;
          const end = state[front + 1];
          for (; head < end && doubles[state[front] + (head << 1)] <= oldest; head++) retained--;
          if (head === end) return i;
        }
        back = (directory + (state[log + logBack] & slots) * 2) * 2;
        const events = state[back + 1];
        if (events === blockEvents || retained <= ringAgainEvents || retained >= eventsMax) return i;
        place = state[back] + (events << 1);
      }

      const x = f64[value + 1];
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
        if (sum + (sumError + reach) !== sum || sum + (sumError - reach) !== sum) return i;
      }
      if (sum - sum !== 0) return i;

      doubles[place] = time;
      doubles[place + 1] = x;
      count++;
      retained++;
      if (log === 0) state[record + recordHead] = head;
      else {
        state[log + logTails + 1] = tail;
        state[log + logFrontStart] = head;
        state[back + 1]++;
      }
      state[record + recordRetained] = retained;
      state[record + countWord] = count;
      doubles[half + recordClock] = time;
      doubles[half + sumDouble] = high;
      doubles[half + sumDouble + 1] = low;
      floats[record + boundFloat] = bound;
      if (!(doubles[newestMs] >= time)) doubles[newestMs] = time;
      if (countOutput >= 0) f64[value + countOutput] = count;
      if (sumOutput >= 0) f64[value + sumOutput] = sum;
      if (meanOutput >= 0) f64[value + meanOutput] = sum / count;
      i32[statuses + row * rowWords] = accepted;
      if (mask > 7 && retained * 8 <= mask + 1) emptying[this.emptyingCount++] = record;
    }
    return n;
  }
}
