import { commandOffset, commandTypeAt, readUint32, totalSizeBytes } from './frame-layout.js';
import type { FrameRange } from './frame-range.js';
import { noSegment, type ReceiveArena } from './receive-arena.js';
import { WireCursor } from './varint.js';
import { ok } from './wire-status.js';

/** What `next` answers. From `frameTooLarge` on the stream cannot be followed any further. */
export const frameIncomplete = 0;
export const frameReady = 1;
/** A frame larger than `frameBytesMax`. */
export const frameTooLarge = 2;
/** A size that cannot be: a command larger than its frame, or a frame without a command. */
export const frameMalformed = 3;

/** `[type][tag][length]`: no command is shorter than its type. */
const commandBytesMin = 2;

/**
 * Finds the frames in what a socket has read, in place. It is itself the `FrameRange` of the frame that `next` found
 * last, valid until the next call of any method.
 *
 * The caller repeats: `room()` bytes may be written at `writeAt`; `filled(n)`; `next()` until `frameIncomplete`.
 * `room` moves the beginning of a frame that will not fit into its segment to the next one; nothing else is copied.
 */
export class FrameReader implements FrameRange {
  readonly bytes: Uint8Array;
  segment = noSegment;
  start = 0;
  commandStart = 0;
  commandEnd = 0;
  end = 0;
  type = 0;
  bodyStart = 0;
  bodyEnd = 0;
  /** Where the next bytes from the socket belong. */
  writeAt = 0;
  /** Largest frame that is accepted, its size word included; never more than the arena's large segment holds. */
  frameBytesMax: number;
  /** First byte of the frame that is not yet whole. */
  #readAt = 0;
  #segmentEnd = 0;
  readonly #cursor = new WireCursor();

  constructor(
    readonly arena: ReceiveArena,
    frameBytesMax: number,
  ) {
    this.bytes = arena.bytes;
    this.frameBytesMax = Math.min(frameBytesMax, arena.largeBytes - 7);
  }

  /** Bytes of the frame that has begun. */
  get partialBytes(): number {
    return this.writeAt - this.#readAt;
  }

  /** How many bytes may be written at `writeAt`; 0 while no segment is free: ask again after a release. */
  room(): number {
    const arena = this.arena;
    const partial = this.writeAt - this.#readAt;
    // The large segment is given back as soon as its frame is whole: others may wait for it.
    if (this.segment === arena.largeSegment && partial === 0) this.close();
    if (this.segment === noSegment) {
      if (!this.#moveTo(arena.take(), 0)) return 0;
    } else if (this.segment !== arena.largeSegment && !this.#makeRoom(partial)) return 0;
    if (this.segment === arena.largeSegment) return this.#readAt + this.#frameBytes() - this.writeAt;
    return this.#segmentEnd - this.writeAt;
  }

  filled(bytes: number): void {
    this.writeAt += bytes;
  }

  /** Advances to the next whole frame. */
  next(): number {
    const start = this.#readAt;
    const available = this.writeAt - start;
    if (available < totalSizeBytes) return frameIncomplete;
    const frameBytes = this.#frameBytes();
    if (frameBytes > this.frameBytesMax) return frameTooLarge;
    if (frameBytes < commandOffset + commandBytesMin) return frameMalformed;
    if (available < commandOffset) return frameIncomplete;
    const commandBytes = readUint32(this.bytes, start + totalSizeBytes);
    if (commandBytes < commandBytesMin || commandBytes > frameBytes - commandOffset) return frameMalformed;
    if (available < frameBytes) return frameIncomplete;
    this.start = start;
    this.commandStart = start + commandOffset;
    this.commandEnd = this.commandStart + commandBytes;
    this.end = start + frameBytes;
    this.#readAt = this.end;
    this.#findBody();
    return frameReady;
  }

  /** Gives its segment back. */
  close(): void {
    if (this.segment !== noSegment) this.arena.release(this.segment);
    this.segment = noSegment;
    this.#readAt = this.writeAt = this.#segmentEnd = 0;
  }

  #findBody(): void {
    const type = commandTypeAt(this.bytes, this.commandStart, this.commandEnd);
    this.type = type;
    this.bodyStart = this.bodyEnd = 0;
    const cursor = this.#cursor;
    cursor.reset(this.bytes, this.commandStart + 2, this.commandEnd);
    if (type === 0 || cursor.at >= cursor.end || cursor.tag() !== ((type << 3) | 2)) return;
    cursor.range();
    if (cursor.status !== ok) return;
    this.bodyStart = cursor.start;
    this.bodyEnd = cursor.stop;
  }

  /** Size of the frame that has begun, its size word included; call with 4 bytes there. */
  #frameBytes(): number {
    return readUint32(this.bytes, this.#readAt) + totalSizeBytes;
  }

  /** Sees to it that the frame that has begun fits into its segment. False: no segment is free. */
  #makeRoom(partial: number): boolean {
    const arena = this.arena;
    const left = this.#segmentEnd - this.#readAt;
    const isOnlyHolder = arena.holdersOf(this.segment) === 1;
    if (partial < totalSizeBytes) {
      if (isOnlyHolder && (partial === 0 || left < commandOffset)) return this.#compact(partial);
      // A short rest is not worth a read of its own, but better than to wait.
      if (left >= arena.segmentBytes >> 4 && left >= commandOffset) return true;
      return this.#moveTo(arena.take(), partial) || left >= commandOffset;
    }
    const needed = this.#frameBytes();
    if (needed <= left) return true;
    if (needed + 7 > arena.segmentBytes) return this.#moveTo(arena.takeLarge(), partial);
    return isOnlyHolder ? this.#compact(partial) : this.#moveTo(arena.take(), partial);
  }

  /** Nobody holds a frame of this segment: what has begun goes back to its beginning. */
  #compact(partial: number): boolean {
    const to = this.arena.startOf(this.segment) + (partial === 0 ? 0 : this.#readAt & 7);
    if (partial > 0) this.bytes.copyWithin(to, this.#readAt, this.writeAt);
    this.#readAt = to;
    this.writeAt = to + partial;
    return true;
  }

  /** Goes on in `segment` with the `partial` bytes of the frame that has begun. */
  #moveTo(segment: number, partial: number): boolean {
    if (segment === noSegment) return false;
    // A copy within shared memory is fast only between places that are equal modulo 8.
    const to = this.arena.startOf(segment) + (partial === 0 ? 0 : this.#readAt & 7);
    if (partial > 0) this.bytes.copyWithin(to, this.#readAt, this.writeAt);
    if (this.segment !== noSegment) this.arena.release(this.segment);
    this.segment = segment;
    this.#readAt = to;
    this.writeAt = to + partial;
    this.#segmentEnd = this.arena.endOf(segment);
    return true;
  }
}
