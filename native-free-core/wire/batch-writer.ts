import { sizeBytes, writeUint32 } from './frame-layout.js';
import { copyBytes, copyProperties, type OutgoingRecord } from './outgoing-record.js';
import { SendFrameWriter, type SendHead } from './send-frame.js';
import { writeVarint } from './varint.js';

/** SingleMessageMetadata without key, ordering key and properties, each field at its longest, and its size word. */
const messageOverheadMax = 64;

/**
 * Writes a batch in its place: room for the head, then message after message, then the head right before them.
 *
 * ```
 *   start        payloadStart                             payloadEnd      end
 *   | room | head | size, metadata, bytes | size, ... |    |               |
 *          '-- written by finish          '-- append
 * ```
 *
 * ```
 * writer.begin(buffer, start, end, head);
 * if (!writer.append(record)) ...           // full: finish this one first (empty and full: it never fits)
 * head.highestSequenceId = ...; head.publishTimeMs = ...
 * writer.finish(head);                      // send [frameStart, frameEnd) of the buffer
 * ```
 */
export class BatchWriter {
  bytes: Uint8Array = new Uint8Array(0);
  /** Messages appended since `begin`. */
  messages = 0;
  /** What was appended, uncompressed. */
  payloadStart = 0;
  payloadEnd = 0;
  /** After `finish`. */
  frameStart = 0;
  frameEnd = 0;
  private start = 0;
  private end = 0;
  private readonly frame = new SendFrameWriter();

  /**
   * @param start,end the batch's room in `bytes`
   * @param head its producer's name and schema version decide how much is kept free for the head
   * @param routingBytes bytes of key and ordering key that `finish` will get
   */
  begin(bytes: Uint8Array, start: number, end: number, head: SendHead, routingBytes = 0): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.messages = 0;
    this.payloadStart = this.payloadEnd = start + head.bytesMax(routingBytes);
  }

  /** @returns false, with nothing changed, if it does not fit or its properties cannot be read */
  append(record: OutgoingRecord): boolean {
    const { bytes } = this;
    const payloadBytes = record.payloadEnd - record.payloadStart;
    const start = this.payloadEnd;
    if (this.end - start < messageOverheadMax + record.rangesBytes() + payloadBytes) return false;
    const metadataStart = start + sizeBytes;
    let at = metadataStart;
    if (record.propertiesStart >= 0) {
      at = copyProperties(record, bytes, at, 0x0a);
      if (at < 0) return false;
    }
    if (record.keyStart >= 0) {
      at = this.range(at, 0x12, record.key, record.keyStart, record.keyEnd);
    }
    at = this.number(at, 0x18, payloadBytes);
    if (record.eventTimeMs > 0) at = this.number(at, 0x28, record.eventTimeMs);
    if (record.keyIsBase64) at = this.number(at, 0x30, 1);
    if (record.orderingKeyStart >= 0) {
      at = this.range(at, 0x3a, record.orderingKey, record.orderingKeyStart, record.orderingKeyEnd);
    }
    if (record.sequenceId >= 0) at = this.number(at, 0x40, record.sequenceId);
    if (record.isNullValue) at = this.number(at, 0x48, 1);
    writeUint32(bytes, start, at - metadataStart);
    this.payloadEnd = copyBytes(record.payload, record.payloadStart, record.payloadEnd, bytes, at);
    this.messages++;
    return true;
  }

  /**
   * The head, `head.compression` being 0. Afterwards only `begin` may be called.
   * @param routing a record whose key and ordering key all messages of the batch have
   * @returns false if the room that `begin` kept is too small for what `head` is now
   */
  finish(head: SendHead, routing?: OutgoingRecord): boolean {
    const { payloadStart, payloadEnd } = this;
    return this.writeHead(payloadStart, payloadEnd, head, routing);
  }

  /**
   * The same with the payload that the caller compressed out of `[payloadStart, payloadEnd)`; the head says how, and
   * its `uncompressedBytes` is set here.
   * @returns false as well if the compressed payload does not fit
   */
  finishWithPayload(head: SendHead, compressed: Uint8Array, routing?: OutgoingRecord): boolean {
    if (compressed.length > this.end - this.payloadStart) return false;
    head.uncompressedBytes = this.payloadEnd - this.payloadStart;
    this.bytes.set(compressed, this.payloadStart);
    return this.writeHead(this.payloadStart, this.payloadStart + compressed.length, head, routing);
  }

  private writeHead(start: number, end: number, head: SendHead, routing?: OutgoingRecord): boolean {
    const frame = this.frame;
    if (!frame.writeHead(this.bytes, this.start, start, end, head, this.messages, routing)) return false;
    this.frameStart = frame.frameStart;
    this.frameEnd = frame.frameEnd;
    return true;
  }

  private number(at: number, tag: number, value: number): number {
    this.bytes[at] = tag;
    return writeVarint(this.bytes, at + 1, value);
  }

  private range(at: number, tag: number, from: Uint8Array, start: number, end: number): number {
    const to = this.number(at, tag, end - start);
    return copyBytes(from, start, end, this.bytes, to);
  }
}
