import type { Message } from './message.js';
import type { EndOfTopic, MessageId } from './message-id.js';

export interface ReaderOptions {
  /** A topic without partitions, or one partition of one. */
  readonly topic: string;
  readonly start: MessageId | EndOfTopic | { readonly publishTimeMs: number };
  /** Whether the message at `start` is itself read; default false. */
  readonly startInclusive?: boolean | undefined;
  readonly receiverQueueMessages?: number | undefined;
  readonly name?: string | undefined;
}

/** Reads a topic without a durable subscription: nothing is acknowledged, nobody's cursor moves. */
export interface Reader {
  readonly topic: string;
  read(timeoutMs?: number): Promise<Message | undefined>;
  /** Whether there was a message after the last one read, at the time of asking. */
  hasNext(): Promise<boolean>;
  seek(to: MessageId | EndOfTopic | { readonly publishTimeMs: number }): Promise<void>;
  close(): Promise<void>;
}
