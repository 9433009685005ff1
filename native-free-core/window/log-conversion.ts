import { accumulatorDoubles } from '../aggregate/exact-accumulator.js';
import {
  blockClass,
  directoryBitsFirst,
  directoryDoubles,
  entryTime,
  logBack,
  logDirectory,
  logDirectoryBits,
  logDoubles,
  logExact,
  logFront,
  logFrontStart,
  logTails,
  ringAgainClass,
} from '../layout/block-log-layout.js';
import {
  metaClassMask,
  metaLarge,
  recordEvents,
  recordHead,
  recordMeta,
  recordRetained,
} from '../layout/entity-layout.js';
import { clearBlock, entryOf, logOf, widenExtrema } from './block-directory.js';
import { ringMask } from './event-ring.js';
import type { ShardMemory } from './shard-memory.js';

/**
 * Between an event ring and a block log: an entity gets a log when its ring is at its greatest, and a ring again when
 * few events are left.
 */

/** Whether the conversion to a log can be had from the heap. */
export function hasRoomForLog(s: ShardMemory): boolean {
  const { entity } = s;
  const directory = s.classFor(directoryDoubles(directoryBitsFirst, entity.extremaColumns));
  const log = s.classFor(logDoubles(entity.windows.length));
  return s.canAllocate(Math.max(directory, log, blockClass) + 2);
}

/** Gives an entity whose ring has at most a block's events a log. There must be room (`hasRoomForLog`). */
export function ringToLog(s: ShardMemory, record: number): void {
  const { i32, f64, entity } = s;
  const step = entity.eventDoubles;
  const ring = i32[record + recordEvents];
  const mask = ringMask(s, record);
  const retained = i32[record + recordRetained];
  const log = s.allocate(s.classFor(logDoubles(entity.windows.length))) * 2;
  i32.fill(0, log, log + 2 * logDoubles(entity.windows.length));
  i32[log + logDirectory] = s.allocate(
    s.classFor(directoryDoubles(directoryBitsFirst, entity.extremaColumns)),
  );
  i32[log + logDirectoryBits] = directoryBitsFirst;
  i32[entryOf(s, log, 0) * 2] = s.allocate(blockClass);
  clearBlock(s, log, 0);
  const entry = entryOf(s, log, 0);
  const block = i32[entry * 2];
  for (let i = 0; i < retained; i++) {
    const from = ring + ((i32[record + recordHead] + i) & mask) * step;
    for (let k = 0; k < step; k++) f64[block + i * step + k] = f64[from + k];
    widenExtrema(s, log, 0, entry, block + i * step);
  }
  i32[entry * 2 + 1] = retained;
  f64[entry + entryTime] = f64[block];
  for (let w = 0; w < entity.windows.length; w++) {
    i32[log + logTails + 2 * w + 1] = retained - i32[record + entity.windows[w].count];
  }
  const meta = i32[record + recordMeta];
  s.free(ring, meta & metaClassMask);
  i32[record + recordEvents] = log / 2;
  i32[record + recordMeta] = (meta & ~metaClassMask) | metaLarge;
}

/** Frees everything that a log has. */
export function freeLog(s: ShardMemory, record: number): void {
  const { i32, entity } = s;
  const log = logOf(s, record);
  const back = i32[log + logBack];
  for (let at = i32[log + logFront]; ; at = (at + 1) | 0) {
    s.free(i32[entryOf(s, log, at) * 2], blockClass);
    if (at === back) break;
  }
  const bits = i32[log + logDirectoryBits];
  s.free(i32[log + logDirectory], s.classFor(directoryDoubles(bits, entity.extremaColumns)));
  if (i32[log + logExact] !== 0)
    s.free(i32[log + logExact], s.classFor(entity.accumulators * accumulatorDoubles));
  s.free(log / 2, s.classFor(logDoubles(entity.windows.length)));
}

/** Gives an entity that has few events again a ring again, if the heap has one. */
export function logToRing(s: ShardMemory, record: number): void {
  const { i32, f64 } = s;
  const ring = s.allocate(ringAgainClass);
  if (ring === 0) return;
  const step = s.entity.eventDoubles;
  const log = logOf(s, record);
  let start = i32[log + logFrontStart];
  let to = ring;
  for (let left = i32[record + recordRetained], at = i32[log + logFront]; left > 0; at = (at + 1) | 0) {
    const entry = entryOf(s, log, at) * 2;
    const n = i32[entry + 1] - start;
    for (let i = 0; i < n * step; i++) f64[to + i] = f64[i32[entry] + start * step + i];
    to += n * step;
    left -= n;
    start = 0;
  }
  freeLog(s, record);
  i32[record + recordEvents] = ring;
  i32[record + recordHead] = 0;
  const meta = i32[record + recordMeta];
  i32[record + recordMeta] = (meta & ~(metaClassMask | metaLarge)) | ringAgainClass;
}
