import type { MessageId } from './message-id.js';

/** One received message, as an object: for applications, not for the data path (see `Entries`). */
export interface Message {
  readonly topic: string;
  readonly id: MessageId;
  /** The payload, a copy that stays valid. */
  readonly data: Uint8Array;
  /** Key as a string; undefined without one. A key that was sent as bytes is in base64, with `keyIsBase64`. */
  readonly key: string | undefined;
  readonly keyIsBase64: boolean;
  readonly orderingKey: Uint8Array | undefined;
  readonly properties: Readonly<Record<string, string>>;
  /** Epoch milliseconds, from the producer's clock. */
  readonly publishTimeMs: number;
  /** Epoch milliseconds as the application set it; 0: not set. */
  readonly eventTimeMs: number;
  /** Epoch milliseconds of the broker's entry metadata; 0 where the broker sends none. */
  readonly brokerTimeMs: number;
  readonly sequenceId: number;
  readonly producerName: string;
  readonly schemaVersion: Uint8Array | undefined;
  /** How often the broker has delivered it before. */
  readonly redeliveryCount: number;
}

/** One message to send. */
export interface OutgoingMessage {
  readonly data: Uint8Array;
  readonly key?: string | undefined;
  readonly orderingKey?: Uint8Array | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
  readonly eventTimeMs?: number | undefined;
  /** Must grow; without it the producer counts on from the last one. */
  readonly sequenceId?: number | undefined;
}
