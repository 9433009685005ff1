import type { Message } from './message.js';
import type { EndOfTopic, MessageId } from './message-id.js';

export type SubscriptionType = 'Exclusive' | 'Failover' | 'Shared' | 'Key_Shared';

/** Where messages go that were delivered too often. */
export interface DeadLetterPolicy {
  /** Deliveries before a message is given up; at least 1. */
  readonly deliveriesMax: number;
  /** Default `<topic>-<subscription>-DLQ`. */
  readonly topic?: string | undefined;
}

export interface ConsumerOptions {
  readonly topic: string;
  readonly subscription: string;
  /** Default `Exclusive`. */
  readonly type?: SubscriptionType | undefined;
  /** Where a new subscription begins; default `latest`, as everywhere in Pulsar. */
  readonly initialPosition?: EndOfTopic | undefined;
  readonly name?: string | undefined;
  /** Messages asked for ahead, for each partition; default 1000. The arena's free space bounds them as well. */
  readonly receiverQueueMessages?: number | undefined;
  /** First delay of a negative acknowledgement; doubles with each redelivery up to ten minutes. Default 1 min. */
  readonly negativeAckDelayMs?: number | undefined;
  readonly deadLetterPolicy?: DeadLetterPolicy | undefined;
  /** A batch that cannot be decompressed or walked: stop its partition (default), or send it to the dead letters. */
  readonly onBadEntry?: 'stop' | 'dead-letter' | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
  readonly priorityLevel?: number | undefined;
  /** How often the number of partitions is asked for; default 60 s; 0 never. */
  readonly partitionsUpdateMs?: number | undefined;
  /** Failover: this consumer became, or ceased to be, the active one of a partition (-1: topic without partitions). */
  readonly onActiveChange?: ((partition: number, isActive: boolean) => void) | undefined;
  /** A partition stopped for good (terminated, bad entry, permission lost); the others go on. */
  readonly onPartitionStopped?: ((partition: number, error: Error) => void) | undefined;
}

export interface ReceiveBatchOptions {
  readonly messagesMax?: number | undefined;
  /** Longest wait for the first message; then what is there is returned, be it none. Default: without end. */
  readonly timeoutMs?: number | undefined;
}

/** @throws PulsarError from every method that returns a promise. */
export interface Consumer {
  readonly topic: string;
  readonly subscription: string;
  readonly isConnected: boolean;
  /** Undefined when `timeoutMs` passed without one. */
  receive(timeoutMs?: number): Promise<Message | undefined>;
  receiveBatch(options?: ReceiveBatchOptions): Promise<readonly Message[]>;
  /** Resolves with the broker's receipt. */
  acknowledge(id: MessageId): Promise<void>;
  /** Everything up to and including `id` in its partition. Not on Shared and Key_Shared. */
  acknowledgeCumulative(id: MessageId): Promise<void>;
  negativeAcknowledge(id: MessageId): void;
  redeliverUnacknowledged(): void;
  /** A position, an end, or a publish time (epoch ms): the subscription continues there. */
  seek(to: MessageId | EndOfTopic | { readonly publishTimeMs: number }): Promise<void>;
  /** Id of the last message of each partition; entryId -1 in an empty one. */
  lastMessageIds(): Promise<readonly MessageId[]>;
  unsubscribe(): Promise<void>;
  close(): Promise<void>;
}
