import type { Entry } from './entry.js';
import { readInt32, sizeBytes } from './frame-layout.js';
import { MessageFields, readSingleMetadata } from './message-fields.js';
import { WireCursor } from './varint.js';
import { batchTooLong, batchTooShort, endOfBatch, ok, truncated } from './wire-status.js';

/** In `walkInto`'s lengths: there is no payload, because compaction removed the message. */
export const compactedOut = -1;
/** In `walkInto`'s lengths: the payload is null. */
export const nullPayload = -2;
/** In `walkInto`'s key starts and lengths: no key. */
export const noKey = -1;

/**
 * Goes over the messages of one entry, in place; an entry that is not a batch is a batch of one. Made once, used for
 * every entry; nothing is allocated.
 *
 * ```
 * walker.begin(entry, bytes, start, end);           // [start, end): the payload, decompressed
 * while ((status = walker.next()) === ok) {
 *   if (!entry.isPending(walker.index)) continue;   // acknowledged before, in an earlier delivery
 *   ... walker.payloadStart, walker.keyStart ...
 * }
 * if (status !== endOfBatch) ...                    // the entry lies; walker.index: how far it was good
 * ```
 */
export class BatchWalker extends MessageFields {
  /** Holds the payloads. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Holds keys, ordering keys and properties: `bytes` in a batch, the frame's bytes for a single message. */
  metadataBytes: Uint8Array = this.bytes;
  /** Of the message that `next` stands on; -1 before the first. */
  index = -1;
  /** Messages that are declared. */
  messages = 0;
  /** For `PropertyCursor.begin`: which field of the metadata the properties are. */
  propertiesTag = 0x0a;
  private at = 0;
  private end = 0;
  private entry: Entry | undefined;
  private readonly cursor = new WireCursor();

  /**
   * @param bytes where the payload is: `entry.bytes`, or what it was decompressed into
   * @param start,end the whole payload; `end` at most `bytes.length`
   */
  begin(entry: Entry, bytes: Uint8Array, start: number, end: number): void {
    this.beginBatch(bytes, start, end, entry.messages);
    if (entry.isBatch) {
      this.entry = undefined;
      return;
    }
    this.entry = entry;
    this.metadataBytes = entry.bytes;
    this.propertiesTag = 0x22;
  }

  /** A batch's payload by itself, `messages` as declared in its metadata. */
  beginBatch(bytes: Uint8Array, start: number, end: number, messages: number): void {
    this.bytes = bytes;
    this.metadataBytes = bytes;
    this.propertiesTag = 0x0a;
    this.entry = undefined;
    this.index = -1;
    this.messages = messages;
    this.at = start;
    this.end = end;
  }

  /**
   * To the next message.
   * @returns `ok`; `endOfBatch` after the last one; else what is wrong, and the same again when it is called again
   */
  next(): number {
    const { bytes, end } = this;
    const at = this.at;
    if (this.index + 1 >= this.messages) return at === end ? endOfBatch : batchTooLong;
    if (this.entry !== undefined) return this.single(this.entry);
    const start = at + sizeBytes;
    if (start > end) return at === end ? batchTooShort : truncated;
    const size = readInt32(bytes, at);
    if (size < 0 || size > end - start) return truncated;
    const metadataEnd = start + size;
    if (!this.readCommon(start, metadataEnd)) {
      this.clear();
      this.cursor.reset(bytes, start, metadataEnd);
      readSingleMetadata(this.cursor, this);
      if (this.cursor.status !== ok) return this.cursor.status;
    }
    const payloadBytes = this.payloadBytes;
    if (payloadBytes > end - metadataEnd) return truncated;
    this.payloadStart = metadataEnd;
    this.payloadEnd = this.at = metadataEnd + payloadBytes;
    this.index++;
    return ok;
  }

  /**
   * All messages at once. Element `from + i` is message i's: start and length of its payload in `bytes`, of its key
   * in `metadataBytes`. A length is `compactedOut` or `nullPayload` where there is no payload, a key `noKey`, `noKey`.
   * @returns `endOfBatch` when all is well; else what is wrong, the first `index + 1` messages being written. The
   * arrays must have room for `messages` elements from `from` on: one that has not is an error of the caller
   */
  walkInto(
    payloadStarts: Int32Array,
    payloadLengths: Int32Array,
    keyStarts: Int32Array,
    keyLengths: Int32Array,
    from: number,
  ): number {
    let status = this.next();
    for (let to = from + this.index; status === ok; to++) {
      payloadStarts[to] = this.payloadStart;
      payloadLengths[to] = this.payloadBytes;
      if (this.isCompactedOut) payloadLengths[to] = compactedOut;
      else if (this.isNullValue) payloadLengths[to] = nullPayload;
      keyStarts[to] = this.keyStart;
      keyLengths[to] = this.keyStart < 0 ? noKey : this.keyEnd - this.keyStart;
      status = this.next();
    }
    return status;
  }

  private single(entry: Entry): number {
    this.payloadStart = this.at;
    this.payloadEnd = this.end;
    this.payloadBytes = this.end - this.at;
    this.at = this.end;
    this.keyStart = entry.keyStart;
    this.keyEnd = entry.keyEnd;
    this.keyIsBase64 = entry.keyIsBase64;
    this.keyIsNull = entry.keyIsNull;
    this.orderingKeyStart = entry.orderingKeyStart;
    this.orderingKeyEnd = entry.orderingKeyEnd;
    this.propertiesStart = entry.propertiesStart;
    this.propertiesEnd = entry.propertiesEnd;
    this.eventTimeMs = entry.eventTimeMs;
    this.sequenceId = entry.sequenceId;
    this.isCompactedOut = false;
    this.isNullValue = entry.isNullValue;
    this.isInexact = entry.isInexact;
    this.index++;
    return ok;
  }

  /**
   * Metadata in the forms that clients write: fields of one-byte tags, lengths below 128, sizes of up to two, times of
   * six and sequence ids of up to four bytes. False for anything else, and for everything that is wrong: `readSingleMetadata`
   * then says what. Held equal to it by test.
   */
  private readCommon(start: number, end: number): boolean {
    const { bytes } = this;
    this.clear();
    let at = start;
    while (at + 1 < end) {
      const tag = bytes[at];
      const first = bytes[at + 1];
      switch (tag) {
        case 0x0a: // properties
          if (first > end - at - 2 || first > 0x7f) return false;
          if (this.propertiesStart < 0) this.propertiesStart = at;
          at = this.propertiesEnd = at + 2 + first;
          break;
        case 0x12: // partition_key
          if (first > end - at - 2 || first > 0x7f) return false;
          this.keyStart = at + 2;
          at = this.keyEnd = at + 2 + first;
          break;
        case 0x18: // payload_size
          if (first < 0x80) {
            this.payloadBytes = first;
            at += 2;
          } else if (at + 2 < end && bytes[at + 2] < 0x80) {
            this.payloadBytes = (first & 0x7f) | (bytes[at + 2] << 7);
            at += 3;
          } else return false;
          break;
        case 0x28: // event_time
          at = this.readTime(at + 1, end);
          if (at < 0) return false;
          break;
        case 0x30: // partition_key_b64_encoded
          if (first > 1) return false;
          this.keyIsBase64 = first === 1;
          at += 2;
          break;
        case 0x40: // sequence_id
          at = this.readSequenceId(at + 1, end);
          if (at < 0) return false;
          break;
        default:
          return false;
      }
    }
    return at === end && this.payloadBytes >= 0;
  }

  /** A varint of six bytes, as epoch ms have from 2004 to 2109; @returns its end, or -1: not of that form */
  private readTime(at: number, end: number): number {
    const { bytes } = this;
    if (at + 6 > end) return -1;
    const a = bytes[at];
    const b = bytes[at + 1];
    const c = bytes[at + 2];
    const d = bytes[at + 3];
    const e = bytes[at + 4];
    const f = bytes[at + 5];
    if ((a & b & c & d & e) < 0x80 || f > 0x7f) return -1;
    const low = (a & 0x7f) | ((b & 0x7f) << 7) | ((c & 0x7f) << 14) | ((d & 0x7f) << 21);
    this.eventTimeMs = ((e & 0x7f) | (f << 7)) * 0x1000_0000 + low;
    return at + 6;
  }

  /** A varint of up to four bytes; @returns its end, or -1: not of that form */
  private readSequenceId(at: number, end: number): number {
    const { bytes } = this;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (at === end) return -1;
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.sequenceId = value;
        return at;
      }
    }
    return -1;
  }
}
