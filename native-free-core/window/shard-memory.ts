import type { EntityLayout } from '../layout/entity-layout.js';
import {
  heapFreeBase,
  heapFreeDoubles,
  heapNext,
  indexBase,
  indexMask,
  indexSlotsFirst,
  leastClockMs,
  newestMs,
  recordsFree,
  recordsUsed,
  type ShardLayout,
  sweepLeastMs,
  tableSeed0,
  tableSeed1,
  wholeSinceMs,
} from '../layout/shard-layout.js';

/** Typed views over one state shard, with its layouts. The heap's smallest block holds four events. */
export class ShardMemory {
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly u8: Uint8Array;
  readonly data: DataView;
  readonly recordWords: number;
  /** Doubles of the smallest heap block; class k has this << k. */
  readonly heapUnit: number;

  constructor(
    readonly memory: SharedArrayBuffer,
    readonly layout: ShardLayout,
    readonly entity: EntityLayout,
  ) {
    this.i32 = new Int32Array(memory);
    this.f32 = new Float32Array(memory);
    this.f64 = new Float64Array(memory);
    this.u8 = new Uint8Array(memory);
    this.data = new DataView(memory);
    this.recordWords = entity.recordBytes / 4;
    this.heapUnit = 4 * entity.eventDoubles;
  }

  /** Puts an untouched shard into its first state: empty, whole since ever. */
  initialize(seed0: number, seed1: number): void {
    const { i32, f64, layout } = this;
    i32[indexBase] = layout.indexA;
    i32[indexMask] = indexSlotsFirst - 1;
    i32[heapNext] = layout.heap;
    i32[tableSeed0] = seed0;
    i32[tableSeed1] = seed1;
    f64[newestMs] = Number.NEGATIVE_INFINITY;
    f64[wholeSinceMs] = Number.NEGATIVE_INFINITY;
    f64[leastClockMs] = Number.POSITIVE_INFINITY;
    f64[sweepLeastMs] = Number.POSITIVE_INFINITY;
  }

  /**
   * Takes a block of `heapUnit << sizeClass` doubles. Its content is whatever was there before.
   * @returns its double address, or 0 if the heap is full
   */
  allocate(sizeClass: number): number {
    const { i32 } = this;
    const list = heapFreeBase + sizeClass;
    const free = i32[list];
    if (free !== 0) {
      i32[list] = i32[free * 2];
      this.f64[heapFreeDoubles] -= this.heapUnit << sizeClass;
      return free;
    }
    const fresh = i32[heapNext];
    const size = this.heapUnit << sizeClass;
    if (fresh + size <= this.layout.heapEnd) {
      i32[heapNext] = fresh + size;
      return fresh;
    }
    return this.#split(sizeClass);
  }

  /** Takes the lower half of a larger free block, and frees what is left over. */
  #split(sizeClass: number): number {
    const { i32 } = this;
    for (let from = sizeClass + 1; from < 28; from++) {
      const block = i32[heapFreeBase + from];
      if (block === 0) continue;
      i32[heapFreeBase + from] = i32[block * 2];
      this.f64[heapFreeDoubles] -= this.heapUnit << from;
      for (let half = from - 1; half >= sizeClass; half--) this.free(block + (this.heapUnit << half), half);
      return block;
    }
    return 0;
  }

  free(address: number, sizeClass: number): void {
    const { i32 } = this;
    i32[address * 2] = i32[heapFreeBase + sizeClass];
    i32[heapFreeBase + sizeClass] = address;
    this.f64[heapFreeDoubles] += this.heapUnit << sizeClass;
  }

  /** Whether `allocate` would succeed. */
  canAllocate(sizeClass: number): boolean {
    const { i32 } = this;
    if (i32[heapNext] + (this.heapUnit << sizeClass) <= this.layout.heapEnd) return true;
    for (let from = sizeClass; from < 28; from++) if (i32[heapFreeBase + from] !== 0) return true;
    return false;
  }

  /** The size class that holds `doubles`. */
  classFor(doubles: number): number {
    let sizeClass = 0;
    while (this.heapUnit << sizeClass < doubles) sizeClass++;
    return sizeClass;
  }

  /**
   * Whether new entities are refused: at the bound of records, or while less than an eighth of the heap is left
   * for the known ones to grow.
   */
  isFull(): boolean {
    const { i32, layout } = this;
    if (i32[recordsFree] === 0 && i32[recordsUsed] >= layout.recordsMax) return true;
    const untouched = layout.heapEnd - i32[heapNext];
    return untouched + this.f64[heapFreeDoubles] < (layout.heapEnd - layout.heap) / 8;
  }

  get indexBase(): number {
    return this.i32[indexBase];
  }

  get indexMask(): number {
    return this.i32[indexMask];
  }
}
