import { crc32c } from '../../../native-free-core/wire/crc32c.js';
import {
  checksumHeadBytes,
  commandOffset,
  magicBytes,
  readInt32,
  readUint32,
} from '../../../native-free-core/wire/frame-layout.js';
import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';
import { SendReceiptReader } from '../../../native-free-core/wire/receipt-reader.js';
import { ok } from '../../../native-free-core/wire/wire-status.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { type ConfirmedFrame, ConfirmedFrameRow } from './confirmed-frame.js';
import { barredFlag, batchFlag, type PendingFrames, refusedFlag, resentFlag } from './pending-frames.js';

/** Whose receipts they are. */
export interface ReceiptOwner {
  confirmHead(frame: ConfirmedFrame): void;
  failHead(error: PulsarError): void;
  stop(error: PulsarError): void;
  resend(): void;
  closeConnection(): void;
}

/**
 * Matches receipts with the oldest pending frame. One for less was given up already (a time-out); one for more says
 * that the broker has lost, or never had, what is before: only a new connection mends that.
 */
export class Receipts {
  /** Greatest that a receipt has named; -1: none. */
  lastSequenceId = -1;
  /** Receipts for nothing that is pending. */
  stray = 0;
  readonly #reader = new SendReceiptReader();
  readonly #row = new ConfirmedFrameRow();
  /** Why frames with `barredFlag` will not be stored: they fail in their turn. */
  #barred: PulsarError | undefined;

  constructor(
    readonly pending: PendingFrames,
    /** Brokers leave it out of their receipts. */
    partition: number,
    readonly owner: ReceiptOwner,
  ) {
    this.#row.partition = partition;
  }

  onReceipt(frame: FrameRange): void {
    const reader = this.#reader;
    const { pending } = this;
    if (reader.read(frame.bytes, frame.commandStart, frame.commandEnd) !== ok) {
      this.owner.closeConnection();
      return;
    }
    const { head } = pending;
    if (pending.count === 0 || reader.sequenceId < pending.sequenceId(head)) {
      this.stray++;
      return;
    }
    if (reader.sequenceId > pending.sequenceId(head) || !this.#isHighest(head)) {
      this.owner.closeConnection();
      return;
    }
    this.#fill(head);
    if (this.#row.isDuplicate && (pending.flags(head) & refusedFlag) !== 0) {
      this.#failMessage(this.#takenForDuplicate());
    } else this.owner.confirmHead(this.#row);
    while (
      this.#barred !== undefined &&
      pending.count > 0 &&
      (pending.flags(pending.head) & barredFlag) !== 0
    ) {
      this.#failMessage(this.#barred);
    }
  }

  /** `sequenceId`: the highest one of the frame that was refused. */
  onSendError(sequenceId: number, error: PulsarError): void {
    const { pending } = this;
    const isHead = pending.count > 0 && pending.highestSequenceId(pending.head) === sequenceId;
    switch (error.code) {
      case 'TOPIC_TERMINATED':
      case 'PRODUCER_FENCED':
        this.owner.stop(error);
        return;
      case 'NOT_ALLOWED':
        this.#barred = error;
        if (isHead) this.#failMessage(error);
        else pending.mark(sequenceId, barredFlag);
        return;
      case 'CHECKSUM_MISMATCH':
        pending.mark(sequenceId, refusedFlag);
        // Bytes that went bad in this process's memory would be refused for ever.
        if (isHead && !this.#isIntact(pending.head)) this.#failMessage(error);
        this.owner.resend();
        return;
      default:
        this.owner.closeConnection();
    }
  }

  /**
   * With deduplication, a frame that was refused is taken for a duplicate as soon as a later one is stored. Whether an
   * attempt in between was stored, and only its receipt lost, cannot be told: what may be lost is never confirmed.
   */
  #takenForDuplicate(): PulsarError {
    const { sequenceId, highestSequenceId } = this.#row;
    const words = `the broker refused sequence ids ${sequenceId} to ${highestSequenceId} and then took them for duplicates: they are not stored, unless a receipt in between was lost`;
    return new PulsarError('SEND_REFUSED', words);
  }

  /** The head, and the chunks behind it that are of the same message. */
  #failMessage(error: PulsarError): void {
    const { pending } = this;
    const last = pending.highestSequenceId(pending.head);
    do this.owner.failHead(error);
    while (pending.count > 0 && pending.highestSequenceId(pending.head) === last);
  }

  /** Brokers may leave the highest sequence id out, or send 0, for what is not a batch. */
  #isHighest(row: number): boolean {
    const told = this.#reader.highestSequenceId;
    return told <= this.#reader.sequenceId || told === this.pending.highestSequenceId(row);
  }

  #fill(head: number): void {
    const { pending } = this;
    const reader = this.#reader;
    const row = this.#row;
    const flags = pending.flags(head);
    row.messages = pending.messagesOf(head);
    row.sequenceId = reader.sequenceId;
    row.highestSequenceId = pending.highestSequenceId(head);
    row.ledgerId = reader.ledgerId;
    row.entryId = reader.entryId;
    row.isBatch = (flags & batchFlag) !== 0;
    row.wasResent = (flags & resentFlag) !== 0;
    row.isDuplicate = reader.ledgerId === -1 && reader.entryId === -1;
    if (row.highestSequenceId > this.lastSequenceId) this.lastSequenceId = row.highestSequenceId;
  }

  #isIntact(row: number): boolean {
    const { pending } = this;
    const { bytes } = pending.segment(row);
    const start = pending.start(row);
    const magicAt = start + commandOffset + readUint32(bytes, start + 4);
    const told = readInt32(bytes, magicAt + magicBytes);
    return told === crc32c(bytes, magicAt + checksumHeadBytes, pending.end(row));
  }
}
