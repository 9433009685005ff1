import type { OutgoingRecord } from '../../../native-free-core/wire/outgoing-record.js';
import type { Connection } from '../connection/connection.js';
import type { ProducerSuccess } from '../protocol/producer-commands.js';
import { type AppendStatus, appended } from './append-status.js';
import { FrameBuilder, type FrameClocks } from './frame-builder.js';
import { PendingFrames, resentFlag, writtenFlag } from './pending-frames.js';
import type { ProducerSettings } from './producer-settings.js';
import { SendTimer } from './send-timer.js';

/** The open batch, the frames without a receipt, and their way to the connection: once, and again after each loss. */
export class Outbox {
  readonly pending = new PendingFrames();
  /** What the broker had of this name at the start: no batch holds ids of both sides of it. */
  storedSequenceId = -1;
  readonly #builder: FrameBuilder;
  readonly #timer: SendTimer;
  #connection: Connection | undefined;

  /** @param onTimeout no receipt came for the oldest frame */
  constructor(
    readonly settings: ProducerSettings,
    clocks: FrameClocks,
    producerId: number,
    onTimeout: () => void,
  ) {
    this.#builder = new FrameBuilder(settings, this.pending, clocks, producerId);
    this.#timer = new SendTimer(this, settings, clocks.nowMs, onTimeout);
  }

  /** Payload bytes without a receipt, before compression. */
  get payloadBytes(): number {
    return this.pending.payloadBytes + this.#builder.openBytes;
  }

  get maxMessageBytes(): number {
    return this.#builder.maxMessageBytes;
  }

  /** `record.sequenceId` is set. */
  add(record: OutgoingRecord): AppendStatus {
    const builder = this.#builder;
    const before = this.pending.tail;
    let status: AppendStatus = appended;
    if (!this.settings.isBatching) status = builder.addSingle(record);
    else {
      const border = this.storedSequenceId;
      if (builder.openMessages > 0 && builder.openSequenceId <= border && record.sequenceId > border) {
        builder.finishBatch();
      }
      if (!builder.addToBatch(record)) status = builder.addSingle(record);
      if (builder.openMessages === 1) this.#timer.batchBegun();
    }
    if (this.pending.tail > before) this.#writeFrom(before);
    return status;
  }

  sendBatch(): void {
    if (this.#builder.openMessages === 0) return;
    this.#builder.finishBatch();
    this.#writeFrom(this.pending.tail - 1);
  }

  /** All that is pending goes out, in order, byte for byte as before. */
  connected(connection: Connection, reply: ProducerSuccess): void {
    // A batch was begun with the name and schema version that its head has room for.
    if (this.#builder.openMessages > 0) this.#builder.finishBatch();
    this.#builder.configure(reply.producerName, reply.schemaVersion, connection.maxMessageBytes);
    this.#connection = connection;
    this.#writeFrom(this.pending.head);
  }

  disconnected(): void {
    this.#connection = undefined;
  }

  /** The oldest frame is done. */
  shift(): void {
    this.#builder.release(this.pending.shift());
  }

  /** Everything is given up. */
  clear(): void {
    while (this.pending.count > 0) this.shift();
    this.#builder.dropBatch();
  }

  stop(): void {
    this.clear();
    this.#timer.stop();
    this.#connection = undefined;
  }

  #writeFrom(first: number): void {
    const { pending } = this;
    if (pending.count > 0) this.#timer.framesPending();
    const connection = this.#connection;
    if (connection === undefined) return;
    for (let row = first; row < pending.tail; row++) {
      const segment = pending.segment(row);
      pending.addFlags(row, (pending.flags(row) & writtenFlag) === 0 ? writtenFlag : resentFlag);
      connection.write(segment.bytes.subarray(pending.start(row), pending.end(row)));
      segment.connection = connection;
      segment.writtenMark = connection.queuedBytes;
    }
  }
}
