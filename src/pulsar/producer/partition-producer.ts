import { OutgoingRecord } from '../../../native-free-core/wire/outgoing-record.js';
import type { ClientContext } from '../client-context.js';
import type { Connection } from '../connection/connection.js';
import { PulsarError } from '../errors/pulsar-error.js';
import type { TopicName } from '../lookup/topic-name.js';
import type { ProducerSuccess } from '../protocol/producer-commands.js';
import { type AppendStatus, appended, full, notAscending, stopped } from './append-status.js';
import type { ConfirmedFrame } from './confirmed-frame.js';
import { Outbox } from './outbox.js';
import { ProducerSession } from './producer-session.js';
import type { ProducerSettings } from './producer-settings.js';
import { Receipts } from './receipts.js';
import { Waiters } from './waiters.js';

/** Called synchronously, from the socket's read or a timer: they must not throw and should not take long. */
export interface ProducerEvents {
  /** Once for each receipt, in the order of sending. `frame` is one object that is reused. */
  onConfirmed(frame: ConfirmedFrame): void;
  /** The oldest `messages` messages without a receipt have failed. SEND_TIMEOUT: they may be stored all the same. */
  onFailed(messages: number, error: PulsarError): void;
  /** There is room again after `full`. */
  onRoom?(): void;
  /** The end: closed, fenced, terminated, not allowed. All messages were confirmed or have failed before. */
  onStopped?(error: PulsarError): void;
}

export interface PartitionProducerOptions {
  readonly context: ClientContext;
  /** One topic without partitions, or one partition. */
  readonly topic: TopicName;
  readonly settings: ProducerSettings;
  readonly events: ProducerEvents;
  /** Default: whether `settings.name` is there. */
  readonly isNameGiven?: boolean | undefined;
}

/** How much of a bound may be in use when `onRoom` is called: not for each receipt, nor when the connection idles. */
const roomAgainShare = 0.75;

/**
 * The producer of one topic or partition, as numbers and bytes: no promise and no object for a message.
 *
 * ```
 * append ──▶ open batch ──▶ pending frames ──▶ connection          receipt ──▶ oldest pending frame ──▶ onConfirmed
 *            (until full,    (in place, until    (all again
 *             or delayMs)     their receipt)      after a loss)
 * ```
 */
export class PartitionProducer {
  /** Counts of messages that only grow: taken, with a receipt, and given up (`onFailed`). */
  accepted = 0;
  confirmed = 0;
  failed = 0;
  /** `append` has answered `full`, and there is no room yet. */
  isFull = false;
  /** Of the last message taken; -1: none yet. */
  lastAppendedSequenceId = -1;
  stoppedBecause: PulsarError | undefined;
  readonly #outbox: Outbox;
  readonly #session: ProducerSession;
  readonly #receipts: Receipts;
  readonly #waiters = new Waiters(this);
  readonly #record = new OutgoingRecord();
  #isOpened = false;

  constructor(readonly options: PartitionProducerOptions) {
    const { context, topic, settings } = options;
    const id = context.nextProducerId();
    const isNameGiven = options.isNameGiven ?? settings.name !== undefined;
    this.#outbox = new Outbox(settings, context, id, () => this.#failAll(this.#timeoutError()));
    this.#session = new ProducerSession(context, topic, id, settings, isNameGiven, {
      onReady: (connection, reply) => this.#onReady(connection, reply),
      onInterrupted: () => this.#outbox.disconnected(),
      onRefused: error => this.#failAll(error),
      onStopped: error => this.#end(error),
      onReceipt: frame => this.#receipts.onReceipt(frame),
      onSendError: (sequenceId, error) => this.#receipts.onSendError(sequenceId, error),
    });
    this.#receipts = new Receipts(this.#outbox.pending, topic.partition, {
      confirmHead: frame => this.#confirmHead(frame),
      failHead: error => this.#failHead(error),
      stop: error => {
        this.#end(error);
        void this.#session.close();
      },
      resend: () => this.#session.restart(),
      closeConnection: () => this.#session.connection?.close(),
    });
  }

  /** Registers it. @throws PulsarError PRODUCER_BUSY, PRODUCER_FENCED, TOPIC_TERMINATED, INCOMPATIBLE_SCHEMA, ... */
  open(): Promise<void> {
    return this.#session.open();
  }

  get name(): string {
    return this.#session.name ?? '';
  }

  get isConnected(): boolean {
    return this.#session.connection !== undefined;
  }

  /** The broker's bound of metadata and payload of one message. */
  get maxMessageBytes(): number {
    return this.#outbox.maxMessageBytes;
  }

  /** Greatest sequence id that the broker has of this name, as far as its answers tell; -1: none. */
  get lastSequenceId(): number {
    return Math.max(this.#receipts.lastSequenceId, this.#outbox.storedSequenceId);
  }

  /** Messages that are done, one way or the other. */
  get settled(): number {
    return this.confirmed + this.failed;
  }

  /**
   * Takes a message, whose bytes are copied. `record.sequenceId` of -1 counts on from the last one; the record's
   * payload and sequence id are not to be relied on afterwards.
   */
  append(record: OutgoingRecord): AppendStatus {
    if (this.stoppedBecause !== undefined) return stopped;
    if (!this.#hasRoom(record.payloadEnd - record.payloadStart)) {
      this.isFull = true;
      return full;
    }
    const outbox = this.#outbox;
    if (record.sequenceId < 0) {
      record.sequenceId = Math.max(this.lastAppendedSequenceId, outbox.storedSequenceId) + 1;
    } else if (record.sequenceId <= this.lastAppendedSequenceId) return notAscending;
    const { sequenceId } = record;
    const status = outbox.add(record);
    if (status !== appended) return status;
    this.lastAppendedSequenceId = sequenceId;
    this.accepted++;
    return appended;
  }

  /** The same for a message of key, payload and time. `keyStart` of -1: no key; `eventTimeMs` of 0: none. */
  appendKeyed(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    payload: Uint8Array,
    payloadStart: number,
    payloadEnd: number,
    eventTimeMs: number,
    sequenceId: number,
  ): AppendStatus {
    const record = this.#record;
    record.key = key;
    record.keyStart = keyStart;
    record.keyEnd = keyEnd;
    record.payload = payload;
    record.payloadStart = payloadStart;
    record.payloadEnd = payloadEnd;
    record.eventTimeMs = eventTimeMs;
    record.sequenceId = sequenceId;
    return this.append(record);
  }

  /** Resolves when there is room again. @throws PulsarError the reason if there never will be */
  whenWritable(): Promise<void> {
    return this.#waiters.whenWritable();
  }

  /** Sends the open batch now. */
  sendBatch(): void {
    this.#outbox.sendBatch();
  }

  /** Resolves when all that was taken before has its receipt. @throws PulsarError the first failure among it */
  flush(): Promise<void> {
    this.#outbox.sendBatch();
    return this.#waiters.whenConfirmed();
  }

  /** How long `close` waits for receipts: the send time-out, or without one the operation time-out. */
  get receiptWaitMs(): number {
    const { context, settings } = this.options;
    return settings.sendTimeoutMs === 0 ? context.operationTimeoutMs : settings.sendTimeoutMs;
  }

  /** When a `close` that begins now is over: after the greater of the send and the operation time-out. */
  closeUntilMs(): number {
    const { context, settings } = this.options;
    return context.nowMs() + Math.max(settings.sendTimeoutMs, context.operationTimeoutMs);
  }

  /**
   * Sends what is there, waits for receipts up to the send time-out, fails the rest, and leaves; the broker's answer
   * to that is waited for until `untilMs` (`context.nowMs`) at the latest. Never rejects.
   */
  async close(untilMs = this.closeUntilMs()): Promise<void> {
    if (this.stoppedBecause !== undefined) return;
    const { context, topic } = this.options;
    const limit = new PulsarError('CLOSED', `${topic.full}: the producer is closed; no receipt came in time`);
    const timer = setTimeout(() => this.#end(limit), this.receiptWaitMs);
    await this.flush().catch(() => undefined);
    clearTimeout(timer);
    this.#end(new PulsarError('CLOSED', `${topic.full}: the producer is closed`));
    await this.#session.close(untilMs - context.nowMs());
  }

  /** Ends it without waiting for receipts. */
  abandon(error: PulsarError): void {
    this.#end(error);
    void this.#session.close();
  }

  #onReady(connection: Connection, reply: ProducerSuccess): void {
    if (!this.#isOpened) this.#outbox.storedSequenceId = reply.lastSequenceId;
    this.#isOpened = true;
    this.#outbox.connected(connection, reply);
  }

  #confirmHead(frame: ConfirmedFrame): void {
    this.#outbox.shift();
    this.confirmed += frame.messages;
    if (frame.messages > 0) this.options.events.onConfirmed(frame);
    this.#moved();
  }

  #failHead(error: PulsarError): void {
    const { pending } = this.#outbox;
    const messages = pending.messagesOf(pending.head);
    this.#outbox.shift();
    if (messages > 0) this.#fail(messages, error);
  }

  #failAll(error: PulsarError): void {
    const messages = this.accepted - this.settled;
    this.#outbox.clear();
    if (messages > 0) this.#fail(messages, error);
  }

  #fail(messages: number, error: PulsarError): void {
    this.failed += messages;
    this.#waiters.failed(error);
    this.options.events.onFailed(messages, error);
    this.#moved();
  }

  #timeoutError(): PulsarError {
    const { topic, settings } = this.options;
    const where = this.isConnected ? 'the broker was connected' : 'there was no connection to the broker';
    const words = `no receipt within ${settings.sendTimeoutMs} ms; ${where}; the messages may be stored all the same`;
    return new PulsarError('SEND_TIMEOUT', `${topic.full}: ${words}`);
  }

  /** One message is always taken, however large, when nothing is pending. */
  #hasRoom(bytes: number): boolean {
    const messages = this.accepted - this.settled;
    if (messages === 0) return true;
    const { pendingMessagesMax, pendingBytesMax } = this.options.settings;
    return messages < pendingMessagesMax && this.#outbox.payloadBytes + bytes <= pendingBytesMax;
  }

  #moved(): void {
    this.#waiters.moved();
    if (!this.isFull) return;
    const { pendingMessagesMax, pendingBytesMax } = this.options.settings;
    if (this.accepted - this.settled > pendingMessagesMax * roomAgainShare) return;
    if (this.#outbox.payloadBytes > pendingBytesMax * roomAgainShare) return;
    this.isFull = false;
    this.#waiters.room();
    if (this.stoppedBecause === undefined) this.options.events.onRoom?.();
  }

  #end(error: PulsarError): void {
    if (this.stoppedBecause !== undefined) return;
    this.stoppedBecause = error;
    this.#failAll(error);
    this.#outbox.stop();
    this.#waiters.stopped(error);
    this.options.events.onStopped?.(error);
  }
}
