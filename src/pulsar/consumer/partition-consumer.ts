import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';
import type { MessageId } from '../api/message-id.js';
import type { ClientContext } from '../client-context.js';
import type { Connection } from '../connection/connection.js';
import { PulsarError } from '../errors/pulsar-error.js';
import type { RequestFields } from '../protocol/command.js';
import {
  getLastMessageId,
  redeliverUnacknowledged,
  seek,
  type subscribe,
  unsubscribe,
} from '../protocol/consumer-commands.js';
import { ackWithError, validationErrorOf } from './ack-with-error.js';
import { Acknowledgements } from './acknowledgements.js';
import type { DeadLetterTopic } from './dead-letter-topic.js';
import { NegativeAcks } from './negative-acks.js';
import { PartitionIntake } from './partition-intake.js';
import { type PartitionOwner, type PartitionSettings, subscribeFieldsOf } from './partition-settings.js';
import type { PayloadOpener } from './payload-opener.js';
import { ReadableSignal } from './readable-signal.js';
import type { ReceivedEntry } from './received-entry.js';
import { isAfter, type SeekTarget, type StartPosition } from './start-position.js';
import { type SessionOwner, SubscriptionSession } from './subscription-session.js';

export interface PartitionParts {
  readonly context: ClientContext;
  readonly settings: PartitionSettings;
  readonly owner: PartitionOwner;
  readonly opener: PayloadOpener;
  readonly deadLetters: DeadLetterTopic;
}

/** The subscription of one partition, or of a topic without any: entries in, acknowledgements out. */
export class PartitionConsumer implements SessionOwner {
  readonly partition: number;
  readonly session: SubscriptionSession;
  readonly acks: Acknowledgements;
  /** Why nothing comes any more. */
  stopped: PulsarError | undefined;
  /** Grows when entries that were handed out are going to come again: what is left of them is not to be used. */
  generation = 0;
  readonly #intake: PartitionIntake;
  readonly #negative: NegativeAcks;
  readonly #opened = new ReadableSignal();
  #consumerEpoch = 0;

  constructor(readonly parts: PartitionParts) {
    const { context, settings } = parts;
    const { topic } = settings;
    this.partition = topic.partition;
    this.session = new SubscriptionSession(context, topic, this);
    const { consumerId } = this.session;
    this.acks = new Acknowledgements(consumerId, topic.full, context.operationTimeoutMs, context.nowMs);
    this.#negative = new NegativeAcks(settings.negativeAckDelayMs, context.nowMs, ids =>
      this.#redeliver(ids),
    );
    this.#intake = new PartitionIntake(this);
  }

  /** @throws PulsarError of the first subscription */
  open(): Promise<void> {
    return this.session.open();
  }

  get isConnected(): boolean {
    return this.session.connection !== undefined;
  }

  get isIndividual(): boolean {
    const { type } = this.parts.settings;
    return type === 'Shared' || type === 'Key_Shared';
  }

  /** Takes the next entry; false: none now. */
  next(into: ReceivedEntry): boolean {
    return this.#intake.next(into);
  }

  releaseToken(token: number): void {
    this.#intake.release(token);
  }

  reject(entry: ReceivedEntry, error: PulsarError): void {
    this.#intake.reject(entry, error);
  }

  acknowledge(id: MessageId): Promise<void> {
    this.#negative.remove(id);
    const chunks = this.#intake.chunkIds.take(id);
    if (chunks === undefined) return this.acks.individual(id);
    let done: Promise<void> = Promise.resolve();
    // All of one turn share one promise.
    for (const chunk of chunks) done = this.acks.individual(chunk);
    return done;
  }

  /** @throws PulsarError NOT_ALLOWED on Shared and Key_Shared */
  async acknowledgeCumulative(id: MessageId): Promise<void> {
    if (this.isIndividual) {
      const words = `${this.topic}: no cumulative acknowledgement on ${this.parts.settings.type}`;
      throw new PulsarError('NOT_ALLOWED', words);
    }
    await this.acks.cumulative(id);
  }

  negativeAcknowledge(id: MessageId, redeliveryCount: number): void {
    this.#negative.add(this.#intake.chunkIds.of(id) ?? [id], redeliveryCount);
  }

  /** Everything that is not acknowledged comes again. */
  redeliverUnacknowledged(): void {
    this.generation++;
    this.#negative.clear();
    const { connection, consumerId } = this.session;
    if (connection === undefined) return;
    const consumerEpoch = ++this.#consumerEpoch;
    this.#intake.discardQueued(this.isIndividual ? -1 : consumerEpoch);
    connection.send(
      redeliverUnacknowledged,
      this.isIndividual ? { consumerId } : { consumerId, consumerEpoch },
    );
  }

  /**
   * @param to as the broker understands it: `messageId` or `messagePublishTime`
   * @param start what may be delivered afterwards; undefined: whatever comes
   * @throws PulsarError; CONNECTION_LOST leaves open whether the broker has done it
   */
  async seek(to: SeekTarget, start: StartPosition | undefined): Promise<void> {
    const connection = await this.whenOpen();
    this.generation++;
    this.#negative.clear();
    const done = connection.request(seek, { consumerId: this.session.consumerId, ...to });
    this.#intake.beginSeek(start);
    this.session.holdBack(done);
    try {
      await done;
    } finally {
      this.#intake.endSeek();
    }
    if (this.session.connection === connection) {
      await this.session.renew(
        new PulsarError('CONNECTION_LOST', `${this.topic}: subscribed again after a seek`),
      );
    }
    await this.whenOpen();
  }

  /**
   * Of a reader that begins at a time or at the end, and has read nothing: where the broker has its cursor is where
   * it begins from now on, so that a lost connection does not move it to what is then the end.
   */
  async pin(): Promise<void> {
    const { start } = this.#intake;
    if (start !== undefined && Number.isFinite(start.ledgerId)) return;
    const { consumerMarkDeletePosition: mark } = await this.#ends();
    if (mark === undefined || this.#intake.start !== start) return;
    const { ledgerId, entryId } = mark;
    this.#intake.start = { ledgerId, entryId, index: Number.POSITIVE_INFINITY };
  }

  async lastMessageId(): Promise<MessageId> {
    const { lastMessageId: id } = await this.#ends();
    const { ledgerId, entryId, batchIndex, batchSize = 0 } = id;
    return { ledgerId, entryId, partition: this.partition, batchIndex, batchSize };
  }

  /**
   * Whether the topic has a message after `last`, or, where that is undefined, after where this consumer begins.
   */
  async hasAfter(last: MessageId | undefined): Promise<boolean> {
    const { lastMessageId: end, consumerMarkDeletePosition: mark } = await this.#ends();
    return isAfter(end, last, this.#intake.start, mark);
  }

  async #ends() {
    const connection = await this.whenOpen();
    return connection.request(getLastMessageId, { consumerId: this.session.consumerId });
  }

  async unsubscribe(): Promise<void> {
    const connection = await this.whenOpen();
    await connection.request(unsubscribe, { consumerId: this.session.consumerId });
    await this.close();
  }

  async close(): Promise<void> {
    const error = new PulsarError('CLOSED', `${this.topic}: the consumer is closed`);
    this.#end(error);
    await this.session.close();
    this.acks.close(error);
  }

  /** Stops for good, and says so. The broker may give the partition to another consumer. */
  stop(error: PulsarError): void {
    if (this.stopped !== undefined) return;
    this.#end(error);
    void this.session.close().then(() => this.acks.close(error));
    this.parts.owner.onStopped(this.partition, error);
    this.parts.owner.onReadable();
  }

  /** The topic is terminated and all of it was handed out; acknowledgements go on. */
  reachedEnd(): void {
    if (this.stopped !== undefined) return;
    this.stopped = new PulsarError('TOPIC_TERMINATED', `${this.topic} is terminated and read to its end`);
    this.parts.owner.onStopped(this.partition, this.stopped);
    this.parts.owner.onReadable();
  }

  get topic(): string {
    return this.parts.settings.topic.full;
  }

  /** @throws PulsarError OPERATION_TIMEOUT; the reason for which it has stopped */
  async whenOpen(): Promise<Connection> {
    const { nowMs, operationTimeoutMs } = this.parts.context;
    const until = nowMs() + operationTimeoutMs;
    for (;;) {
      if (this.session.connection !== undefined) return this.session.connection;
      if (this.session.isEnded) throw this.stopped ?? new PulsarError('CLOSED', `${this.topic}: closed`);
      const leftMs = until - nowMs();
      if (leftMs <= 0) throw new PulsarError('OPERATION_TIMEOUT', `${this.topic}: not connected`);
      await this.#opened.waitMs(leftMs);
    }
  }

  /** Entries that will never be used; nobody waits for the receipt, since a lost one brings them again. */
  acknowledgeBad(ids: readonly MessageId[], error: PulsarError): void {
    const { connection, consumerId } = this.session;
    const validationError = validationErrorOf(error);
    // One each: the broker takes the error to be of a single entry.
    for (const { ledgerId, entryId } of ids) {
      const messageId = [{ ledgerId, entryId }];
      connection?.send(ackWithError, { consumerId, ackType: 'individual', messageId, validationError });
    }
  }

  // From the session.

  subscribeFields(consumerId: number): RequestFields<typeof subscribe> {
    this.#intake.turn.begin();
    return subscribeFieldsOf(this.parts.settings, consumerId, this.#consumerEpoch, this.#intake.start);
  }

  onOpen(connection: Connection): void {
    this.acks.open(connection);
    this.#intake.open(connection);
    this.#opened.wake();
  }

  onDown(error: PulsarError): void {
    if (this.parts.settings.isDurable) this.generation++;
    this.#intake.close();
    this.acks.close(error);
    this.#negative.clear();
  }

  onFailed(error: PulsarError): void {
    this.stop(error);
    this.#opened.wake();
  }

  onEntry(frame: FrameRange): void {
    this.#intake.onEntry(frame);
  }

  onActiveChange(isActive: boolean): void {
    this.#intake.turn.told(isActive);
    this.parts.owner.onActiveChange(this.partition, isActive);
  }

  onEndOfTopic(): void {
    this.#intake.onEndOfTopic();
  }

  onAckResponse(requestId: number, error: PulsarError | undefined): void {
    this.acks.onResponse(requestId, error);
  }

  #end(error: PulsarError): void {
    this.stopped ??= error;
    this.acks.flush();
    this.#intake.close();
    this.#negative.clear();
  }

  /** By ids where each consumer has its own messages; otherwise the broker only goes back as a whole. */
  #redeliver(ids: readonly MessageId[]): void {
    if (!this.isIndividual) {
      this.redeliverUnacknowledged();
      return;
    }
    const { connection, consumerId } = this.session;
    const messageIds = ids.map(({ ledgerId, entryId }) => ({ ledgerId, entryId }));
    connection?.send(redeliverUnacknowledged, { consumerId, messageIds });
  }
}
