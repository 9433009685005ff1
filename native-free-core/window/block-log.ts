import {
  blockClass,
  blockEvents,
  entryTime,
  logBack,
  logExact,
  logFront,
  logFrontStart,
  logPanes,
  logTails,
  ringAgainEvents,
} from '../layout/block-log-layout.js';
import { recordRetained } from '../layout/entity-layout.js';
import {
  appendBlock,
  entryOf,
  findBlock,
  hasRoomForBlock,
  logOf,
  scanBlocks,
  splitBlock,
  widenExtrema,
} from './block-directory.js';
import { clearWindow, leaveRange } from './event-ring.js';
import { addToExact } from './log-accumulators.js';
import { logToRing } from './log-conversion.js';
import type { ShardMemory } from './shard-memory.js';

/**
 * The events of an entity that has many (`layout/block-log-layout.ts`): appending touches the last block; an event
 * out of order moves at most a block's events and, once in 64 times, directory entries; nothing is ever copied
 * whole. Windows are tails, given by (block sequence, event in it).
 */
const limits = new Float64Array(1);

function advanceTail(s: ShardMemory, record: number, log: number, w: number, cut: Float64Array): void {
  const { i32, f64, entity } = s;
  const window = entity.windows[w];
  const step = entity.eventDoubles;
  const tail = log + logTails + 2 * w;
  const limit = cut[0];
  let left = i32[record + window.count];
  while (left > 0) {
    const entry = entryOf(s, log, i32[tail]) * 2;
    const n = i32[entry + 1];
    const start = i32[tail + 1];
    let end = start;
    while (end < n && f64[i32[entry] + end * step] <= limit) end++;
    if (end > start) {
      const from = i32[entry] + start * step;
      leaveRange(s, record, window, from, end - start);
      if (i32[log + logExact] !== 0) addToExact(s, i32[log + logExact], window, from, end - start, -1);
      left -= end - start;
      i32[tail + 1] = end;
    }
    if (end < n || left === 0) break;
    i32[tail] = (i32[tail] + 1) | 0;
    i32[tail + 1] = 0;
  }
  i32[record + window.count] = left;
  if (left === 0) clearWindow(s, record, window);
}

/** Frees blocks of which no event can be seen any more. */
function dropFront(s: ShardMemory, record: number, log: number, cut: Float64Array): void {
  const { i32, f64 } = s;
  const step = s.entity.eventDoubles;
  const limit = cut[0];
  for (;;) {
    const front = i32[log + logFront];
    const entry = entryOf(s, log, front) * 2;
    const n = i32[entry + 1];
    const start = i32[log + logFrontStart];
    let end = start;
    while (end < n && f64[i32[entry] + end * step] <= limit) end++;
    i32[record + recordRetained] -= end - start;
    i32[log + logFrontStart] = end;
    if (end < n || front === i32[log + logBack]) return;
    s.free(i32[entry], blockClass);
    i32[log + logFront] = (front + 1) | 0;
    i32[log + logFrontStart] = 0;
  }
}

/** Advances an entity's windows to the time of `staged[0]`, drops what no window can see; may give a ring again. */
export function advanceLog(s: ShardMemory, record: number, staged: Float64Array): void {
  const { i32, entity } = s;
  const log = logOf(s, record);
  for (let w = 0; w < entity.windows.length; w++) {
    limits[0] = staged[0] - entity.windows[w].windowMs;
    advanceTail(s, record, log, w, limits);
  }
  limits[0] = staged[0] - entity.maxWindowMs;
  dropFront(s, record, log, limits);
  // An entity that has all the events it may keep stays: the next one makes it merge.
  const isFew = i32[record + recordRetained] <= Math.min(ringAgainEvents, entity.eventsPerEntityMax - 1);
  if (isFew && i32[log + logPanes] === 0) logToRing(s, record);
}

/** Puts a tail at the first event that is later than limits[0]. */
function findTail(s: ShardMemory, log: number, tail: number): void {
  const { i32, f64 } = s;
  const at = findBlock(s, log, limits);
  const entry = entryOf(s, log, at) * 2;
  const n = i32[entry + 1];
  const step = s.entity.eventDoubles;
  let low = at === i32[log + logFront] ? i32[log + logFrontStart] : 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (f64[i32[entry] + middle * step] <= limits[0]) low = middle + 1;
    else high = middle;
  }
  const over = low === n && at !== i32[log + logBack];
  i32[tail] = over ? (at + 1) | 0 : at;
  i32[tail + 1] = over ? 0 : low;
}

/** The back block is full: a new one; what stood behind its last event now stands before the new one's first. */
function beginBlock(s: ShardMemory, log: number): number {
  const { i32, entity } = s;
  const old = i32[log + logBack];
  const sequence = appendBlock(s, log);
  for (let w = 0; w < entity.windows.length; w++) {
    const tail = log + logTails + 2 * w;
    if (i32[tail] !== old || i32[tail + 1] < blockEvents) continue;
    i32[tail] = sequence;
    i32[tail + 1] = 0;
  }
  if (i32[log + logFront] === old && i32[log + logFrontStart] === blockEvents) {
    s.free(i32[entryOf(s, log, old) * 2], blockClass);
    i32[log + logFront] = sequence;
    i32[log + logFrontStart] = 0;
  }
  return sequence;
}

/** Whether an event can be inserted. */
export function hasRoomInLog(s: ShardMemory, record: number, isAppend: boolean): boolean {
  const log = logOf(s, record);
  const isBackOpen = s.i32[entryOf(s, log, s.i32[log + logBack]) * 2 + 1] < blockEvents;
  return (isAppend && isBackOpen) || hasRoomForBlock(s, log);
}

/** Puts the staged event, not older than any other, at the end. @returns its double address */
export function appendToLog(s: ShardMemory, record: number, staged: Float64Array): number {
  const { i32, f64, entity } = s;
  const log = logOf(s, record);
  let sequence = i32[log + logBack];
  if (i32[entryOf(s, log, sequence) * 2 + 1] === blockEvents) sequence = beginBlock(s, log);
  const entry = entryOf(s, log, sequence);
  const n = i32[entry * 2 + 1]++;
  const at = i32[entry * 2] + n * entity.eventDoubles;
  for (let i = 0; i < entity.eventDoubles; i++) f64[at + i] = staged[i];
  if (n === 0) f64[entry + entryTime] = staged[0];
  widenExtrema(s, log, sequence, entry, at);
  i32[record + recordRetained]++;
  return at;
}

/** Moves the live events of a full front block to its beginning. */
function compactFront(s: ShardMemory, log: number, entry: number): void {
  const { i32, f64, entity } = s;
  const start = i32[log + logFrontStart];
  const block = i32[entry * 2];
  const doubles = (i32[entry * 2 + 1] - start) * entity.eventDoubles;
  for (let i = 0; i < doubles; i++) f64[block + i] = f64[block + start * entity.eventDoubles + i];
  f64[entry + entryTime] = f64[block];
  i32[entry * 2 + 1] -= start;
  i32[log + logFrontStart] = 0;
}

/**
 * Puts the staged event, older than the clock, at its place (after events of the same time).
 * The windows' tails must be found again afterwards (`findTails`).
 * @returns its double address
 */
export function insertIntoLog(s: ShardMemory, record: number, staged: Float64Array): number {
  const { i32, f64, entity } = s;
  const log = logOf(s, record);
  const step = entity.eventDoubles;
  limits[0] = staged[0];
  let sequence = findBlock(s, log, limits);
  if (i32[entryOf(s, log, sequence) * 2 + 1] === blockEvents) {
    if (sequence === i32[log + logFront] && i32[log + logFrontStart] > 0) {
      compactFront(s, log, entryOf(s, log, sequence));
    } else {
      splitBlock(s, log, sequence);
      sequence = findBlock(s, log, limits);
    }
  }
  const entry = entryOf(s, log, sequence);
  const block = i32[entry * 2];
  const start = sequence === i32[log + logFront] ? i32[log + logFrontStart] : 0;
  let place = i32[entry * 2 + 1]++;
  for (; place > start && f64[block + (place - 1) * step] > limits[0]; place--) {
    for (let i = 0; i < step; i++) f64[block + place * step + i] = f64[block + (place - 1) * step + i];
  }
  const at = block + place * step;
  for (let i = 0; i < step; i++) f64[at + i] = staged[i];
  if (place === 0) f64[entry + entryTime] = staged[0];
  widenExtrema(s, log, sequence, entry, at);
  i32[record + recordRetained]++;
  return at;
}

/** Finds all tails again after an insertion out of order: `clock[0]` is the entity's clock. */
export function findTails(s: ShardMemory, record: number, clock: Float64Array): void {
  const { entity } = s;
  const log = logOf(s, record);
  for (let w = 0; w < entity.windows.length; w++) {
    limits[0] = clock[0] - entity.windows[w].windowMs;
    findTail(s, log, log + logTails + 2 * w);
  }
}

/** As `scanRing`: writes the extremum of window w to f64[at]. */
export function scanLog(
  s: ShardMemory,
  record: number,
  w: number,
  column: number,
  sign: number,
  at: number,
): void {
  const { i32, f64 } = s;
  const log = logOf(s, record);
  const step = s.entity.eventDoubles;
  const sequence = i32[log + logTails + 2 * w];
  const entry = entryOf(s, log, sequence) * 2;
  const start = i32[log + logTails + 2 * w + 1];
  const n = i32[entry + 1];
  const first = i32[entry] + 1 + column;
  let best = f64[first + start * step];
  for (let i = start + 1; i < n; i++) {
    const value = f64[first + i * step];
    if (sign * value < sign * best) best = value;
  }
  f64[at] = best;
  if (sequence !== i32[log + logBack]) scanBlocks(s, log, (sequence + 1) | 0, column, sign, at);
}
