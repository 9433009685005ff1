import { readCommandMessage } from './command-message.js';
import { crc32c } from './crc32c.js';
import { Entry } from './entry.js';
import {
  brokerMetadataMagic,
  checksumHeadBytes,
  checksumMagic,
  magicBytes,
  readInt32,
  sizeBytes,
} from './frame-layout.js';
import { readBrokerMetadata, readMessageMetadata } from './message-metadata.js';
import { WireCursor } from './varint.js';
import { badChecksum, badMagic, ok, truncated } from './wire-status.js';

/**
 * Reads whole MESSAGE frames, in place (see `frame-layout.ts`). Once an entry, which for producers without batching
 * is once a message. Nothing is allocated.
 *
 * ```
 * const status = reader.read(bytes, commandStart, commandEnd, frameEnd);
 * if (status !== ok) ...                    // wireStatusNames[status] says what; reader.badAt about where
 * const { entry } = reader;                 // the same object each time
 * if (entry.compression !== 0) ...          // decompress [payloadStart, payloadEnd) of entry.bytes
 * walker.begin(entry, payload, start, end); // then walk its messages
 * ```
 */
export class EntryReader {
  readonly entry = new Entry();
  /** Position of the part in which the last `read` failed: the command, a magic, or a metadata. */
  badAt = 0;
  private readonly cursor = new WireCursor();

  /**
   * @param bytes may lie over shared memory; nothing past `frameEnd` is read
   * @param verify whether a checksum that is there is computed; leave it on for what comes from a network
   * @returns a status of `wire-status.ts`; what `entry` holds counts only when it is `ok`
   */
  read(bytes: Uint8Array, commandStart: number, commandEnd: number, frameEnd: number, verify = true): number {
    const { entry, cursor } = this;
    entry.clear(bytes);
    this.badAt = commandStart;
    if (commandStart > commandEnd || commandEnd > frameEnd || frameEnd > bytes.length) return truncated;
    cursor.reset(bytes, commandStart, commandEnd);
    readCommandMessage(cursor, entry);
    if (cursor.status !== ok) return cursor.status;
    const checked = this.readBroker(bytes, commandEnd, frameEnd);
    if (checked < 0) return -checked;
    return this.readChecked(bytes, checked, frameEnd, verify);
  }

  /** @returns where the checked message begins, or a negated status */
  private readBroker(bytes: Uint8Array, at: number, end: number): number {
    this.badAt = at;
    if (end - at < magicBytes) return -truncated;
    if (((bytes[at] << 8) | bytes[at + 1]) !== brokerMetadataMagic) return at;
    const start = at + magicBytes + sizeBytes;
    if (start > end) return -truncated;
    const size = readInt32(bytes, at + magicBytes);
    if (size < 0 || size > end - start) return -truncated;
    this.cursor.reset(bytes, start, start + size);
    readBrokerMetadata(this.cursor, this.entry);
    return this.cursor.status === ok ? start + size : -this.cursor.status;
  }

  /** The checksum is optional in the protocol: without its magic, the metadata's size follows at once. */
  private readChecked(bytes: Uint8Array, at: number, end: number, verify: boolean): number {
    const { entry, cursor } = this;
    this.badAt = at;
    if (end - at < magicBytes) return truncated;
    // No metadata is so large that its size could be taken for the magic: 0x0e01 begins sizes from 234 MB on.
    const hasChecksum = ((bytes[at] << 8) | bytes[at + 1]) === checksumMagic;
    const covered = hasChecksum ? at + checksumHeadBytes : at;
    const start = covered + sizeBytes;
    if (start > end) return truncated;
    if (hasChecksum && verify && crc32c(bytes, covered, end) !== readInt32(bytes, at + magicBytes)) {
      return badChecksum;
    }
    const size = readInt32(bytes, covered);
    if (size < 0 || size > end - start) return hasChecksum ? truncated : badMagic;
    this.badAt = start;
    cursor.reset(bytes, start, start + size);
    readMessageMetadata(cursor, entry);
    entry.payloadStart = start + size;
    entry.payloadEnd = end;
    return cursor.status;
  }
}
