import type { SendSegment } from './send-segment.js';

/** What is known of a frame, as numbers in a row of `PendingFrames`. */
const sequenceIdAt = 0;
const highestAt = 1;
const messagesAt = 2;
const payloadBytesAt = 3;
const createdAt = 4;
const startAt = 5;
const endAt = 6;
const flagsAt = 7;
const rowNumbers = 8;
const firstCapacity = 64;

/** Written to a connection more than once. */
export const resentFlag = 1;
/** A batch, be it of one message; else a single message or a chunk. */
export const batchFlag = 2;
/** Written to a connection. */
export const writtenFlag = 4;
/** The broker has said that it did not store it, and may yet do so; or that it never will. */
export const refusedFlag = 8;
export const barredFlag = 16;

/** Frames without a receipt, oldest first: a ring of rows that grows as it must. Rows are named by counting on. */
export class PendingFrames {
  /** Row of the oldest, and of the next to come. */
  head = 0;
  tail = 0;
  /** Messages and their payload bytes in all rows. */
  messages = 0;
  payloadBytes = 0;
  #capacity = firstCapacity;
  #rows = new Float64Array(firstCapacity * rowNumbers);
  #segments: (SendSegment | undefined)[] = new Array(firstCapacity).fill(undefined);

  get count(): number {
    return this.tail - this.head;
  }

  /** `messages` is 0 for every chunk but the last. */
  push(
    segment: SendSegment,
    start: number,
    end: number,
    sequenceId: number,
    highestSequenceId: number,
    messages: number,
    payloadBytes: number,
    createdMs: number,
    flags: number,
  ): void {
    if (this.count === this.#capacity) this.#grow();
    const index = this.tail++ & (this.#capacity - 1);
    const rows = this.#rows;
    const at = index * rowNumbers;
    rows[at + sequenceIdAt] = sequenceId;
    rows[at + highestAt] = highestSequenceId;
    rows[at + messagesAt] = messages;
    rows[at + payloadBytesAt] = payloadBytes;
    rows[at + createdAt] = createdMs;
    rows[at + startAt] = start;
    rows[at + endAt] = end;
    rows[at + flagsAt] = flags;
    this.#segments[index] = segment;
    segment.live++;
    this.messages += messages;
    this.payloadBytes += payloadBytes;
  }

  /** Removes the oldest. @returns its segment, for `SendSegments.release` */
  shift(): SendSegment {
    const index = this.head & (this.#capacity - 1);
    const segment = this.#segments[index];
    if (segment === undefined || this.head === this.tail) throw new Error('no pending frame to remove');
    this.messages -= this.#rows[index * rowNumbers + messagesAt];
    this.payloadBytes -= this.#rows[index * rowNumbers + payloadBytesAt];
    this.#segments[index] = undefined;
    this.head++;
    return segment;
  }

  segment(row: number): SendSegment {
    return this.#segments[row & (this.#capacity - 1)] as SendSegment;
  }

  sequenceId(row: number): number {
    return this.#number(row, sequenceIdAt);
  }

  highestSequenceId(row: number): number {
    return this.#number(row, highestAt);
  }

  messagesOf(row: number): number {
    return this.#number(row, messagesAt);
  }

  createdMs(row: number): number {
    return this.#number(row, createdAt);
  }

  start(row: number): number {
    return this.#number(row, startAt);
  }

  end(row: number): number {
    return this.#number(row, endAt);
  }

  flags(row: number): number {
    return this.#number(row, flagsAt);
  }

  addFlags(row: number, flags: number): void {
    this.#rows[(row & (this.#capacity - 1)) * rowNumbers + flagsAt] = this.flags(row) | flags;
  }

  /** To all frames that end with this sequence id: one, or the chunks of one message. */
  mark(highestSequenceId: number, flags: number): void {
    for (let row = this.head; row < this.tail; row++) {
      if (this.highestSequenceId(row) === highestSequenceId) this.addFlags(row, flags);
    }
  }

  #number(row: number, field: number): number {
    return this.#rows[(row & (this.#capacity - 1)) * rowNumbers + field];
  }

  #grow(): void {
    const before = this.#capacity;
    const capacity = before * 2;
    const rows = new Float64Array(capacity * rowNumbers);
    const segments: (SendSegment | undefined)[] = new Array(capacity).fill(undefined);
    for (let row = this.head; row < this.tail; row++) {
      const from = row & (before - 1);
      const to = row & (capacity - 1);
      rows.set(this.#rows.subarray(from * rowNumbers, (from + 1) * rowNumbers), to * rowNumbers);
      segments[to] = this.#segments[from];
    }
    this.#capacity = capacity;
    this.#rows = rows;
    this.#segments = segments;
  }
}
