import { blockEvents, logPanes } from '../layout/block-log-layout.js';
import type { EntityLayout } from '../layout/entity-layout.js';
import {
  metaClassMask,
  metaLarge,
  recordClock,
  recordEvents,
  recordHead,
  recordMeta,
  recordRetained,
} from '../layout/entity-layout.js';
import { countInexact, leastClockMs, newestMs, sweepLeastMs, wholeSinceMs } from '../layout/shard-layout.js';
import {
  type Arena,
  indexEntryWords,
  keyLengthMask,
  rowStatus,
  rowWords,
  type SlotLayout,
  statusIncomplete,
  statusInexact,
} from '../layout/slot-layout.js';
import { sliceEvents } from '../limits.js';
import { accepted, capacity, late } from '../reasons.js';
import { logOf } from './block-directory.js';
import { advanceLog, appendToLog, findTails, hasRoomInLog, insertIntoLog } from './block-log.js';
import { CountSumKernel } from './count-sum-kernel.js';
import {
  addEntity,
  findEntity,
  guessEntity,
  indexSlotsMoved,
  isEntity,
  moveIndexSlice,
} from './entity-table.js';
import { advanceRing, insertIntoRing, resizeRing, ringMask } from './event-ring.js';
import { addAccumulators } from './log-accumulators.js';
import { hasRoomForLog, ringToLog } from './log-conversion.js';
import { dropPanes, mergeOldest, takeIntoPane } from './panes.js';
import { hasRoomForEntity, sweep, sweepAll, sweepRecords } from './reclaim.js';
import type { ShardMemory } from './shard-memory.js';
import { WindowFeatures } from './window-features.js';

/**
 * Takes the events of one lane of a decoded chunk into the lane's shard, and writes each one's features, or why it
 * was refused, to its row.
 *
 * A slice of 64 events goes through in passes: touch the index, guess and touch the records, touch the events,
 * update. The first three only load, one event independent of the next, so that their cache misses overlap.
 */
export class Aggregator {
  readonly #features: WindowFeatures;
  readonly #kernel: CountSumKernel | undefined;
  readonly #records = new Int32Array(sliceEvents);
  readonly #touches = new Int32Array(2 * sliceEvents);
  /** The event on its way: time, then columns. */
  readonly #staged: Float64Array;
  readonly #clock = new Float64Array(1);
  readonly #cut = new Float64Array(1);
  /** The longest feature window: an event whose window began before the history did is incomplete. */
  readonly #reachMs: number;
  /** Keeps the touching loads from being optimised away. */
  touched = 0;

  /** @param isPlain false: without the hot view's kernel, for the test that holds it to the general path */
  constructor(
    readonly arena: Arena,
    readonly slots: SlotLayout,
    readonly entity: EntityLayout,
    isPlain = true,
  ) {
    this.#features = new WindowFeatures(entity, arena.f64);
    this.#kernel =
      isPlain && CountSumKernel.fits(entity) ? new CountSumKernel(arena, slots, entity) : undefined;
    this.#staged = new Float64Array(entity.eventDoubles);
    this.#reachMs = entity.windows[entity.windows.length - 1].windowMs;
  }

  /** @param slot byte position of the chunk's slot in the arena */
  aggregateLane(s: ShardMemory, slot: number, lane: number): void {
    const { i32 } = this.arena;
    const starts = ((slot + this.slots.laneStart) >> 2) + lane;
    const end = i32[starts + 1];
    for (let at = i32[starts]; at < end; at += sliceEvents) {
      this.#aggregateSlice(s, slot, at, Math.min(sliceEvents, end - at));
      moveIndexSlice(s, indexSlotsMoved);
      sweep(s, sweepRecords);
    }
  }

  #aggregateSlice(s: ShardMemory, slot: number, at: number, n: number): void {
    const { i32 } = this.arena;
    const state = s.i32;
    const records = this.#records;
    const touches = this.#touches;
    const entries = ((slot + this.slots.index) >> 2) + at * indexEntryWords;
    const base = s.indexBase;
    const mask = s.indexMask;
    for (let i = 0; i < n; i++) touches[i] = base + (i32[entries + i * indexEntryWords + 1] & mask) * 2;
    let touched = touchAll(state, touches, n);
    for (let i = 0; i < n; i++) records[i] = guessEntity(s, i32[entries + i * indexEntryWords + 1]);
    touched ^= touchAll(state, records, n);
    touched ^= touchAll(state, touches, this.#findEnds(s, n));
    this.touched ^= touched;
    const kernel = this.#kernel;
    for (let i = 0; i < n; i++) {
      if (kernel !== undefined && records[i] !== 0) {
        i = kernel.run(s, slot, entries, records, i, n);
        for (let k = 0; k < kernel.emptyingCount; k++) shrinkRing(s, kernel.emptying[k]);
      }
      if (i < n) this.#aggregateEvent(s, slot, entries + i * indexEntryWords, records[i]);
    }
  }

  /** Where the slice's entities have their oldest events, and will have the next. @returns how many addresses */
  #findEnds(s: ShardMemory, n: number): number {
    const state = s.i32;
    const records = this.#records;
    const touches = this.#touches;
    const words = 2 * s.entity.eventDoubles;
    for (let i = 0; i < n; i++) {
      const record = records[i];
      const meta = state[record + recordMeta];
      const isRing = record !== 0 && (meta & metaLarge) === 0;
      const mask = isRing ? (4 << (meta & metaClassMask)) - 1 : 0;
      const ring = isRing ? 2 * state[record + recordEvents] : 0;
      const head = isRing ? state[record + recordHead] : 0;
      touches[2 * i] = ring + head * words;
      touches[2 * i + 1] = ring + ((head + state[record + recordRetained]) & mask) * words;
    }
    return 2 * n;
  }

  #aggregateEvent(s: ShardMemory, slot: number, entry: number, guess: number): void {
    const { i32, data } = this.arena;
    const { slots } = this;
    const row = i32[entry];
    const key = i32[entry + 2];
    const length = i32[entry + 3] & keyLengthMask;
    const values = ((slot + slots.values) >> 3) + row * slots.rowDoubles;
    this.#stage(values);
    const time = this.#staged[0];
    const status = ((slot + slots.rows) >> 2) + row * rowWords + rowStatus;
    i32[status] = late;
    if (time <= s.f64[newestMs] - s.entity.latenessMs) return;
    let record = guess;
    if (record === 0 || !isEntity(s, record, data, key, length)) {
      record = findEntity(s, i32[entry + 1], data, key, length);
    }
    const isNew = record === 0;
    if (isNew) record = createEntity(s, i32[entry + 1], data, key, length, this.#staged);
    else if (time <= s.f64[(record >> 1) + recordClock] - s.entity.maxWindowMs) return;
    i32[status] = capacity;
    if (record === 0) return;
    const clock = (record >> 1) + recordClock;
    const isAppend = isNew || time >= s.f64[clock];
    if (!makeRoom(s, record, this.#staged, isAppend)) {
      sweepAll(s);
      if (s.i32[record + recordRetained] < 0 || !makeRoom(s, record, this.#staged, isAppend)) return;
    }
    if (isAppend) s.f64[clock] = time;
    if (!(s.f64[newestMs] >= time)) s.f64[newestMs] = time;
    this.#clock[0] = s.f64[clock];
    this.#insert(s, record, isAppend);
    const inexact = this.#features.read(s, record, values + slots.outputs, this.#clock);
    i32[status] = accepted;
    if (inexact !== 0) {
      i32[status] |= statusInexact;
      s.f64[countInexact]++;
    }
    if (this.#clock[0] - this.#reachMs < s.f64[wholeSinceMs]) i32[status] |= statusIncomplete;
    if (this.#features.takeWish()) addAccumulators(s, record);
  }

  #stage(values: number): void {
    const { f64 } = this.arena;
    const staged = this.#staged;
    for (let i = 0; i < staged.length; i++) staged[i] = f64[values + i];
  }

  /** Windows advance to the clock, the event takes its place, and enters the windows that reach it. */
  #insert(s: ShardMemory, record: number, isAppend: boolean): void {
    const { i32 } = s;
    const staged = this.#staged;
    if ((i32[record + recordMeta] & metaLarge) === 0) {
      if (isAppend) advanceRing(s, record, staged);
      this.#features.enter(s, record, insertIntoRing(s, record, staged), this.#clock);
      shrinkRing(s, record);
      return;
    }
    if (!isAppend) {
      if (takeIntoPane(s, record, staged)) return;
      const placed = insertIntoLog(s, record, staged);
      findTails(s, record, this.#clock);
      this.#features.enter(s, record, placed, this.#clock);
    } else {
      this.#cut[0] = this.#clock[0] - s.entity.maxWindowMs;
      if (i32[logOf(s, record) + logPanes] !== 0) dropPanes(s, record, this.#cut);
      advanceLog(s, record, staged);
      const isLarge = (i32[record + recordMeta] & metaLarge) !== 0;
      const placed = isLarge ? appendToLog(s, record, staged) : insertIntoRing(s, record, staged);
      this.#features.enter(s, record, placed, this.#clock);
      if (!isLarge) return;
    }
    if (i32[record + recordRetained] > s.entity.eventsPerEntityMax) mergeOldest(s, record);
  }
}

/**
 * Loads the words at the first n addresses (rounded up to eight; all of them are addresses of the shard). There is
 * nothing else in the loop, so that the processor has as many misses under way as it can: what it holds back is the
 * number of instructions between two loads.
 */
function touchAll(state: Int32Array, addresses: Int32Array, n: number): number {
  let touched = 0;
  for (let i = 0; i < n; i += 8) {
    touched ^=
      state[addresses[i]] ^
      state[addresses[i + 1]] ^
      state[addresses[i + 2]] ^
      state[addresses[i + 3]] ^
      state[addresses[i + 4]] ^
      state[addresses[i + 5]] ^
      state[addresses[i + 6]] ^
      state[addresses[i + 7]];
  }
  return touched;
}

/** @returns the record of a new entity with an empty ring, or 0 if the shard is full */
function createEntity(
  s: ShardMemory,
  hash: number,
  data: DataView,
  key: number,
  length: number,
  staged: Float64Array,
): number {
  const { i32, f64 } = s;
  if (!hasRoomForEntity(s, length, staged)) return 0;
  const ring = s.allocate(0);
  if (ring === 0) return 0;
  const record = addEntity(s, hash, data, key, length);
  if (record === 0) {
    s.free(ring, 0);
    return 0;
  }
  i32[record + recordEvents] = ring;
  for (const window of s.entity.windows) {
    for (const extremum of window.extrema) f64[(record >> 1) + extremum.value] = Number.NaN;
  }
  f64[(record >> 1) + recordClock] = staged[0];
  if (staged[0] < f64[leastClockMs]) f64[leastClockMs] = staged[0];
  if (staged[0] < f64[sweepLeastMs]) f64[sweepLeastMs] = staged[0];
  return record;
}

/**
 * Sees to it that the staged event can be inserted, before anything of the entity has changed.
 * @returns whether it can; false: the heap is full
 */
function makeRoom(s: ShardMemory, record: number, staged: Float64Array, isAppend: boolean): boolean {
  const { i32, f64, entity } = s;
  const meta = i32[record + recordMeta];
  if ((meta & metaLarge) !== 0) return hasRoomInLog(s, record, isAppend);
  const retained = i32[record + recordRetained];
  const capacityNow = ringMask(s, record) + 1;
  const isCrowded = retained >= entity.eventsPerEntityMax;
  if (retained < capacityNow && !isCrowded) return true;
  const oldest = f64[i32[record + recordEvents] + i32[record + recordHead] * entity.eventDoubles];
  if (isAppend && oldest <= staged[0] - entity.maxWindowMs) return true;
  if (capacityNow < blockEvents && !isCrowded) return resizeRing(s, record, (meta & metaClassMask) + 1);
  if (!hasRoomForLog(s)) return false;
  ringToLog(s, record);
  return true;
}

/** A ring that is nearly empty is halved: what a burst took comes back. */
function shrinkRing(s: ShardMemory, record: number): void {
  const meta = s.i32[record + recordMeta];
  const sizeClass = meta & metaClassMask;
  if ((meta & metaLarge) !== 0 || sizeClass < 2 || s.i32[record + recordRetained] * 8 > 4 << sizeClass)
    return;
  resizeRing(s, record, sizeClass - 1);
}
