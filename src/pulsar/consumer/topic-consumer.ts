import { deadLettersPendingMax } from '../../../native-free-core/limits.js';
import type { Consumer, ReceiveBatchOptions } from '../api/consumer.js';
import type { Message } from '../api/message.js';
import type { EndOfTopic, MessageId } from '../api/message-id.js';
import { checkWaitMs } from '../arguments/option-checks.js';
import { checkMessageId, checkPosition } from '../arguments/position-checks.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { earliestId, latestId } from '../protocol/shared-messages.js';
import { checkReceiveBatch } from './consumer-options.js';
import type { DeadLetterTopic } from './dead-letter-topic.js';
import type { EntryFanIn } from './entry-fan-in.js';
import { MessageStream } from './message-stream.js';
import type { PartitionConsumer } from './partition-consumer.js';
import type { EntryStream } from './received-entry.js';
import { startAt, startAtEnd } from './start-position.js';

const batchMessagesDefault = 1000;

export interface TopicConsumerParts {
  readonly topic: string;
  readonly subscription: string;
  readonly entries: EntryFanIn;
  readonly deadLetters: DeadLetterTopic;
  /** Deliveries after which a message is given up; undefined: never. */
  readonly deliveriesMax: number | undefined;
  /** Ends what belongs to the consumer and is not a partition: the watch of their number. */
  readonly onClose: () => void;
}

/** The consumer of an application, over one partition or many. */
export class TopicConsumer implements Consumer {
  readonly topic: string;
  readonly subscription: string;
  readonly #messages: MessageStream;
  /** Of messages that came before: the api's id does not say it, and a negative acknowledgement needs it. */
  readonly #redeliveries = new WeakMap<MessageId, number>();
  #deadLetters = 0;
  #isClosed = false;

  constructor(readonly parts: TopicConsumerParts) {
    this.topic = parts.topic;
    this.subscription = parts.subscription;
    this.#messages = new MessageStream(parts.entries);
  }

  get isConnected(): boolean {
    return this.parts.entries.partitions.every(partition => partition.isConnected);
  }

  /** Entries instead of messages: use the one or the other, not both. Dead letters by count are not applied. */
  entries(): EntryStream {
    return this.parts.entries;
  }

  async receive(timeoutMs?: number): Promise<Message | undefined> {
    checkWaitMs('timeoutMs', timeoutMs);
    const until = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
    for (;;) {
      const message = this.#next();
      if (message !== undefined) return message;
      this.#throwIfClosed();
      this.parts.entries.throwIfStopped();
      if (until === undefined) await this.parts.entries.signal.wait();
      else {
        const leftMs = until - performance.now();
        if (leftMs <= 0) return undefined;
        await this.parts.entries.signal.waitMs(leftMs);
      }
    }
  }

  async receiveBatch(options: ReceiveBatchOptions = {}): Promise<readonly Message[]> {
    checkReceiveBatch(options);
    const { messagesMax = batchMessagesDefault, timeoutMs } = options;
    const first = await this.receive(timeoutMs);
    if (first === undefined) return [];
    const messages = [first];
    while (messages.length < messagesMax) {
      const message = this.#next();
      if (message === undefined) break;
      messages.push(message);
    }
    return messages;
  }

  /**
   * Rejects with CONNECTION_LOST or OPERATION_TIMEOUT when there was no receipt: then it is not known whether it is
   * stored, and if it is not, the message comes again. CLOSED: nothing was sent.
   */
  async acknowledge(id: MessageId): Promise<void> {
    this.#throwIfClosed();
    await this.#partitionOf(id).acknowledge(id);
  }

  async acknowledgeCumulative(id: MessageId): Promise<void> {
    this.#throwIfClosed();
    await this.#partitionOf(id).acknowledgeCumulative(id);
  }

  negativeAcknowledge(id: MessageId): void {
    this.#partitionOf(id).negativeAcknowledge(id, this.#redeliveries.get(id) ?? 0);
  }

  redeliverUnacknowledged(): void {
    for (const partition of this.parts.entries.partitions) partition.redeliverUnacknowledged();
  }

  async seek(to: MessageId | EndOfTopic | { readonly publishTimeMs: number }): Promise<void> {
    checkPosition('the position of seek', to);
    this.#throwIfClosed();
    const { partitions } = this.parts.entries;
    if (typeof to === 'string' || 'publishTimeMs' in to) {
      await Promise.all(partitions.map(partition => seekPartition(partition, to, true)));
    } else await seekPartition(this.#partitionOf(to, -1), to, true);
  }

  lastMessageIds(): Promise<readonly MessageId[]> {
    return Promise.all(this.parts.entries.partitions.map(partition => partition.lastMessageId()));
  }

  async unsubscribe(): Promise<void> {
    await Promise.all(this.parts.entries.partitions.map(partition => partition.unsubscribe()));
    await this.close();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.parts.onClose();
    this.#messages.close();
    await Promise.all(this.parts.entries.partitions.map(partition => partition.close()));
    this.parts.entries.signal.wake();
    await this.parts.deadLetters.close();
  }

  #next(): Message | undefined {
    const { deliveriesMax } = this.parts;
    for (;;) {
      if (this.#isClosed || this.#deadLetters >= deadLettersPendingMax) return undefined;
      const message = this.#messages.next();
      if (message === undefined) return undefined;
      if (message.redeliveryCount > 0) this.#redeliveries.set(message.id, message.redeliveryCount);
      if (deliveriesMax === undefined || message.redeliveryCount < deliveriesMax) return message;
      this.#giveUp(message);
    }
  }

  /** To the dead letters, then acknowledged; if that fails it comes again. */
  #giveUp(message: Message): void {
    const { id, key, keyIsBase64, orderingKey, eventTimeMs } = message;
    // A key of bytes is sent as its base64: the api has no other.
    const properties = keyIsBase64 ? { ...message.properties, KEY_IS_BASE64: 'true' } : message.properties;
    const data = message.data;
    this.#deadLetters++;
    this.parts.deadLetters
      .send(
        { data, key, orderingKey, properties, ...(eventTimeMs > 0 ? { eventTimeMs } : {}) },
        message.topic,
        id,
      )
      .then(() => this.acknowledge(id))
      .catch(() => {
        if (!this.#isClosed) this.negativeAcknowledge(id);
      })
      .finally(() => {
        this.#deadLetters--;
        this.parts.entries.signal.wake();
      });
  }

  #throwIfClosed(): void {
    if (this.#isClosed) throw new PulsarError('CLOSED', `${this.topic}: the consumer is closed`);
  }

  #partitionOf(id: MessageId, positionLeast: 0 | -1 = 0): PartitionConsumer {
    checkMessageId('the message id', id, positionLeast);
    const partition = this.parts.entries.of(id.partition);
    if (partition !== undefined) return partition;
    throw new PulsarError('INVALID_ARGUMENT', `${this.topic}: message id of partition ${id.partition}`);
  }
}

/** @param isInclusive whether the message at an id is itself delivered */
export async function seekPartition(
  partition: PartitionConsumer,
  to: MessageId | EndOfTopic | { readonly publishTimeMs: number },
  isInclusive: boolean,
): Promise<void> {
  if (typeof to === 'string') {
    const { ledgerId, entryId } = to === 'earliest' ? earliestId : latestId;
    // A reader that has to subscribe again begins there; a subscription's place is with the broker.
    const start = partition.parts.settings.isDurable ? undefined : startAtEnd(to);
    await partition.seek({ messageId: { ledgerId, entryId } }, start);
    return;
  }
  if ('publishTimeMs' in to) {
    await partition.seek({ messagePublishTime: to.publishTimeMs }, undefined);
    return;
  }
  const { ledgerId, entryId } = to;
  await partition.seek({ messageId: { ledgerId, entryId } }, startAt(to, isInclusive));
}
