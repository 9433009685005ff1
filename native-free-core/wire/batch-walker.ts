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
  /** The last message had fields that `readCommon` does not know. */
  isRare = false;
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
    if (this.isRare) this.clearRare();
    if (!this.readCommon(start, metadataEnd)) {
      this.isRare = true;
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

  private clearRare(): void {
    this.isRare = false;
    this.clear();
  }

  private single(entry: Entry): number {
    this.isRare = true;
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
   * six and sequence ids of up to four bytes. False for anything else, and for everything that is wrong:
   * `readSingleMetadata` then says what. Held equal to it by test.
   */
  private readCommon(start: number, end: number): boolean {
    const { bytes } = this;
    // In variables to the end: a store to a field for each step costs more than the step.
    let keyStart = -1;
    let keyEnd = -1;
    let propertiesStart = -1;
    let propertiesEnd = -1;
    let payloadBytes = -1;
    let sequenceId = -1;
    let timeAt = -1;
    let at = start;
    while (at + 1 < end) {
      const tag = bytes[at];
      const first = bytes[at + 1];
      at += 2;
      if (tag === 0x18) {
        // payload_size
        payloadBytes = first;
        if (first > 0x7f) {
          if (at === end || bytes[at] > 0x7f) return false;
          payloadBytes = (first & 0x7f) | (bytes[at++] << 7);
        }
      } else if (tag === 0x40) {
        // sequence_id
        sequenceId = first & 0x7f;
        let more = first;
        for (let shift = 7; more > 0x7f; shift += 7) {
          if (at === end || shift === 28) return false;
          more = bytes[at++];
          sequenceId |= (more & 0x7f) << shift;
        }
      } else if (tag === 0x12) {
        // partition_key
        if (first > 0x7f || first > end - at) return false;
        keyStart = at;
        at = keyEnd = at + first;
      } else if (tag === 0x28) {
        // event_time, read at the end: one only, since what follows was found by its length
        if (timeAt >= 0 || at + 5 > end) return false;
        timeAt = at - 1;
        at += 5;
      } else if (tag === 0x0a) {
        // properties
        if (first > 0x7f || first > end - at) return false;
        if (propertiesStart < 0) propertiesStart = at - 2;
        at = propertiesEnd = at + first;
      } else if (tag !== 0x30 || first !== 0) return false; // Java says of every key that it is not in base64
    }
    if (at !== end || payloadBytes < 0 || (timeAt >= 0 && !this.readTime(timeAt))) return false;
    if (timeAt < 0) this.eventTimeMs = 0;
    this.keyStart = keyStart;
    this.keyEnd = keyEnd;
    this.propertiesStart = propertiesStart;
    this.propertiesEnd = propertiesEnd;
    this.payloadBytes = payloadBytes;
    this.sequenceId = sequenceId;
    return true;
  }

  /** A varint of six bytes, as epoch ms have from 2004 to 2109; false: not of that form. */
  private readTime(at: number): boolean {
    const { bytes } = this;
    const a = bytes[at];
    const b = bytes[at + 1];
    const c = bytes[at + 2];
    const d = bytes[at + 3];
    const e = bytes[at + 4];
    const f = bytes[at + 5];
    if ((a & b & c & d & e) < 0x80 || f > 0x7f) return false;
    const low = (a & 0x7f) | ((b & 0x7f) << 7) | ((c & 0x7f) << 14) | ((d & 0x7f) << 21);
    this.eventTimeMs = ((e & 0x7f) | (f << 7)) * 0x1000_0000 + low;
    return true;
  }
}
