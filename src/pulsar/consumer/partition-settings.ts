import type { SubscriptionType } from '../api/consumer.js';
import type { EndOfTopic } from '../api/message-id.js';
import type { PulsarError } from '../errors/pulsar-error.js';
import type { TopicName } from '../lookup/topic-name.js';
import type { RequestFields } from '../protocol/command.js';
import type { subscribe } from '../protocol/consumer-commands.js';
import { keyValues } from '../protocol/shared-messages.js';
import { type StartPosition, startFields } from './start-position.js';

export interface PartitionSettings {
  /** Of the partition, or a topic without any. */
  readonly topic: TopicName;
  readonly subscription: string;
  readonly type: SubscriptionType;
  readonly name: string | undefined;
  readonly initialPosition: EndOfTopic;
  /** False: a reader; the subscription is gone with its consumer, and begins at `start` each time. */
  readonly isDurable: boolean;
  readonly start: StartPosition | undefined;
  readonly properties: Readonly<Record<string, string>> | undefined;
  readonly priorityLevel: number | undefined;
  readonly receiverQueueMessages: number;
  readonly negativeAckDelayMs: number;
  readonly onBadEntry: 'stop' | 'dead-letter';
}

export interface PartitionOwner {
  /** `next` may have an entry, or the partition has stopped. */
  onReadable(): void;
  onActiveChange(partition: number, isActive: boolean): void;
  onStopped(partition: number, error: PulsarError): void;
}

export function subscribeFieldsOf(
  settings: PartitionSettings,
  consumerId: number,
  consumerEpoch: number,
  start: StartPosition | undefined,
): RequestFields<typeof subscribe> {
  const { topic, subscription, type, name, initialPosition, isDurable, priorityLevel } = settings;
  return {
    topic: topic.full,
    subscription,
    subType: type,
    consumerId,
    consumerName: name,
    priorityLevel,
    durable: isDurable,
    startMessageId: isDurable || start === undefined ? undefined : startFields(start),
    metadata: keyValues(settings.properties),
    readCompacted: false,
    initialPosition,
    forceTopicCreation: true,
    keySharedMeta: type === 'Key_Shared' ? { mode: 'autoSplit' } : undefined,
    consumerEpoch: type === 'Exclusive' || type === 'Failover' ? consumerEpoch : undefined,
  };
}
