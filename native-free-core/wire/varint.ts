import { badVarint, ok, truncated } from './wire-status.js';

/**
 * Reads protocol buffers in place (encoding: protobuf.dev/programming-guides/encoding). One cursor is made at start
 * and moved over everything; results are left in its fields, because a 64-bit value cannot be returned without
 * allocating. The first failure is kept in `status` and moves the cursor to `end`, so that a loop `while (at < end)`
 * stops by itself; what was read after a failure means nothing.
 *
 * No read goes past `end`, whatever the bytes say.
 */
export class WireCursor {
  bytes: Uint8Array;
  at = 0;
  end = 0;
  status: number = ok;
  /** Low and high word of the last varint, int32 each. A negative int32 on the wire has `high` = -1. */
  low = 0;
  high = 0;
  /** Borders of the last length-delimited field. */
  start = 0;
  stop = 0;

  constructor() {
    this.bytes = new Uint8Array(0);
  }

  /** @param start,end the message's bytes; `end` must not lie past the end of `bytes` */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.status = ok;
  }

  fail(status: number): void {
    if (this.status === ok) this.status = status;
    this.at = this.end;
  }

  /** The next field's key (`number << 3 | wire type`); 0 after a failure. Call only with `at < end`. */
  tag(): number {
    const first = this.bytes[this.at];
    if (first < 0x80 && first > 7) {
      this.at++;
      return first;
    }
    const limit = this.at + 5;
    this.varint();
    if (this.status !== ok) return 0;
    if (this.at > limit || this.high !== 0 || this.low >>> 3 === 0) {
      this.fail(badVarint);
      return 0;
    }
    return this.low;
  }

  /** Leaves 64 bits in `low` and `high`. */
  varint(): void {
    const bytes = this.bytes;
    const at = this.at;
    if (at < this.end) {
      const first = bytes[at];
      if (first < 0x80) {
        this.low = first;
        this.high = 0;
        this.at = at + 1;
        return;
      }
    }
    this.longVarint();
  }

  private longVarint(): void {
    const bytes = this.bytes;
    const end = this.end;
    let at = this.at;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) {
        this.fail(truncated);
        return;
      }
      const byte = bytes[at++];
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        // The tenth byte holds bit 63 alone.
        if (shift === 63 && byte > 1) break;
        this.low = low;
        this.high = high;
        this.at = at;
        return;
      }
    }
    this.fail(badVarint);
  }

  /** A length-delimited field: its borders in `start` and `stop`, the cursor after it. */
  range(): void {
    this.varint();
    const length = this.low;
    if (this.high !== 0 || length < 0 || length > this.end - this.at) {
      this.fail(truncated);
      this.start = this.stop = this.end;
      return;
    }
    this.start = this.at;
    this.stop = this.at = this.at + length;
  }

  /** Goes into the message whose borders `range` has left; keep what it returns for `leave`. */
  enter(): number {
    const outerEnd = this.end;
    if (this.status === ok) {
      this.at = this.start;
      this.end = this.stop;
    }
    return outerEnd;
  }

  /** Back to the outer message, after the inner one; after a failure to its end. */
  leave(outerEnd: number): void {
    this.at = this.status === ok ? this.end : outerEnd;
    this.end = outerEnd;
  }

  /** Passes over the value of a field that is not known, by its wire type. Groups (3, 4) are refused. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        this.advance(8);
        return;
      case 2:
        this.range();
        return;
      case 5:
        this.advance(4);
        return;
      default:
        this.fail(badVarint);
    }
  }

  private advance(bytes: number): void {
    if (bytes > this.end - this.at) this.fail(truncated);
    else this.at += bytes;
  }

  /** Whether the last varint, read as a signed 64-bit number, is one that a double holds exactly. */
  isSafe(): boolean {
    const high = this.high;
    if (high === -0x200000) return this.low !== 0;
    return high < 0x200000 && high > -0x200000;
  }
}

/** The words of a varint as one signed 64-bit number; beyond 2^53 - 1 the nearest double (see `isSafe`). */
export function numberOf(low: number, high: number): number {
  return high * 0x1_0000_0000 + (low >>> 0);
}

/** Bytes of a varint of 64 bits, at most. */
export const varintBytesMax = 10;

/** Writes an integer of [0, 2^53 - 1] at `at`; returns where it ends. Needs up to 8 bytes. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  while (rest > 0x7fff_ffff) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  let small = rest | 0;
  while (small > 0x7f) {
    bytes[at++] = (small & 0x7f) | 0x80;
    small >>>= 7;
  }
  bytes[at++] = small;
  return at;
}

/** Length of what `writeVarint` writes. */
export function varintLength(value: number): number {
  let length = 1;
  let rest = value;
  while (rest > 0x7fff_ffff) {
    rest = Math.floor(rest / 0x80);
    length++;
  }
  for (let small = rest | 0; small > 0x7f; small >>>= 7) length++;
  return length;
}

/** Writes an integer of [0, 2^53 - 1] so that it ends before `end`; returns where it begins. */
export function writeVarintBefore(bytes: Uint8Array, end: number, value: number): number {
  const start = end - varintLength(value);
  writeVarint(bytes, start, value);
  return start;
}
