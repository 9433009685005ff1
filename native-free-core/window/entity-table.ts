import {
  inlineKeyBytesMax,
  metaKeyShift,
  recordEvents,
  recordKey,
  recordKeyHash,
  recordMeta,
  recordRetained,
} from '../layout/entity-layout.js';
import {
  indexBase,
  indexFilled,
  indexMask,
  oldIndexBase,
  oldIndexMask,
  oldIndexNext,
  recordsFree,
  recordsLive,
  recordsUsed,
} from '../layout/shard-layout.js';
import type { ShardMemory } from './shard-memory.js';

/**
 * The table of a shard's entities: an open-addressing index of (table hash, record number + 1) pairs with linear
 * probing, over densely numbered records that never move. When the index is half full, one of twice the size
 * takes over, and the old one is moved into it in bounded slices (`moveIndexSlice`); until then a look-up that
 * misses in the new one asks the old. An emptied slot of the old index keeps its hash with number `tombstone`.
 *
 * Records are named by the word address of their first word.
 */
const tombstone = -1;

/** Old index slots moved in one slice of events. */
export const indexSlotsMoved = 512;

function addressOf(s: ShardMemory, number: number): number {
  return s.layout.records + (number - 1) * s.recordWords;
}

/**
 * Whether the record is that of the key. Short keys lie zero-padded in the record and are compared by words.
 * @param data the arena; up to three bytes past the key are read, and masked away
 */
export function isEntity(
  s: ShardMemory,
  record: number,
  data: DataView,
  key: number,
  length: number,
): boolean {
  const { i32, u8 } = s;
  if (i32[record + recordMeta] >>> metaKeyShift !== length) return false;
  if (length > inlineKeyBytesMax) {
    const at = i32[record + recordKey] * 8;
    for (let i = 0; i < length; i++) if (u8[at + i] !== data.getUint8(key + i)) return false;
    return true;
  }
  let word = record + recordKey;
  let at = key;
  for (const end = key + (length & ~3); at < end; at += 4)
    if (data.getInt32(at, true) !== i32[word++]) return false;
  const tail = length & 3;
  return tail === 0 || (data.getInt32(at, true) & ((1 << (tail * 8)) - 1)) === i32[word];
}

function probe(
  s: ShardMemory,
  base: number,
  mask: number,
  hash: number,
  data: DataView,
  key: number,
  length: number,
): number {
  const { i32 } = s;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const number = i32[base + slot * 2 + 1];
    if (number === 0) return 0;
    if (number === tombstone || i32[base + slot * 2] !== hash) continue;
    const record = addressOf(s, number);
    if (isEntity(s, record, data, key, length)) return record;
  }
}

/** @returns the record of the key, or 0 if the shard does not know it */
export function findEntity(
  s: ShardMemory,
  hash: number,
  data: DataView,
  key: number,
  length: number,
): number {
  const { i32 } = s;
  const record = probe(s, i32[indexBase], i32[indexMask], hash, data, key, length);
  if (record !== 0 || !isMoving(s)) return record;
  return probe(s, i32[oldIndexBase], i32[oldIndexMask], hash, data, key, length);
}

/**
 * The first record with this hash in the live index, or 0: a guess that `findEntity` would most often confirm,
 * made without touching the record.
 */
export function guessEntity(s: ShardMemory, hash: number): number {
  const { i32 } = s;
  const base = i32[indexBase];
  const mask = i32[indexMask];
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const number = i32[base + slot * 2 + 1];
    if (number === 0) return 0;
    if (i32[base + slot * 2] === hash) return s.layout.records + (number - 1) * s.recordWords;
  }
}

function put(s: ShardMemory, hash: number, number: number): void {
  const { i32 } = s;
  const base = i32[indexBase];
  const mask = i32[indexMask];
  let slot = hash & mask;
  while (i32[base + slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
  i32[base + slot * 2] = hash;
  i32[base + slot * 2 + 1] = number;
  i32[indexFilled]++;
}

/**
 * Makes a record for a key that the shard does not know; its events are still to be given. Growth of the index
 * begins here, and goes on in `moveIndexSlice`.
 * @returns the record, or 0 if the shard is full
 */
export function addEntity(s: ShardMemory, hash: number, data: DataView, key: number, length: number): number {
  const { i32, layout } = s;
  let long = 0;
  if (length > inlineKeyBytesMax) {
    long = s.allocate(s.classFor((length + 7) >>> 3));
    if (long === 0) return 0;
  }
  let number = i32[recordsFree];
  if (number !== 0) {
    i32[recordsFree] = i32[addressOf(s, number) + recordEvents];
  } else {
    if (i32[recordsUsed] >= layout.recordsMax) {
      if (long !== 0) s.free(long, s.classFor((length + 7) >>> 3));
      return 0;
    }
    number = ++i32[recordsUsed];
  }
  i32[recordsLive]++;
  const record = addressOf(s, number);
  // A loop: `fill` on shared memory is a call that costs as much as all the rest here.
  for (let word = record, end = record + s.recordWords; word < end; word++) i32[word] = 0;
  i32[record + recordMeta] = length << metaKeyShift;
  let at = record + recordKey;
  if (long !== 0) {
    i32[record + recordKey] = long;
    i32[record + recordKeyHash] = hash;
    at = long * 2;
  }
  let from = key;
  for (const end = key + (length & ~3); from < end; from += 4) i32[at++] = data.getInt32(from, true);
  const tail = length & 3;
  if (tail !== 0) i32[at] = data.getInt32(from, true) & ((1 << (tail << 3)) - 1);
  put(s, hash, number);
  if (i32[indexFilled] * 2 > i32[indexMask]) beginGrowth(s);
  return record;
}

function beginGrowth(s: ShardMemory): void {
  const { i32, layout } = s;
  // Slices move and clear faster than entities can come, so this loop runs only where slices are tiny.
  while (i32[oldIndexBase] !== 0) moveIndexSlice(s, indexSlotsMoved);
  const slots = (i32[indexMask] + 1) * 2;
  if (slots > layout.indexSlotsMax) return;
  i32[oldIndexBase] = i32[indexBase];
  i32[oldIndexMask] = i32[indexMask];
  i32[oldIndexNext] = 0;
  i32[indexBase] = i32[indexBase] === layout.indexA ? layout.indexB : layout.indexA;
  i32[indexMask] = slots - 1;
  i32[indexFilled] = 0;
}

/** Whether entries may be in the old index alone; afterwards it is only being cleared. */
function isMoving(s: ShardMemory): boolean {
  return s.i32[oldIndexBase] !== 0 && s.i32[oldIndexNext] <= s.i32[oldIndexMask];
}

/** Moves up to `slots` slots of the old index; once all are moved, clears it likewise for the next growth. */
export function moveIndexSlice(s: ShardMemory, slots: number): void {
  const { i32 } = s;
  const base = i32[oldIndexBase];
  if (base === 0) return;
  const size = i32[oldIndexMask] + 1;
  const from = i32[oldIndexNext];
  if (from < size) {
    const to = Math.min(from + slots, size);
    for (let slot = from; slot < to; slot++) {
      const number = i32[base + slot * 2 + 1];
      // The slot stays as it is: a probe in the old index may have to pass over it.
      if (number > 0) put(s, i32[base + slot * 2], number);
    }
    i32[oldIndexNext] = to;
    return;
  }
  const to = Math.min(from + 8 * slots, 2 * size);
  i32.fill(0, base + (from - size) * 2, base + (to - size) * 2);
  i32[oldIndexNext] = to;
  if (to === 2 * size) i32[oldIndexBase] = 0;
}

/** Takes a record's number out of an index: behind it the probe runs are closed again (Knuth, algorithm 6.4 R). */
function removeFrom(s: ShardMemory, base: number, mask: number, hash: number, number: number): void {
  const { i32 } = s;
  let hole = hash & mask;
  for (; i32[base + hole * 2 + 1] !== number; hole = (hole + 1) & mask) {
    if (i32[base + hole * 2 + 1] === 0) return;
  }
  for (let slot = (hole + 1) & mask; i32[base + slot * 2 + 1] !== 0; slot = (slot + 1) & mask) {
    const home = i32[base + slot * 2] & mask;
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    i32[base + hole * 2] = i32[base + slot * 2];
    i32[base + hole * 2 + 1] = i32[base + slot * 2 + 1];
    hole = slot;
  }
  i32[base + hole * 2 + 1] = 0;
  i32[indexFilled]--;
}

/** Forgets an entity whose events are freed already: its key, its index entries, its record. */
export function removeEntity(s: ShardMemory, record: number, hash: number): void {
  const { i32, layout } = s;
  const number = (record - layout.records) / s.recordWords + 1;
  const length = i32[record + recordMeta] >>> metaKeyShift;
  if (length > inlineKeyBytesMax) s.free(i32[record + recordKey], s.classFor((length + 7) >>> 3));
  removeFrom(s, i32[indexBase], i32[indexMask], hash, number);
  if (isMoving(s)) {
    const base = i32[oldIndexBase];
    const mask = i32[oldIndexMask];
    for (let slot = hash & mask; i32[base + slot * 2 + 1] !== 0; slot = (slot + 1) & mask) {
      if (i32[base + slot * 2 + 1] === number) i32[base + slot * 2 + 1] = tombstone;
    }
  }
  i32[record + recordRetained] = -1;
  // No key has this length: a guess made before (`guessEntity`) must not find the old one here.
  i32[record + recordMeta] = 0;
  i32[record + recordEvents] = i32[recordsFree];
  i32[recordsFree] = number;
  i32[recordsLive]--;
}
