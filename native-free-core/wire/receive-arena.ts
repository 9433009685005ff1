/** Told when a segment became free; called synchronously from `release`, so it should only schedule what follows. */
export interface ArenaWaiter {
  onSegmentFree(): void;
}

/** No segment is free, or none more can be joined: a return value, never an exception. */
export const noSegment = -1;

/**
 * Shared memory that sockets read into, cut into segments. A segment is free when nobody holds it: the connection
 * that is filling it holds it once, and everybody who keeps a frame in it once more.
 *
 * ```
 *  | segment 0 | segment 1 | ... | segment n-1 | large segment                  |
 *  | segmentBytes each                         | largeBytes: one maximal frame  |
 * ```
 *
 * A frame lies in one piece in one segment. One that does not fit into an ordinary segment takes the large one, which
 * one frame has at a time. So that reading can always go on once frames are released, there are fewer connections
 * than ordinary segments: each holds at most one while it waits for another.
 *
 * Counts are kept on one thread, the one that reads the sockets; others may read the bytes.
 */
export class ReceiveArena {
  readonly bytes: Uint8Array;
  /** Number of the large segment. */
  readonly largeSegment: number;
  readonly largeBytes: number;
  readonly #holders: Int32Array;
  /** Stack of the free ordinary segments. */
  readonly #free: Int32Array;
  #freeSegments: number;
  #connections = 0;
  readonly #waiters: ArenaWaiter[] = [];

  /**
   * @param segments ordinary segments, at least 2
   * @param segmentBytes a multiple of 8, at least 64
   * @param largeBytes room for the largest frame, its size word included
   */
  constructor(
    readonly segments: number,
    readonly segmentBytes: number,
    largeBytes: number,
  ) {
    if (segments < 2) throw new Error(`an arena needs at least 2 segments, got ${segments}`);
    if (segmentBytes < 64 || segmentBytes % 8 !== 0) throw new Error(`segmentBytes ${segmentBytes}`);
    // A moved frame keeps its place modulo 8, which costs up to 7 bytes.
    this.largeBytes = (largeBytes + 7 + 7) & ~7;
    this.largeSegment = segments;
    this.bytes = new Uint8Array(new SharedArrayBuffer(segments * segmentBytes + this.largeBytes));
    this.#holders = new Int32Array(segments + 1);
    this.#free = new Int32Array(segments);
    for (let i = 0; i < segments; i++) this.#free[i] = segments - 1 - i;
    this.#freeSegments = segments;
  }

  /** Bytes in ordinary segments that nobody holds: what flow permits may be given for. */
  get freeBytes(): number {
    return this.#freeSegments * this.segmentBytes;
  }

  /** A connection begins to read. False: there are as many as the arena can serve. */
  join(): boolean {
    if (this.#connections >= this.segments - 1) return false;
    this.#connections++;
    return true;
  }

  leave(): void {
    this.#connections--;
  }

  startOf(segment: number): number {
    return segment * this.segmentBytes;
  }

  endOf(segment: number): number {
    return segment === this.largeSegment ? this.bytes.length : (segment + 1) * this.segmentBytes;
  }

  /** An ordinary segment, held once; or `noSegment`. */
  take(): number {
    if (this.#freeSegments === 0) return noSegment;
    const segment = this.#free[--this.#freeSegments];
    this.#holders[segment] = 1;
    return segment;
  }

  /** The large segment, held once; or `noSegment`. */
  takeLarge(): number {
    if (this.#holders[this.largeSegment] !== 0) return noSegment;
    this.#holders[this.largeSegment] = 1;
    return this.largeSegment;
  }

  holdersOf(segment: number): number {
    return this.#holders[segment];
  }

  /** Keeps the segment's bytes as they are until `release`, as often as it was retained. Only for a held segment. */
  retain(segment: number): number {
    if (this.#holders[segment] <= 0) throw new Error(`segment ${segment} is free and cannot be retained`);
    this.#holders[segment]++;
    return segment;
  }

  release(segment: number): void {
    const holders = --this.#holders[segment];
    if (holders > 0) return;
    if (holders < 0) throw new Error(`segment ${segment} was released more often than retained`);
    if (segment !== this.largeSegment) this.#free[this.#freeSegments++] = segment;
    for (let i = 0; i < this.#waiters.length; i++) this.#waiters[i].onSegmentFree();
  }

  /** Asks to be told of free segments, until `unwait`. */
  wait(waiter: ArenaWaiter): void {
    if (!this.#waiters.includes(waiter)) this.#waiters.push(waiter);
  }

  unwait(waiter: ArenaWaiter): void {
    const at = this.#waiters.indexOf(waiter);
    if (at >= 0) this.#waiters.splice(at, 1);
  }
}
