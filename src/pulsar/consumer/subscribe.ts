import { negativeAckDelayMsDefault, receiverQueueMessagesDefault } from '../../../native-free-core/limits.js';
import type { ConsumerOptions } from '../api/consumer.js';
import type { ClientContext } from '../client-context.js';
import { asPulsarError } from '../errors/pulsar-error.js';
import { PartitionWatch } from '../lookup/partition-watch.js';
import { parseTopicName, partitionName, type TopicName } from '../lookup/topic-name.js';
import { checkConsumerOptions } from './consumer-options.js';
import { DeadLetterTopic } from './dead-letter-topic.js';
import { EntryFanIn } from './entry-fan-in.js';
import { PartitionConsumer, type PartitionParts } from './partition-consumer.js';
import type { PartitionSettings } from './partition-settings.js';
import { PayloadOpener } from './payload-opener.js';
import { TopicConsumer } from './topic-consumer.js';

const partitionsUpdateMsDefault = 60_000;

/** @throws PulsarError INVALID_ARGUMENT, INVALID_TOPIC_NAME, and what a lookup or a subscription can fail with */
export async function subscribe(context: ClientContext, options: ConsumerOptions): Promise<TopicConsumer> {
  checkConsumerOptions(options);
  const topic = parseTopicName(options.topic);
  const partitions = topic.partition >= 0 ? 0 : await context.lookup.partitionsOf(topic);
  const fanIn = new PartitionFanIn(context, options, topic);
  try {
    if (partitions === 0) await fanIn.open(topic);
    else await fanIn.openRange(0, partitions);
  } catch (error) {
    await fanIn.closeAll();
    throw error;
  }
  const watch =
    partitions === 0
      ? undefined
      : new PartitionWatch({
          topic,
          everyMs: options.partitionsUpdateMs ?? partitionsUpdateMsDefault,
          known: partitions,
          ask: asked => context.lookup.partitionsOf(asked),
          onGrowth: (now, before) => fanIn.grow(before, now),
        });
  return new TopicConsumer({
    topic: topic.full,
    subscription: options.subscription,
    entries: fanIn.entries,
    deadLetters: fanIn.deadLetters,
    deliveriesMax: options.deadLetterPolicy?.deliveriesMax,
    onClose: () => {
      watch?.stop();
      fanIn.isClosed = true;
    },
  });
}

/** Opens the partitions of one consumer, now and when there are more. */
class PartitionFanIn {
  readonly entries: EntryFanIn;
  readonly deadLetters: DeadLetterTopic;
  readonly opener: PayloadOpener;
  isClosed = false;

  constructor(
    readonly context: ClientContext,
    readonly options: ConsumerOptions,
    readonly topic: TopicName,
  ) {
    this.entries = new EntryFanIn(topic.full);
    this.opener = new PayloadOpener(context.codecByWireId);
    const dead = options.deadLetterPolicy?.topic ?? `${topic.full}-${options.subscription}-DLQ`;
    this.deadLetters = new DeadLetterTopic(context, dead);
  }

  async open(topic: TopicName, initialPosition = this.options.initialPosition ?? 'latest'): Promise<void> {
    const { options, entries } = this;
    const settings: PartitionSettings = { ...settingsOf(options), topic, initialPosition };
    const parts: PartitionParts = {
      context: this.context,
      settings,
      opener: this.opener,
      deadLetters: this.deadLetters,
      owner: {
        onReadable: () => entries.signal.wake(),
        onActiveChange: (partition, isActive) => options.onActiveChange?.(partition, isActive),
        onStopped: (partition, error) => options.onPartitionStopped?.(partition, error),
      },
    };
    const consumer = new PartitionConsumer(parts);
    this.entries.add(consumer);
    await consumer.open();
  }

  async openRange(from: number, to: number): Promise<void> {
    const opening: Promise<void>[] = [];
    for (let i = from; i < to; i++) opening.push(this.open(this.#partition(i)));
    const failed = (await Promise.allSettled(opening)).find(result => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** A new partition is read from its beginning: what was sent before it was known belongs to the subscription. */
  grow(from: number, to: number): void {
    for (let i = from; i < to && !this.isClosed; i++) {
      this.open(this.#partition(i), 'earliest').catch(error => {
        const failure = asPulsarError(error, 'UNKNOWN_BROKER_ERROR', `partition ${i} of ${this.topic.full}`);
        if (!this.isClosed) this.entries.of(i)?.stop(failure);
      });
    }
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.entries.partitions.map(partition => partition.close()));
  }

  #partition(index: number): TopicName {
    return parseTopicName(partitionName(this.topic, index));
  }
}

function settingsOf(options: ConsumerOptions): Omit<PartitionSettings, 'topic' | 'initialPosition'> {
  return {
    subscription: options.subscription,
    type: options.type ?? 'Exclusive',
    name: options.name,
    isDurable: true,
    start: undefined,
    properties: options.properties,
    priorityLevel: options.priorityLevel,
    receiverQueueMessages: options.receiverQueueMessages ?? receiverQueueMessagesDefault,
    negativeAckDelayMs: options.negativeAckDelayMs ?? negativeAckDelayMsDefault,
    onBadEntry: options.onBadEntry ?? 'stop',
  };
}
