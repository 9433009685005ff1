import {
  type Arena,
  headInputEnd,
  headKind,
  headLongLineBytes,
  headOffset,
  headPublishTimeMs,
  kindLines,
  kindLongLine,
  type SlotLayout,
} from '../../native-free-core/layout/slot-layout.js';
import { lineBytesMax, longLineKeptBytes } from '../../native-free-core/limits.js';
import type { Source } from './source.js';

const lineFeed = 0x0a;
const mark = [0xef, 0xbb, 0xbf] as const;

/** What became of an attempt to fill a slot. */
export type Filled = 'chunk' | 'more' | 'end';

/**
 * Cuts a source's bytes into chunks of whole lines, straight into the slots of the ring. Only the beginning of a
 * line that a chunk's end cut off is copied. An over-long line becomes a chunk of its own: its first 64 KiB and
 * its length; the rest is read and forgotten.
 */
export class LineChunker {
  /** The beginning of a line whose end is not read yet. */
  readonly #carry: Uint8Array;
  #carried = 0;
  /** Bytes of the source that chunks have taken. */
  #offset = 0;
  #hasBegun = false;
  #hasEnded = false;
  /** Bytes of the over-long line that have passed so far; 0: in none. */
  #longLineBytes = 0;
  /** The carry came after an over-long line, so that it may hold whole lines. */
  #carriesLines = false;
  /** The slot that holds the carry already: small reads must not copy a long line over and over. */
  #begunSlot = -1;

  constructor(
    readonly arena: Arena,
    readonly slots: SlotLayout,
    readonly source: Source,
  ) {
    this.#carry = new Uint8Array(slots.inputBytesMax);
  }

  /** Bytes of the source that are in published chunks. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Reads once, into the slot at byte `slot`, and cuts.
   * @returns `chunk`: the slot holds a chunk to publish; `more`: call again; `end`: nothing is left
   */
  fill(slot: number): Filled | Promise<Filled> {
    if (this.#hasEnded) return 'end';
    const input = slot + this.slots.input;
    const { u8 } = this.arena;
    if (slot !== this.#begunSlot) u8.set(this.#carry.subarray(0, this.#carried), input);
    this.#begunSlot = slot;
    const from = this.#longLineBytes > 0 ? longLineKeptBytes : this.#carried;
    const { targetBytes, inputBytesMax } = this.slots;
    // Past the target only what is one line goes: whole lines kept from before could overfill a slot's rows.
    const to = from < targetBytes ? targetBytes : Math.min(from + targetBytes, inputBytesMax);
    const read = this.source.read(u8.subarray(input + from, input + to));
    if (typeof read === 'number') return this.#cut(slot, input, from, read);
    return read.then(bytes => this.#cut(slot, input, from, bytes));
  }

  #cut(slot: number, input: number, from: number, read: number): Filled {
    const { u8 } = this.arena;
    this.#hasEnded = read === 0;
    if (this.#longLineBytes > 0) return this.#skip(slot, input, from, read);
    let filled = from + read;
    let fresh = this.#carriesLines ? 0 : from;
    this.#carriesLines = false;
    if (!this.#hasBegun) {
      if (filled < mark.length && !this.#hasEnded) return this.#keep(input, 0, filled);
      this.#hasBegun = true;
      fresh = 0;
      if (mark.every((byte, i) => filled > i && u8[input + i] === byte)) {
        filled -= mark.length;
        u8.copyWithin(input, input + mark.length, input + mark.length + filled);
        this.#offset = mark.length;
      }
    }
    const feed = u8.subarray(input + fresh, input + filled).lastIndexOf(lineFeed);
    const last = this.#hasEnded ? filled - 1 : feed < 0 ? -1 : fresh + feed;
    if (last >= 0) {
      this.#keep(input, last + 1, filled);
      return this.#publish(slot, input, last + 1, kindLines, 0);
    }
    this.#keep(input, fresh, filled, fresh);
    if (this.#hasEnded) return 'end';
    if (filled > lineBytesMax) {
      this.#longLineBytes = filled;
      this.#carried = longLineKeptBytes;
    }
    return 'more';
  }

  /** Keeps bytes [from, to) of the input for the next slot, behind `at` bytes that are kept already. */
  #keep(input: number, from: number, to: number, at = 0): Filled {
    this.#carry.set(this.arena.u8.subarray(input + from, input + to), at);
    this.#carried = at + to - from;
    return 'more';
  }

  #skip(slot: number, input: number, from: number, read: number): Filled {
    const { u8 } = this.arena;
    const feed = u8.subarray(input + from, input + from + read).indexOf(lineFeed);
    if (feed < 0 && !this.#hasEnded) {
      this.#longLineBytes += read;
      return 'more';
    }
    const length = this.#longLineBytes + (feed < 0 ? read : feed);
    this.#longLineBytes = 0;
    this.#carriesLines = true;
    this.#keep(input, feed < 0 ? from + read : from + feed + 1, from + read);
    const published = this.#publish(slot, input, longLineKeptBytes, kindLongLine, length);
    this.#offset += length - longLineKeptBytes + (feed < 0 ? 0 : 1);
    return published;
  }

  #publish(slot: number, input: number, bytes: number, kind: number, longLineBytes: number): Filled {
    const { i32, f64 } = this.arena;
    const head = slot >> 2;
    this.#begunSlot = -1;
    i32[head + headInputEnd] = input + bytes;
    i32[head + headKind] = kind;
    f64[(slot >> 3) + headPublishTimeMs] = this.source.publishTimeMs;
    f64[(slot >> 3) + headOffset] = this.#offset;
    f64[(slot >> 3) + headLongLineBytes] = longLineBytes;
    this.#offset += bytes;
    return 'chunk';
  }
}
