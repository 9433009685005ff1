import { entitiesPerShardMax, shardBytesMax } from '../limits.js';

const lineShift = 16;

/**
 * The memory of one state shard: a single SharedArrayBuffer that nobody but the lane's owner writes. All state
 * of the shard is in it, in no object beside it, so that an image of its used part is a checkpoint.
 *
 *     byte 0 ┌───────────────────────────────────────────────┐
 *            │ control: words and doubles named below   4 KiB │
 *            ├───────────────────────────────────────────────┤
 *            │ index A   (hash, record number + 1) pairs      │ one is live, the other takes over
 *            │ index B                                        │ while the table grows
 *            ├───────────────────────────────────────────────┤
 *            │ records: one an entity, `entity-layout.ts`     │ bump-allocated, then a free list
 *            ├───────────────────────────────────────────────┤
 *            │ heap: event rings, blocks, long keys ...       │ size classes, `window/heap.ts`
 *            └───────────────────────────────────────────────┘
 *
 * Address space is reserved at start and touched lazily. Addresses are indexes into the int32 or the double view
 * of the whole shard; address 0 lies in the control area and so means "none".
 */

/** Int32 words of the control area. */
export const recordsUsed = 0; // records ever taken from the bump
export const recordsLive = 1;
export const recordsFree = 2; // first of the free list, 1-based; 0: none
export const indexBase = 3; // word address of the live index
export const indexMask = 4; // its slots - 1
export const indexFilled = 5; // its slots that are not empty
export const oldIndexBase = 6; // the index being left; 0: none
export const oldIndexMask = 7;
export const oldIndexNext = 8; // next slot of it to move
export const sweepNext = 9; // next record that the sweep looks at
export const heapNext = 10; // double address of the heap's untouched rest
export const tableSeed0 = 11;
export const tableSeed1 = 12;
export const heapFreeBase = 16; // heads of the free lists, one a size class
export const heapClasses = 40;
/** Doubles of the control area (indexes of 8 bytes). */
export const newestMs = 64; // M, the greatest event time accepted
export const wholeSinceMs = 65; // since when (event time) the history is whole
export const leastClockMs = 66; // no entity's clock is below this: nothing under it is to be found
export const sweepLeastMs = 72; // the least clock that the round of the sweep has seen so far
export const heapFreeDoubles = 67; // doubles in the free lists
export const countReclaimed = 68;
export const countInexact = 69; // vectors with exact: false
export const countExactSums = 70; // sums that took the exact path
export const countMerged = 71; // events merged into panes
/** Room for one event on its way into a pane. */
export const eventStage = 256;
/**
 * A page less the 16 B by which glibc's large blocks, and so our SharedArrayBuffers, begin after a page: what follows
 * lies on cache lines. (Measured on Node 20 and 24; elsewhere it costs a little speed, nothing else.)
 */
export const controlBytes = 4096 - lineShift;

export interface ShardLayout {
  readonly bytes: number;
  readonly recordsMax: number;
  /** Word addresses. */
  readonly indexA: number;
  readonly indexB: number;
  readonly indexSlotsMax: number;
  readonly records: number;
  /** Double addresses. */
  readonly heap: number;
  readonly heapEnd: number;
}

export const indexSlotsFirst = 1024;

/**
 * @param recordBytes size of an entity's record
 * @param bytes address space of the shard
 * @param recordsMax entities at most: large records take a quarter of the shard; tests take few
 */
export function shardLayout(
  recordBytes: number,
  bytes = shardBytesMax,
  recordsMax = Math.min(entitiesPerShardMax, Math.floor(bytes / 4 / recordBytes)),
): ShardLayout {
  const indexSlotsMax = Math.max(indexSlotsFirst, 2 ** Math.ceil(Math.log2(recordsMax * 1.5)));
  const indexBytes = indexSlotsMax * 8;
  const recordsAt = controlBytes + 2 * indexBytes;
  const heapAt = Math.ceil((recordsAt + recordsMax * recordBytes + lineShift) / 64) * 64 - lineShift;
  if (heapAt >= bytes)
    throw new RangeError(`a shard of ${bytes} bytes has no room for ${recordsMax} records`);
  return {
    bytes,
    recordsMax,
    indexA: controlBytes / 4,
    indexB: (controlBytes + indexBytes) / 4,
    indexSlotsMax,
    records: recordsAt / 4,
    heap: heapAt / 8,
    heapEnd: Math.floor(bytes / 8),
  };
}
