import { randomBytes } from 'node:crypto';
import { negativeAckDelayMsDefault, receiverQueueMessagesDefault } from '../../../native-free-core/limits.js';
import type { Message } from '../api/message.js';
import type { EndOfTopic, MessageId } from '../api/message-id.js';
import type { Reader, ReaderOptions } from '../api/reader.js';
import { checkWaitMs } from '../arguments/option-checks.js';
import { checkPosition } from '../arguments/position-checks.js';
import type { ClientContext } from '../client-context.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { parseTopicName } from '../lookup/topic-name.js';
import { checkReaderOptions } from './consumer-options.js';
import { DeadLetterTopic } from './dead-letter-topic.js';
import { EntryFanIn } from './entry-fan-in.js';
import { MessageStream } from './message-stream.js';
import { PartitionConsumer } from './partition-consumer.js';
import { PayloadOpener } from './payload-opener.js';
import type { EntryStream } from './received-entry.js';
import { type StartPosition, startAt, startAtEnd } from './start-position.js';
import { seekPartition } from './topic-consumer.js';

/**
 * Opens a reader: a subscription of its own name that nobody else has and that leaves with it.
 * @throws PulsarError INVALID_ARGUMENT that names the option; for a partitioned topic: name one of its partitions
 */
export async function createReader(context: ClientContext, options: ReaderOptions): Promise<TopicReader> {
  checkReaderOptions(options);
  const topic = parseTopicName(options.topic);
  if (topic.partition < 0 && (await context.lookup.partitionsOf(topic)) > 0) {
    const words = `${topic.full} has partitions; a reader reads one: ${topic.full}-partition-0`;
    throw new PulsarError('INVALID_ARGUMENT', words);
  }
  const name = `reader-${randomBytes(5).toString('hex')}`;
  const entries = new EntryFanIn(topic.full);
  const { start, startInclusive = false } = options;
  const partition = new PartitionConsumer({
    context,
    opener: new PayloadOpener(context.codecByWireId),
    deadLetters: new DeadLetterTopic(context, `${topic.full}-${name}-DLQ`),
    owner: { onReadable: () => entries.signal.wake(), onActiveChange() {}, onStopped() {} },
    settings: {
      topic,
      subscription: name,
      type: 'Exclusive',
      name: options.name,
      initialPosition: 'latest',
      isDurable: false,
      start: startOf(start, startInclusive),
      properties: undefined,
      priorityLevel: undefined,
      receiverQueueMessages: options.receiverQueueMessages ?? receiverQueueMessagesDefault,
      negativeAckDelayMs: negativeAckDelayMsDefault,
      onBadEntry: 'stop',
    },
  });
  entries.add(partition);
  try {
    await partition.open();
    if (typeof start === 'object' && 'publishTimeMs' in start) await seekReader(partition, start, true);
    else await seekReader(partition, undefined, true);
  } catch (error) {
    await partition.close();
    throw error;
  }
  return new TopicReader(topic.full, entries, partition, startInclusive);
}

/**
 * Seeks, and makes sure of the place: if the connection is lost before the broker has said where that is, again.
 * @param to undefined: only that, for where the reader begins
 */
async function seekReader(
  partition: PartitionConsumer,
  to: MessageId | EndOfTopic | { readonly publishTimeMs: number } | undefined,
  isInclusive: boolean,
): Promise<void> {
  const { nowMs, operationTimeoutMs } = partition.parts.context;
  const until = nowMs() + operationTimeoutMs;
  for (;;) {
    try {
      if (to !== undefined) await seekPartition(partition, to, isInclusive);
      await partition.pin();
      return;
    } catch (error) {
      if (!(error instanceof PulsarError) || error.code !== 'CONNECTION_LOST' || nowMs() >= until)
        throw error;
    }
  }
}

function startOf(start: ReaderOptions['start'], isInclusive: boolean): StartPosition {
  if (typeof start === 'string') return startAtEnd(start);
  if ('publishTimeMs' in start) return startAtEnd('latest');
  return startAt(start, isInclusive);
}

export class TopicReader implements Reader {
  readonly #messages: MessageStream;
  /** Everything up to it was read; undefined: nothing since the beginning or the last seek. */
  #last: MessageId | undefined;
  #isClosed = false;

  constructor(
    readonly topic: string,
    readonly stream: EntryFanIn,
    readonly partition: PartitionConsumer,
    readonly isInclusive: boolean,
  ) {
    this.#messages = new MessageStream(stream);
  }

  /** Entries instead of messages: use the one or the other, not both (`hasNext` follows `read`). */
  entries(): EntryStream {
    return this.stream;
  }

  async read(timeoutMs?: number): Promise<Message | undefined> {
    checkWaitMs('timeoutMs', timeoutMs);
    const until = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
    for (;;) {
      if (this.#isClosed) throw new PulsarError('CLOSED', `${this.topic}: the reader is closed`);
      const message = this.#messages.next();
      if (message !== undefined) {
        this.#last = message.id;
        return message;
      }
      this.stream.throwIfStopped();
      const leftMs = until === undefined ? Number.POSITIVE_INFINITY : until - performance.now();
      if (leftMs <= 0) return undefined;
      if (until === undefined) await this.stream.signal.wait();
      else await this.stream.signal.waitMs(leftMs);
    }
  }

  async hasNext(): Promise<boolean> {
    return this.partition.hasAfter(this.#last);
  }

  /** As with `start`: the message at an id is itself read if the reader is `startInclusive`. */
  async seek(to: MessageId | EndOfTopic | { readonly publishTimeMs: number }): Promise<void> {
    checkPosition('the position of seek', to);
    this.#last = undefined;
    await seekReader(this.partition, to, this.isInclusive);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#messages.close();
    await this.partition.close();
    this.stream.signal.wake();
  }
}
