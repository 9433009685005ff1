import { addToSquares, addToSum, clearSum } from '../aggregate/moments.js';
import {
  metaClassMask,
  recordEvents,
  recordHead,
  recordMeta,
  recordRetained,
  type WindowSpec,
} from '../layout/entity-layout.js';
import type { ShardMemory } from './shard-memory.js';

/**
 * The events of an entity that has few: a ring of 4 << k events in order of time, ties by arrival.
 *
 *     event i of the ring, at double address  ring + ((head + i) & mask) * eventDoubles:  time, column 0, column 1 ...
 *
 * All windows share the ring. Each is a tail: its last `count` events. An event out of order is moved to its place,
 * past 128 events at most; an entity with more has a block log (`block-log.ts`).
 */

export function ringMask(s: ShardMemory, record: number): number {
  return (4 << (s.i32[record + recordMeta] & metaClassMask)) - 1;
}

/** Takes n events out of a window's sums and extrema: those at double address `from` and following. */
export function leaveRange(
  s: ShardMemory,
  record: number,
  window: WindowSpec,
  from: number,
  n: number,
): void {
  const { f64, f32 } = s;
  const step = s.entity.eventDoubles;
  const doubles = record >> 1;
  const { moments, extrema } = window;
  for (let i = 0; i < moments.length; i++) {
    const moment = moments[i];
    const column = from + 1 + moment.column;
    addToSum(f64, f32, doubles + moment.sum, record + moment.bound, column, n, step, -1);
    if (moment.squares < 0) continue;
    addToSquares(f64, f32, doubles + moment.squares, record + moment.bound + 1, column, n, step, -1);
  }
  for (let i = 0; i < extrema.length; i++) {
    const cached = doubles + extrema[i].value;
    const column = from + 1 + extrema[i].column;
    for (let k = 0; k < n; k++) if (f64[column + k * step] === f64[cached]) f64[cached] = Number.NaN;
  }
}

/** Empties a window's sums and extrema: no residue stays. */
export function clearWindow(s: ShardMemory, record: number, window: WindowSpec): void {
  const doubles = record >> 1;
  for (const moment of window.moments) {
    clearSum(s.f64, s.f32, doubles + moment.sum, record + moment.bound);
    if (moment.squares >= 0) clearSum(s.f64, s.f32, doubles + moment.squares, record + moment.bound + 1);
  }
  for (const extremum of window.extrema) s.f64[doubles + extremum.value] = Number.NaN;
}

/** Advances an entity's windows to the time of `staged[0]`, and drops events that no window can see any more. */
export function advanceRing(s: ShardMemory, record: number, staged: Float64Array): void {
  const { i32, f64, entity } = s;
  const now = staged[0];
  const ring = i32[record + recordEvents];
  const mask = ringMask(s, record);
  const step = entity.eventDoubles;
  const retained = i32[record + recordRetained];
  const head = i32[record + recordHead];
  const windows = entity.windows;
  for (let w = 0; w < windows.length; w++) {
    const window = windows[w];
    const count = i32[record + window.count];
    const tail = head + retained - count;
    const cut = now - window.windowMs;
    let leaving = 0;
    while (leaving < count && f64[ring + ((tail + leaving) & mask) * step] <= cut) leaving++;
    if (leaving === 0) continue;
    i32[record + window.count] = count - leaving;
    if (leaving === count) {
      clearWindow(s, record, window);
      continue;
    }
    const first = tail & mask;
    const straight = Math.min(leaving, mask + 1 - first);
    leaveRange(s, record, window, ring + first * step, straight);
    if (straight < leaving) leaveRange(s, record, window, ring, leaving - straight);
  }
  const cut = now - entity.maxWindowMs;
  let dropped = 0;
  while (dropped < retained && f64[ring + ((head + dropped) & mask) * step] <= cut) dropped++;
  i32[record + recordHead] = (head + dropped) & mask;
  i32[record + recordRetained] = retained - dropped;
}

/**
 * Puts the staged event at its place; there must be room.
 * @returns the double address of the event
 */
export function insertIntoRing(s: ShardMemory, record: number, staged: Float64Array): number {
  const { i32, f64 } = s;
  const ring = i32[record + recordEvents];
  const mask = ringMask(s, record);
  const step = s.entity.eventDoubles;
  const head = i32[record + recordHead];
  const now = staged[0];
  let place = i32[record + recordRetained]++;
  while (place > 0) {
    const before = ring + ((head + place - 1) & mask) * step;
    if (f64[before] <= now) break;
    const here = ring + ((head + place) & mask) * step;
    for (let i = 0; i < step; i++) f64[here + i] = f64[before + i];
    place--;
  }
  const at = ring + ((head + place) & mask) * step;
  for (let i = 0; i < step; i++) f64[at + i] = staged[i];
  return at;
}

/** Moves the ring to a block of another class; it must hold the retained events. */
export function resizeRing(s: ShardMemory, record: number, sizeClass: number): boolean {
  const { i32, f64 } = s;
  const fresh = s.allocate(sizeClass);
  if (fresh === 0) return false;
  const old = i32[record + recordEvents];
  const mask = ringMask(s, record);
  const step = s.entity.eventDoubles;
  const head = i32[record + recordHead];
  const retained = i32[record + recordRetained];
  for (let i = 0; i < retained; i++) {
    const from = old + ((head + i) & mask) * step;
    for (let k = 0; k < step; k++) f64[fresh + i * step + k] = f64[from + k];
  }
  const meta = i32[record + recordMeta];
  s.free(old, meta & metaClassMask);
  i32[record + recordEvents] = fresh;
  i32[record + recordHead] = 0;
  i32[record + recordMeta] = (meta & ~metaClassMask) | sizeClass;
  return true;
}

/** Looks a window's extremum up among its events: the smallest of sign * value. Writes it to f64[at]. */
export function scanRing(
  s: ShardMemory,
  record: number,
  count: number,
  column: number,
  sign: number,
  at: number,
): void {
  const { i32, f64 } = s;
  const ring = i32[record + recordEvents] + 1 + column;
  const mask = ringMask(s, record);
  const step = s.entity.eventDoubles;
  const tail = i32[record + recordHead] + i32[record + recordRetained] - count;
  let best = f64[ring + (tail & mask) * step];
  for (let i = 1; i < count; i++) {
    const value = f64[ring + ((tail + i) & mask) * step];
    if (sign * value < sign * best) best = value;
  }
  f64[at] = best;
}
