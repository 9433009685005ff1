import { BatchWriter } from '../../../native-free-core/wire/batch-writer.js';
import { magicBytes, sizeBytes } from '../../../native-free-core/wire/frame-layout.js';
import type { OutgoingRecord } from '../../../native-free-core/wire/outgoing-record.js';
import { SendFrameWriter, SendHead } from '../../../native-free-core/wire/send-frame.js';
import { type AppendStatus, appended, tooLarge } from './append-status.js';
import { BatchKey } from './batch-key.js';
import { batchFlag, type PendingFrames } from './pending-frames.js';
import type { ProducerSettings } from './producer-settings.js';
import { type SendSegment, SendSegments } from './send-segment.js';

/** Head, checksum and sizes of a frame whose names are of usual length: what a batch's room has besides its bytes. */
const batchHeadBytes = 1024;
const segmentBytesMin = 256 * 1024;
/** Batches that fit in one segment. */
const batchesPerSegment = 4;
const utf8 = new TextEncoder();

export interface FrameClocks {
  readonly epochMs: () => number;
  readonly nowMs: () => number;
}

/** Makes frames of messages, in memory that they stay in until they are confirmed. */
export class FrameBuilder {
  /** The broker's bound of what it stores as one entry: metadata and payload. */
  maxMessageBytes = 0;
  /** Messages of the open batch, and their bytes: they are not among the pending frames yet. */
  openMessages = 0;
  openBytes = 0;
  readonly #head = new SendHead();
  readonly #batch = new BatchWriter();
  readonly #frame = new SendFrameWriter();
  readonly #segments: SendSegments;
  #segment: SendSegment | undefined;
  /** Of the open batch, where batches are of one key. */
  readonly #batchKey: BatchKey | undefined;
  #firstSequenceId = 0;
  #lastSequenceId = 0;

  constructor(
    readonly settings: ProducerSettings,
    readonly pending: PendingFrames,
    readonly clocks: FrameClocks,
    producerId: number,
  ) {
    this.#head.producerId = producerId;
    this.#batchKey = settings.isBatchedByKey ? new BatchKey() : undefined;
    const room = settings.isBatching ? settings.batchBytesMax + batchHeadBytes : 0;
    this.#segments = new SendSegments(Math.max(segmentBytesMin, room * batchesPerSegment));
  }

  /** What the broker answered; between batches, as names stand in their heads. */
  configure(producerName: string, schemaVersion: Uint8Array | undefined, maxMessageBytes: number): void {
    this.#head.producerName = utf8.encode(producerName);
    this.#head.schemaVersion = schemaVersion ?? new Uint8Array(0);
    this.maxMessageBytes = maxMessageBytes;
  }

  /** Sequence id of the open batch's first message; -1 without one. */
  get openSequenceId(): number {
    return this.openMessages === 0 ? -1 : this.#firstSequenceId;
  }

  /**
   * Into the open batch, if it has room, or a new one. `record.sequenceId` is set.
   * @returns false: it needs a frame of its own (`addSingle`); the open batch, if there was one, is finished
   */
  addToBatch(record: OutgoingRecord): boolean {
    const payloadBytes = record.payloadEnd - record.payloadStart;
    if (this.openMessages > 0 && !this.#appendToOpen(record)) this.finishBatch();
    if (this.openMessages === 0) {
      this.#begin(record);
      if (!this.#batch.append(record)) return false;
      this.#firstSequenceId = record.sequenceId;
    }
    this.#lastSequenceId = record.sequenceId;
    this.openMessages++;
    this.openBytes += payloadBytes;
    const isFull =
      this.openMessages >= this.settings.batchMessagesMax || this.openBytes >= this.settings.batchBytesMax;
    if (isFull) this.finishBatch();
    return true;
  }

  /** Makes a frame of the open batch, which has messages. */
  finishBatch(): void {
    const batch = this.#batch;
    const head = this.#head;
    const segment = this.#segment as SendSegment;
    head.sequenceId = this.#firstSequenceId;
    head.highestSequenceId = this.#lastSequenceId;
    head.publishTimeMs = this.clocks.epochMs();
    if (!this.#compressedBatch() && !this.#plainBatch()) throw new Error('no room for the head of a batch');
    this.#push(segment, batch.frameStart, batch.frameEnd, this.openMessages, this.openBytes, batchFlag);
    this.openMessages = this.openBytes = 0;
  }

  /** Gives up the open batch. */
  dropBatch(): void {
    this.openMessages = this.openBytes = 0;
  }

  /** One message that is not in a batch: a frame, or several as chunks. */
  addSingle(record: OutgoingRecord): AppendStatus {
    const head = this.#head;
    const { codec, isChunking } = this.settings;
    const { payload, payloadStart, payloadEnd } = record;
    const bytes = payloadEnd - payloadStart;
    head.sequenceId = record.sequenceId;
    head.highestSequenceId = -1;
    head.publishTimeMs = this.clocks.epochMs();
    head.compression = 0;
    if (codec !== undefined) {
      const packed = codec.compress(payload.subarray(payloadStart, payloadEnd));
      head.compression = codec.wireId;
      head.uncompressedBytes = bytes;
      record.payload = packed;
      record.payloadStart = 0;
      record.payloadEnd = packed.length;
    }
    // Exact only with the frame in hand: a rough check first, so that no memory is taken for what cannot be sent.
    const isLarge = record.payloadEnd - record.payloadStart > this.maxMessageBytes;
    const isSent = !isLarge && this.#writeWhole(record, bytes);
    if (!isSent && !isChunking) return tooLarge;
    return isSent ? appended : this.#writeChunks(record, bytes);
  }

  release(segment: SendSegment): void {
    this.#segments.release(segment);
  }

  #appendToOpen(record: OutgoingRecord): boolean {
    const key = this.#batchKey;
    return (key === undefined || key.isOf(record)) && this.#batch.append(record);
  }

  #begin(record: OutgoingRecord): void {
    const bytesMax = Math.min(this.settings.batchBytesMax, this.maxMessageBytes - batchHeadBytes);
    const key = this.#batchKey;
    key?.take(record);
    const keyBytes = key === undefined ? 0 : key.record.rangesBytes();
    const headBytes = this.#head.bytesMax(keyBytes);
    const segment = this.#segments.reserve(headBytes + bytesMax);
    this.#segment = segment;
    this.#batch.begin(segment.bytes, segment.at, segment.at + headBytes + bytesMax, this.#head, keyBytes);
  }

  #plainBatch(): boolean {
    this.#head.compression = 0;
    return this.#batch.finish(this.#head, this.#batchKey?.record);
  }

  /** False: without compression, or it makes the batch larger than its room. */
  #compressedBatch(): boolean {
    const { codec } = this.settings;
    if (codec === undefined) return false;
    const { bytes, payloadStart, payloadEnd } = this.#batch;
    const packed = codec.compress(bytes.subarray(payloadStart, payloadEnd));
    this.#head.compression = codec.wireId;
    return this.#batch.finishWithPayload(this.#head, packed, this.#batchKey?.record);
  }

  /** False: larger than the broker takes. */
  #writeWhole(record: OutgoingRecord, payloadBytes: number): boolean {
    const segment = this.#writeSingle(record);
    const stored = this.#storedBytes(segment);
    if (stored > this.maxMessageBytes) return false;
    this.#pushSingle(segment, 1, payloadBytes);
    return true;
  }

  #writeChunks(record: OutgoingRecord, payloadBytes: number): AppendStatus {
    const head = this.#head;
    const { payloadStart, payloadEnd } = record;
    const total = payloadEnd - payloadStart;
    head.uuid = utf8.encode(`${new TextDecoder().decode(head.producerName)}-${head.sequenceId}`);
    const chunkBytes = this.maxMessageBytes - head.bytesMax(record.rangesBytes());
    if (chunkBytes <= 0) {
      head.uuid = new Uint8Array(0);
      return tooLarge;
    }
    head.chunks = Math.ceil(total / chunkBytes);
    head.chunkedBytes = total;
    for (let chunk = 0; chunk < head.chunks; chunk++) {
      head.chunkId = chunk;
      record.payloadStart = payloadStart + chunk * chunkBytes;
      record.payloadEnd = Math.min(payloadEnd, record.payloadStart + chunkBytes);
      const isLast = chunk === head.chunks - 1;
      this.#pushSingle(this.#writeSingle(record), isLast ? 1 : 0, isLast ? payloadBytes : 0);
    }
    head.chunks = head.chunkId = 0;
    head.uuid = new Uint8Array(0);
    return appended;
  }

  #writeSingle(record: OutgoingRecord): SendSegment {
    const head = this.#head;
    const room = head.bytesMax(record.rangesBytes()) + record.payloadEnd - record.payloadStart;
    const segment = this.#segments.reserve(room);
    if (!this.#frame.writeSingle(segment.bytes, segment.at, segment.at + room, head, record)) {
      throw new Error('a message does not fit into the room that was made for it');
    }
    return segment;
  }

  #pushSingle(segment: SendSegment, messages: number, payloadBytes: number): void {
    this.#lastSequenceId = this.#head.sequenceId;
    const { frameStart, frameEnd } = this.#frame;
    this.#push(segment, frameStart, frameEnd, messages, payloadBytes, 0);
  }

  #push(
    segment: SendSegment,
    start: number,
    end: number,
    messages: number,
    payloadBytes: number,
    flags: number,
  ): void {
    const { sequenceId } = this.#head;
    const createdMs = this.clocks.nowMs();
    const highest = this.#lastSequenceId;
    this.pending.push(segment, start, end, sequenceId, highest, messages, payloadBytes, createdMs, flags);
    segment.at = end;
  }

  /** Of the frame just written: from its magic to its end. */
  #storedBytes(segment: SendSegment): number {
    const { frameStart, frameEnd } = this.#frame;
    const view = new DataView(segment.bytes.buffer, segment.bytes.byteOffset);
    const commandBytes = view.getUint32(frameStart + sizeBytes);
    return frameEnd - frameStart - 2 * sizeBytes - commandBytes - magicBytes - sizeBytes;
  }
}
