import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';

const slotInts = 5;
const startInt = 0;
const commandStartInt = 1;
const commandEndInt = 2;
const endInt = 3;
const segmentInt = 4;

/** Frames that wait to be read, in the order of their arrival: five numbers each, nothing allocated for one. */
export class EntryQueue {
  /** The frame that `take` took last; positions in the arena. */
  start = 0;
  commandStart = 0;
  commandEnd = 0;
  end = 0;
  segment = 0;
  #slots: Int32Array;
  #mask: number;
  #head = 0;
  #length = 0;

  /** @param entriesMax more than these are refused */
  constructor(readonly entriesMax: number) {
    this.#slots = new Int32Array(64 * slotInts);
    this.#mask = 63;
  }

  get length(): number {
    return this.#length;
  }

  /** False: it is full, which only a broker can cause that sends more than it has permits for. */
  push(frame: FrameRange): boolean {
    if (this.#length === this.entriesMax) return false;
    if (this.#length > this.#mask) this.#grow();
    const at = ((this.#head + this.#length) & this.#mask) * slotInts;
    const slots = this.#slots;
    slots[at + startInt] = frame.start;
    slots[at + commandStartInt] = frame.commandStart;
    slots[at + commandEndInt] = frame.commandEnd;
    slots[at + endInt] = frame.end;
    slots[at + segmentInt] = frame.segment;
    this.#length++;
    return true;
  }

  /** The oldest frame into this object's fields; false when there is none. */
  take(): boolean {
    if (this.#length === 0) return false;
    const at = this.#head * slotInts;
    const slots = this.#slots;
    this.start = slots[at + startInt];
    this.commandStart = slots[at + commandStartInt];
    this.commandEnd = slots[at + commandEndInt];
    this.end = slots[at + endInt];
    this.segment = slots[at + segmentInt];
    this.#head = (this.#head + 1) & this.#mask;
    this.#length--;
    return true;
  }

  #grow(): void {
    const before = this.#mask + 1;
    const grown = new Int32Array(2 * before * slotInts);
    const headInts = this.#head * slotInts;
    grown.set(this.#slots.subarray(headInts));
    grown.set(this.#slots.subarray(0, headInts), before * slotInts - headInts);
    this.#slots = grown;
    this.#mask = 2 * before - 1;
    this.#head = 0;
  }
}
