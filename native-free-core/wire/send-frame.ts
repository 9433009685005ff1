import { crc32c } from './crc32c.js';
import { checksumMagic, sendCommand, totalSizeBytes, writeUint32 } from './frame-layout.js';
import { copyBytes, copyProperties, type OutgoingRecord } from './outgoing-record.js';
import { writeVarintBefore } from './varint.js';

/** What a SEND says besides its messages: CommandSend and MessageMetadata. Made once for a producer, filled again. */
export class SendHead {
  producerId = 0;
  /** Of the (first) message; up to 2^53 - 1. */
  sequenceId = 0;
  /** Of the last message in a batch; -1, or not above `sequenceId`: left out. */
  highestSequenceId = -1;
  /** UTF-8. */
  producerName: Uint8Array = new Uint8Array(0);
  /** Epoch ms. */
  publishTimeMs = 0;
  /** `CompressionType`; 0 none. */
  compression = 0;
  /** Bytes of the payload before compression; written when `compression` is not 0. */
  uncompressedBytes = 0;
  /** Empty: none. */
  schemaVersion: Uint8Array = new Uint8Array(0);
  /** Chunk of a larger message when `chunks` is not 0: position, number, bytes of all chunks, and their common id. */
  chunkId = 0;
  chunks = 0;
  chunkedBytes = 0;
  uuid: Uint8Array = new Uint8Array(0);

  /** Bytes before the payload, at most; `ranges`: those of the record that go into the metadata. */
  bytesMax(ranges = 0): number {
    return fixedHeadMax + this.producerName.length + this.schemaVersion.length + this.uuid.length + ranges;
  }
}

/** All fields but names, keys and properties, each at its longest. */
const fixedHeadMax = 256;

/**
 * Writes the head of a SEND frame before a payload that is in its place, from the back to the front, so that no
 * size has to be known beforehand and nothing is moved.
 */
export class SendFrameWriter {
  /** The frame is `[frameStart, frameEnd)` of the buffer that was given. */
  frameStart = 0;
  frameEnd = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;

  /**
   * One message that is not in a batch, or one chunk of one: the record's payload is the whole payload, compressed
   * if the head says so.
   * @param start,end room in `bytes`: `head.bytesMax(record.rangesBytes())` and the payload
   * @returns false if there is not that much room, or the properties cannot be read
   */
  writeSingle(
    bytes: Uint8Array,
    start: number,
    end: number,
    head: SendHead,
    record: OutgoingRecord,
  ): boolean {
    const payloadStart = start + head.bytesMax(record.rangesBytes());
    const payloadEnd = payloadStart + record.payloadEnd - record.payloadStart;
    if (payloadEnd > end) return false;
    copyBytes(record.payload, record.payloadStart, record.payloadEnd, bytes, payloadStart);
    return this.writeHead(bytes, start, payloadStart, payloadEnd, head, 0, record);
  }

  /**
   * @param start how far to the front the head may reach
   * @param messages of a batch; 0: the payload is not a batch
   * @param record its key and ordering key go into the metadata, and of a single message all else; of a batch only
   * what the broker routes by (Key_Shared), where all its messages have that key
   */
  writeHead(
    bytes: Uint8Array,
    start: number,
    payloadStart: number,
    payloadEnd: number,
    head: SendHead,
    messages: number,
    record: OutgoingRecord | undefined,
  ): boolean {
    const ranges = record === undefined ? 0 : record.rangesBytes();
    if (payloadStart - start < head.bytesMax(ranges)) return false;
    this.bytes = bytes;
    this.at = payloadStart;
    if (!this.metadata(head, messages, record)) return false;
    this.fixed32(payloadStart - this.at);
    const crc = crc32c(bytes, this.at, payloadEnd);
    this.fixed32(crc);
    bytes[--this.at] = checksumMagic & 0xff;
    bytes[--this.at] = checksumMagic >>> 8;
    const commandEnd = this.at;
    this.command(head, messages);
    this.fixed32(commandEnd - this.at);
    this.fixed32(payloadEnd - this.at);
    this.frameStart = this.at;
    this.frameEnd = payloadEnd;
    return true;
  }

  private metadata(head: SendHead, messages: number, record: OutgoingRecord | undefined): boolean {
    if (head.chunks > 0) {
      this.number2(29, head.chunkId);
      this.number2(28, head.chunkedBytes);
      this.number2(27, head.chunks);
      this.range2(26, head.uuid, 0, head.uuid.length);
    }
    if (record !== undefined && messages === 0 && record.isNullValue) this.number2(25, 1);
    if (head.highestSequenceId > head.sequenceId) this.number2(24, head.highestSequenceId);
    if (record !== undefined) {
      if (record.orderingKeyStart >= 0) {
        this.range2(18, record.orderingKey, record.orderingKeyStart, record.orderingKeyEnd);
      }
      if (record.keyIsBase64) this.number2(17, 1);
    }
    if (head.schemaVersion.length > 0) this.range2(16, head.schemaVersion, 0, head.schemaVersion.length);
    if (record !== undefined && messages === 0 && record.eventTimeMs > 0) this.number(12, record.eventTimeMs);
    if (messages > 0) this.number(11, messages);
    if (head.compression > 0) {
      this.number(9, head.uncompressedBytes);
      this.number(8, head.compression);
    }
    if (record !== undefined && record.keyStart >= 0) {
      this.range(0x32, record.key, record.keyStart, record.keyEnd);
    }
    if (messages === 0 && record !== undefined && !this.properties(record)) return false;
    this.number(3, head.publishTimeMs);
    this.number(2, head.sequenceId);
    this.range(0x0a, head.producerName, 0, head.producerName.length);
    return true;
  }

  private command(head: SendHead, messages: number): void {
    const end = this.at;
    if (head.chunks > 0) this.number(7, 1);
    if (head.highestSequenceId > head.sequenceId) this.number(6, head.highestSequenceId);
    if (messages > 0) this.number(3, messages);
    this.number(2, head.sequenceId);
    this.number(1, head.producerId);
    this.at = writeVarintBefore(this.bytes, this.at, end - this.at);
    this.bytes[--this.at] = (sendCommand << 3) | 2;
    this.number(1, sendCommand);
  }

  /** Written forward into room of the region's own size: tags are one byte here as there, so it never needs more. */
  private properties(record: OutgoingRecord): boolean {
    if (record.propertiesStart < 0) return true;
    const room = record.propertiesEnd - record.propertiesStart;
    const start = this.at - room;
    const end = copyProperties(record, this.bytes, start, 0x22);
    if (end < 0) return false;
    const moved = this.at - end;
    if (moved > 0) this.bytes.copyWithin(start + moved, start, end);
    this.at = start + moved;
    return true;
  }

  private fixed32(value: number): void {
    this.at -= totalSizeBytes;
    writeUint32(this.bytes, this.at, value);
  }

  /** A varint field of number 1 to 15. */
  private number(field: number, value: number): void {
    this.at = writeVarintBefore(this.bytes, this.at, value);
    this.bytes[--this.at] = field << 3;
  }

  /** A varint field of number 16 or more. */
  private number2(field: number, value: number): void {
    this.at = writeVarintBefore(this.bytes, this.at, value);
    this.at = writeVarintBefore(this.bytes, this.at, field << 3);
  }

  private range(tag: number, from: Uint8Array, start: number, end: number): void {
    this.at -= end - start;
    copyBytes(from, start, end, this.bytes, this.at);
    this.at = writeVarintBefore(this.bytes, this.at, end - start);
    this.bytes[--this.at] = tag;
  }

  private range2(field: number, from: Uint8Array, start: number, end: number): void {
    this.at -= end - start;
    copyBytes(from, start, end, this.bytes, this.at);
    this.at = writeVarintBefore(this.bytes, this.at, end - start);
    this.at = writeVarintBefore(this.bytes, this.at, (field << 3) | 2);
  }
}
