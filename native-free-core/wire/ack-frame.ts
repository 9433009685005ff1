import { ackCommand, commandOffset, flowCommand, sizeBytes, writeUint32 } from './frame-layout.js';
import { varintLength, writeVarint } from './varint.js';

/** Bytes of a FLOW frame, at most. */
export const flowFrameBytesMax = 40;

/**
 * FLOW: the broker may send `permits` more messages (messages, not entries).
 * @param bytes room for `flowFrameBytesMax` from `at` on
 * @returns where the frame ends
 */
export function writeFlow(bytes: Uint8Array, at: number, consumerId: number, permits: number): number {
  const commandStart = at + commandOffset;
  bytes[commandStart] = 0x08;
  bytes[commandStart + 1] = flowCommand;
  bytes[commandStart + 2] = (flowCommand << 3) | 2;
  bytes[commandStart + 3] = 2 + varintLength(consumerId) + varintLength(permits);
  bytes[commandStart + 4] = 0x08;
  let to = writeVarint(bytes, commandStart + 5, consumerId);
  bytes[to] = 0x10;
  to = writeVarint(bytes, to + 1, permits);
  writeUint32(bytes, at + sizeBytes, to - commandStart);
  writeUint32(bytes, at, to - at - sizeBytes);
  return to;
}

/** `CommandAck.AckType` */
export const individualAck = 0;
export const cumulativeAck = 1;

/** Sizes, `type`, the tag and the length of CommandAck. */
const headRoom = commandOffset + 2 + 1 + 5;
/** Request id with its tag. */
const tailRoom = 9;
/** Of one MessageIdData without an ack set, with its tag and length. */
const idBytesMax = 48;
const ackSetWordBytesMax = 11;

/**
 * ACK frames: several ids in one individual acknowledgement, or the one id of a cumulative one.
 *
 * ```
 * acks.begin(bytes, start, end, consumerId, individualAck);
 * if (!acks.add(ledgerId, entryId)) ...     // full: finish, send, begin again
 * acks.finish(requestId);                   // send [frameStart, frameEnd); -1: ask for no receipt
 * ```
 */
export class AckWriter {
  frameStart = 0;
  frameEnd = 0;
  /** Ids since `begin`. */
  ids = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private bodyStart = 0;
  private at = 0;
  private end = 0;

  /** @param start,end room; 128 bytes are enough for one id without an ack set */
  begin(bytes: Uint8Array, start: number, end: number, consumerId: number, ackType: number): void {
    this.bytes = bytes;
    this.end = end - tailRoom;
    this.ids = 0;
    this.bodyStart = start + headRoom;
    this.at = this.number(this.bodyStart, 0x08, consumerId);
    this.at = this.number(this.at, 0x10, ackType);
  }

  /** A whole entry. @returns false if there is no room for it */
  add(ledgerId: number, entryId: number): boolean {
    return this.addBatch(ledgerId, entryId, 0, noWords, 0, 0);
  }

  /**
   * Messages of a batch.
   * @param batchSize messages in the batch
   * @param ackSet words of 64 bits as two int32, low first; a 0 bit is a message that is acknowledged
   * @param from index of the first int32
   * @param words of 64 bits; 0: the whole entry
   * @returns false if there is no room for it
   */
  addBatch(
    ledgerId: number,
    entryId: number,
    batchSize: number,
    ackSet: Int32Array,
    from: number,
    words: number,
  ): boolean {
    if (this.end - this.at < idBytesMax + words * ackSetWordBytesMax) return false;
    let size = 2 + varintLength(ledgerId) + varintLength(entryId);
    for (let i = 0; i < words; i++) {
      size += 1 + wordLength(ackSet[from + 2 * i], ackSet[from + 2 * i + 1]);
    }
    if (batchSize > 0) size += 1 + varintLength(batchSize);
    let at = this.number(this.at, 0x1a, size);
    at = this.number(at, 0x08, ledgerId);
    at = this.number(at, 0x10, entryId);
    for (let i = 0; i < words; i++) {
      this.bytes[at] = 0x28;
      at = writeWord(this.bytes, at + 1, ackSet[from + 2 * i], ackSet[from + 2 * i + 1]);
    }
    if (batchSize > 0) at = this.number(at, 0x30, batchSize);
    this.at = at;
    this.ids++;
    return true;
  }

  /** @param requestId the broker answers with it (protocol 17 on); -1: no answer is asked for */
  finish(requestId: number): void {
    const { bytes } = this;
    if (requestId >= 0) this.at = this.number(this.at, 0x40, requestId);
    const bodyBytes = this.at - this.bodyStart;
    const commandStart = this.bodyStart - varintLength(bodyBytes) - 3;
    bytes[commandStart] = 0x08;
    bytes[commandStart + 1] = ackCommand;
    this.number(commandStart + 2, (ackCommand << 3) | 2, bodyBytes);
    this.frameStart = commandStart - commandOffset;
    this.frameEnd = this.at;
    writeUint32(bytes, this.frameStart, this.at - this.frameStart - sizeBytes);
    writeUint32(bytes, this.frameStart + sizeBytes, this.at - commandStart);
  }

  private number(at: number, tag: number, value: number): number {
    this.bytes[at] = tag;
    return writeVarint(this.bytes, at + 1, value);
  }
}

const noWords = new Int32Array(0);

/** A varint of 64 bits from its two words. */
function writeWord(bytes: Uint8Array, at: number, low: number, high: number): number {
  while (high !== 0 || low >>> 7 !== 0) {
    bytes[at++] = (low & 0x7f) | 0x80;
    low = (low >>> 7) | (high << 25);
    high >>>= 7;
  }
  bytes[at++] = low;
  return at;
}

function wordLength(low: number, high: number): number {
  if (high !== 0) return Math.ceil((64 - Math.clz32(high)) / 7);
  return Math.max(1, Math.ceil((32 - Math.clz32(low)) / 7));
}
