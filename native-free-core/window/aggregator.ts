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
  ringFirstClass,
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
import { addEntity, findEntity, indexSlotsMoved, isEntity, moveIndexSlice } from './entity-table.js';
import { advanceRing, insertIntoRing, resizeRing, ringMask } from './event-ring.js';
import { addAccumulators } from './log-accumulators.js';
import { hasRoomForLog, ringToLog } from './log-conversion.js';
import { dropPanes, mergeOldest, takeIntoPane } from './panes.js';
import { hasRoomForEntity, sweep, sweepAll, sweepRecords } from './reclaim.js';
import type { ShardMemory } from './shard-memory.js';
import { SliceTouches } from './slice-touches.js';
import { WindowFeatures } from './window-features.js';
import { WindowsKernel } from './windows-kernel.js';

/**
 * Takes the events of one lane of a decoded chunk into the lane's shard, and writes each one's features, or why it
 * was refused, to its row.
 *
 * A slice of 64 events goes through in passes: those that only touch (`slice-touches.ts`), then the one that updates.
 */
export class Aggregator {
  readonly #features: WindowFeatures;
  readonly #kernel: CountSumKernel | WindowsKernel | undefined;
  readonly #touches: SliceTouches;
  /** The event on its way: time, then columns. */
  readonly #staged: Float64Array;
  readonly #clock = new Float64Array(1);
  readonly #cut = new Float64Array(1);
  /** The longest feature window: an event whose window began before the history did is incomplete. */
  readonly #reachMs: number;

  /** @param isPlain false: without a kernel, for the test that holds them to the general path */
  constructor(
    readonly arena: Arena,
    readonly slots: SlotLayout,
    readonly entity: EntityLayout,
    isPlain = true,
  ) {
    this.#features = new WindowFeatures(entity, arena.f64);
    this.#touches = new SliceTouches(arena, entity);
    this.#kernel = isPlain ? kernelFor(arena, slots, entity) : undefined;
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
    const { records } = this.#touches;
    const entries = ((slot + this.slots.index) >> 2) + at * indexEntryWords;
    this.#touches.run(s, entries, n);
    const kernel = this.#kernel;
    for (let i = 0; i < n; i++) {
      if (kernel !== undefined && records[i] !== 0) {
        i = kernel.run(s, slot, entries, records, i, n);
        if (kernel.unsure !== 0)
          this.#readUnsure(s, slot, entries + (i - 1) * indexEntryWords, records[i - 1]);
        for (let k = 0; k < kernel.emptyingCount; k++) shrinkRing(s, kernel.emptying[k]);
      }
      if (i < n) this.#aggregateEvent(s, slot, entries + i * indexEntryWords, records[i]);
    }
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

  /** The kernel took the event, but one of its sums could not be rounded with certainty. */
  #readUnsure(s: ShardMemory, slot: number, entry: number, record: number): void {
    const { slots } = this;
    const values = ((slot + slots.values) >> 3) + this.arena.i32[entry] * slots.rowDoubles;
    this.#clock[0] = s.f64[(record >> 1) + recordClock];
    this.#features.read(s, record, values + slots.outputs, this.#clock);
    this.#features.takeWish();
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

function kernelFor(
  arena: Arena,
  slots: SlotLayout,
  entity: EntityLayout,
): CountSumKernel | WindowsKernel | undefined {
  if (CountSumKernel.fits(entity)) return new CountSumKernel(arena, slots, entity);
  return WindowsKernel.fits(entity) ? new WindowsKernel(arena, slots, entity) : undefined;
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
  const ring = s.allocate(ringFirstClass);
  if (ring === 0) return 0;
  const record = addEntity(s, hash, data, key, length);
  if (record === 0) {
    s.free(ring, ringFirstClass);
    return 0;
  }
  i32[record + recordEvents] = ring;
  i32[record + recordMeta] |= ringFirstClass;
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
