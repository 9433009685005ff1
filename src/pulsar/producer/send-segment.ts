import type { Connection } from '../connection/connection.js';

/** Memory that frames are built in, one after the other, and that they are sent (and sent again) from. */
export interface SendSegment {
  readonly bytes: Uint8Array;
  /** Where the next frame's room begins. */
  at: number;
  /** Frames without a receipt. */
  live: number;
  /** Connection that took the last of its frames, and how much that had been given by then. */
  connection: Connection | undefined;
  writtenMark: number;
}

/**
 * Segments are filled in turn and confirmed in turn. One is used again when all its frames have their receipts *and*
 * the operating system has taken their bytes: a receipt may be read before the end of the write is heard of. The one
 * that was free last comes first, so that little memory is in use, and that is warm.
 */
export class SendSegments {
  #current: SendSegment;
  /** No live frames; perhaps not yet written. */
  readonly #drained: SendSegment[] = [];

  constructor(readonly segmentBytes: number) {
    this.#current = newSegment(segmentBytes);
  }

  /** A segment with `room` bytes from its `at` on. What is larger than a segment gets memory of its own. */
  reserve(room: number): SendSegment {
    if (room > this.segmentBytes) return newSegment(room);
    const current = this.#current;
    if (current.at > 0 && isFree(current)) current.at = 0;
    if (current.at + room <= current.bytes.length) return current;
    if (current.live === 0) this.#drained.push(current);
    this.#current = this.#takeFree() ?? newSegment(this.segmentBytes);
    return this.#current;
  }

  /** A frame of the segment is confirmed, or given up. */
  release(segment: SendSegment): void {
    segment.live--;
    if (segment.live > 0 || segment === this.#current || segment.bytes.length !== this.segmentBytes) return;
    this.#drained.push(segment);
  }

  #takeFree(): SendSegment | undefined {
    const drained = this.#drained;
    for (let i = drained.length - 1; i >= 0; i--) {
      const segment = drained[i];
      if (!isFree(segment)) continue;
      drained.splice(i, 1);
      segment.at = 0;
      return segment;
    }
    return undefined;
  }
}

function newSegment(bytes: number): SendSegment {
  return { bytes: new Uint8Array(bytes), at: 0, live: 0, connection: undefined, writtenMark: 0 };
}

function isFree({ live, connection, writtenMark }: SendSegment): boolean {
  if (live > 0) return false;
  return connection === undefined || !connection.isOpen || connection.writtenBytes >= writtenMark;
}
