import type { OutgoingMessage } from './message.js';
import type { MessageId } from './message-id.js';

export type CompressionName = 'none' | 'lz4' | 'zlib' | 'zstd' | 'snappy';
/** `java-string` is the Java client's default (JavaStringHash); `murmur3` its Murmur3_32Hash. */
export type RoutingHash = 'java-string' | 'murmur3';
export type ProducerAccess = 'Shared' | 'Exclusive' | 'WaitForExclusive' | 'ExclusiveWithFencing';

export interface SchemaDeclaration {
  readonly name: string;
  readonly type: 'NONE' | 'STRING' | 'JSON' | 'AVRO' | 'PROTOBUF';
  readonly schema: Uint8Array;
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

export interface BatchingOptions {
  readonly enabled?: boolean | undefined;
  /** Default 1000. */
  readonly messagesMax?: number | undefined;
  /** Default 128 KiB. */
  readonly bytesMax?: number | undefined;
  /** Longest wait of a message for its batch to fill; default 1 ms. */
  readonly delayMs?: number | undefined;
  /**
   * For Key_Shared subscriptions, which share out whole batches by the key in the batch's head. Default false: batches
   * mix keys and their head has none, so that messages of one key go to several consumers. True: a batch is of one
   * key and ordering key, and a message of another one begins the next. Order and sequence ids stay as they are, so
   * that deduplication works on (Java's `BatcherBuilder.KEY_BASED` sorts messages into a batch for each key, and their
   * ids with them); where keys take turns, batches are small. The native client does as Java.
   */
  readonly byKey?: boolean | undefined;
}

export interface ProducerOptions {
  readonly topic: string;
  readonly name?: string | undefined;
  readonly access?: ProducerAccess | undefined;
  readonly batching?: BatchingOptions | undefined;
  readonly compression?: CompressionName | undefined;
  /** How a key chooses its partition; default `java-string`. Without a key: round robin by batch. */
  readonly routingHash?: RoutingHash | undefined;
  /** Send to this partition only; for a partitioned topic that a program fans out itself. */
  readonly partition?: number | undefined;
  readonly schema?: SchemaDeclaration | undefined;
  /** Messages without receipt; default 10,000. `send` waits past it. */
  readonly pendingMessagesMax?: number | undefined;
  /** Bytes without receipt; default 16 MiB. */
  readonly pendingBytesMax?: number | undefined;
  /** Time for a receipt; default 30 s; 0 never. Past it: `SEND_TIMEOUT`, and it is unknown whether it was stored. */
  readonly sendTimeoutMs?: number | undefined;
  /** Messages over the broker's bound go as chunks; default false (`MESSAGE_TOO_LARGE`). Not with batching. */
  readonly chunking?: boolean | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
  readonly partitionsUpdateMs?: number | undefined;
}

export interface SendReceipt {
  readonly id: MessageId;
  readonly sequenceId: number;
  /** The broker had this sequence id already and stored nothing (its id is -1:-1). */
  readonly isDuplicate: boolean;
}

/** @throws PulsarError from every method that returns a promise. */
export interface Producer {
  readonly topic: string;
  readonly name: string;
  readonly isConnected: boolean;
  /** Last sequence id that the broker stored of this name; -1 without one. Of partitioned topics: the greatest. */
  readonly lastSequenceId: number;
  /** Resolves with the broker's receipt; receipts of one partition come in order. */
  send(message: OutgoingMessage): Promise<SendReceipt>;
  /** Sends what waits for its batch, and resolves when all that was sent before has its receipt. */
  flush(): Promise<void>;
  /**
   * Sends what is there and waits for receipts, up to `sendTimeoutMs`; what has none by then fails with `CLOSED`. It
   * takes no longer than the greater of `sendTimeoutMs` and `operationTimeoutMs`, however mute the broker is.
   */
  close(): Promise<void>;
}
