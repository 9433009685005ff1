import {
  blockClass,
  blockEvents,
  directoryDoubles,
  entryDoubles,
  entryExtrema,
  entryTime,
  groupBits,
  groupDoubles,
  groupExtrema,
  logBack,
  logDirectory,
  logDirectoryBits,
  logFront,
} from '../layout/block-log-layout.js';
import { recordEvents } from '../layout/entity-layout.js';
import type { ShardMemory } from './shard-memory.js';

/** The directory of a block log: finding, adding and splitting blocks, and the extrema of blocks and groups. */

/** The log of a large entity, as a word address. */
export function logOf(s: ShardMemory, record: number): number {
  return s.i32[record + recordEvents] * 2;
}

/** @returns the double address of a block's entry; `log` is a word address, as everywhere here */
export function entryOf(s: ShardMemory, log: number, sequence: number): number {
  const mask = (1 << s.i32[log + logDirectoryBits]) - 1;
  return s.i32[log + logDirectory] + (sequence & mask) * entryDoubles(s.entity.extremaColumns);
}

/** @returns the double address of a group's extrema */
function groupOf(s: ShardMemory, log: number, sequence: number): number {
  const bits = s.i32[log + logDirectoryBits];
  const columns = s.entity.extremaColumns;
  const groups = s.i32[log + logDirectory] + (1 << bits) * entryDoubles(columns);
  return groups + ((sequence & ((1 << bits) - 1)) >> groupBits) * groupDoubles(columns);
}

function invalidateGroup(s: ShardMemory, log: number, sequence: number): void {
  if (s.i32[log + logDirectoryBits] >= groupBits) s.f64[groupOf(s, log, sequence)] = 0;
}

/** @returns the sequence of the last block whose first event is not later than `limits[0]`; front if none is */
export function findBlock(s: ShardMemory, log: number, limits: Float64Array): number {
  const { i32, f64 } = s;
  const limit = limits[0];
  const front = i32[log + logFront];
  let low = 0;
  let high = (i32[log + logBack] - front) | 0;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (f64[entryOf(s, log, (front + middle) | 0) + entryTime] <= limit) low = middle;
    else high = middle - 1;
  }
  return (front + low) | 0;
}

/** Takes the event at double address `event` into its block's extrema. */
export function widenExtrema(
  s: ShardMemory,
  log: number,
  sequence: number,
  entry: number,
  event: number,
): void {
  const { f64 } = s;
  const columns = s.entity.extremaColumns;
  if (columns === 0) return;
  for (let c = 0; c < columns; c++) {
    const value = f64[event + 1 + c];
    const at = entry + entryExtrema + 2 * c;
    if (!(f64[at] <= value)) f64[at] = value;
    if (!(f64[at + 1] >= value)) f64[at + 1] = value;
  }
  invalidateGroup(s, log, sequence);
}

function clearExtrema(s: ShardMemory, entry: number): void {
  s.f64.fill(Number.NaN, entry + entryExtrema, entry + entryDoubles(s.entity.extremaColumns));
}

/** Makes the block empty. */
export function clearBlock(s: ShardMemory, log: number, sequence: number): void {
  const entry = entryOf(s, log, sequence);
  s.i32[entry * 2 + 1] = 0;
  clearExtrema(s, entry);
  invalidateGroup(s, log, sequence);
}

function growDirectory(s: ShardMemory, log: number): void {
  const { i32, f64 } = s;
  const columns = s.entity.extremaColumns;
  const bits = i32[log + logDirectoryBits];
  const old = i32[log + logDirectory];
  const fresh = s.allocate(s.classFor(directoryDoubles(bits + 1, columns)));
  const doubles = entryDoubles(columns);
  const front = i32[log + logFront];
  const blocks = ((i32[log + logBack] - front) | 0) + 1;
  const newMask = (2 << bits) - 1;
  for (let i = 0; i < blocks; i++) {
    const from = entryOf(s, log, (front + i) | 0);
    const to = fresh + ((front + i) & newMask) * doubles;
    // Entries hold int32 pairs too: copied as words, since a double may not carry a NaN's bits over.
    for (let k = 0; k < 2 * doubles; k++) i32[2 * to + k] = i32[2 * from + k];
  }
  const groups = fresh + (newMask + 1) * doubles;
  f64.fill(0, groups, groups + ((newMask + 1) >> groupBits) * groupDoubles(columns));
  s.free(old, s.classFor(directoryDoubles(bits, columns)));
  i32[log + logDirectory] = fresh;
  i32[log + logDirectoryBits] = bits + 1;
}

/** Whether the heap can give what the next insertion may need: a block, and a larger directory if this one is full. */
export function hasRoomForBlock(s: ShardMemory, log: number): boolean {
  const { i32 } = s;
  const bits = i32[log + logDirectoryBits];
  const blocks = ((i32[log + logBack] - i32[log + logFront]) | 0) + 1;
  if (blocks < 1 << bits) return s.canAllocate(blockClass);
  const directory = s.classFor(directoryDoubles(bits + 1, s.entity.extremaColumns));
  // Room for twice the larger: each alone might be promised the same rest.
  return s.canAllocate(Math.max(blockClass, directory) + 1);
}

/** Adds an empty block at the back. @returns its sequence */
export function appendBlock(s: ShardMemory, log: number): number {
  const { i32 } = s;
  const blocks = ((i32[log + logBack] - i32[log + logFront]) | 0) + 1;
  if (blocks === 1 << i32[log + logDirectoryBits]) growDirectory(s, log);
  const sequence = (i32[log + logBack] + 1) | 0;
  i32[log + logBack] = sequence;
  i32[entryOf(s, log, sequence) * 2] = s.allocate(blockClass);
  clearBlock(s, log, sequence);
  return sequence;
}

function summarize(s: ShardMemory, log: number, sequence: number): void {
  const entry = entryOf(s, log, sequence);
  const block = s.i32[entry * 2];
  const step = s.entity.eventDoubles;
  s.f64[entry + entryTime] = s.f64[block];
  clearExtrema(s, entry);
  for (let i = 0; i < s.i32[entry * 2 + 1]; i++) widenExtrema(s, log, sequence, entry, block + i * step);
}

/** Halves a full block; the entries behind it move up by one, so that all tails must be found again. */
export function splitBlock(s: ShardMemory, log: number, sequence: number): void {
  const { i32, f64 } = s;
  const step = s.entity.eventDoubles;
  const back = appendBlock(s, log);
  const doubles = entryDoubles(s.entity.extremaColumns);
  const fresh = i32[entryOf(s, log, back) * 2];
  for (let at = back; at !== ((sequence + 1) | 0); at = (at - 1) | 0) {
    const to = entryOf(s, log, at);
    const from = entryOf(s, log, (at - 1) | 0);
    for (let k = 0; k < 2 * doubles; k++) i32[2 * to + k] = i32[2 * from + k];
    invalidateGroup(s, log, at);
  }
  const lower = entryOf(s, log, sequence);
  const upper = entryOf(s, log, (sequence + 1) | 0);
  const half = blockEvents / 2;
  const block = i32[lower * 2];
  for (let i = 0; i < half * step; i++) f64[fresh + i] = f64[block + half * step + i];
  i32[lower * 2 + 1] = half;
  i32[upper * 2] = fresh;
  i32[upper * 2 + 1] = half;
  summarize(s, log, sequence);
  summarize(s, log, (sequence + 1) | 0);
}

function validateGroup(s: ShardMemory, log: number, sequence: number, group: number): void {
  const { f64 } = s;
  const columns = s.entity.extremaColumns;
  const doubles = entryDoubles(columns);
  const entry = entryOf(s, log, sequence);
  for (let c = 0; c < columns; c++) {
    let least = f64[entry + entryExtrema + 2 * c];
    let greatest = f64[entry + entryExtrema + 2 * c + 1];
    for (let i = 1; i < 1 << groupBits; i++) {
      const at = entry + i * doubles + entryExtrema + 2 * c;
      if (f64[at] < least) least = f64[at];
      if (f64[at + 1] > greatest) greatest = f64[at + 1];
    }
    f64[group + groupExtrema + 2 * c] = least;
    f64[group + groupExtrema + 2 * c + 1] = greatest;
  }
  f64[group] = 1;
}

/**
 * Writes to f64[at] the better of what is there and the extremum of a column over all blocks from `sequence` to
 * the back. Whole groups of 64 blocks are taken at once.
 * @param sign 1: minimum; -1: maximum
 */
export function scanBlocks(
  s: ShardMemory,
  log: number,
  sequence: number,
  column: number,
  sign: number,
  at: number,
): void {
  const { i32, f64 } = s;
  const offset = 2 * column + (sign > 0 ? 0 : 1);
  const groupMask = (1 << groupBits) - 1;
  let best = f64[at];
  let left = ((i32[log + logBack] - sequence) | 0) + 1;
  let next = sequence;
  while (left > 0) {
    let taken = 1;
    let from = entryOf(s, log, next) + entryExtrema;
    if ((next & groupMask) === 0 && left > groupMask + 1) {
      const group = groupOf(s, log, next);
      if (f64[group] !== 1) validateGroup(s, log, next, group);
      from = group + groupExtrema;
      taken = groupMask + 1;
    }
    const value = f64[from + offset];
    if (sign * value < sign * best) best = value;
    next = (next + taken) | 0;
    left -= taken;
  }
  f64[at] = best;
}
