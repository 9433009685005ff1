import type { OutgoingMessage } from '../api/message.js';
import type { MessageId } from '../api/message-id.js';
import type { Producer } from '../api/producer.js';
import type { ClientContext } from '../client-context.js';
import type { PulsarError } from '../errors/pulsar-error.js';
import { idText } from './message-ids.js';

/** The topic for messages that are given up, and for entries that cannot be read. Its producer opens with the first. */
export class DeadLetterTopic {
  #producer: Promise<Producer> | undefined;

  constructor(
    readonly context: ClientContext,
    readonly topic: string,
  ) {}

  /** Resolves with the broker's receipt. Key and properties stay; two properties say where it came from. */
  async send(message: OutgoingMessage, from: string, id: MessageId): Promise<void> {
    const origin = { REAL_TOPIC: from, ORIGIN_MESSAGE_ID: idText(id) };
    const producer = await this.#open();
    await producer.send({ ...message, properties: { ...message.properties, ...origin } });
  }

  /** The payload as it came, compressed if it was. */
  sendBad(payload: Uint8Array, from: string, id: MessageId, error: PulsarError): Promise<void> {
    const properties = { DEAD_LETTER_CODE: error.code, DEAD_LETTER_REASON: error.message };
    return this.send({ data: payload, properties }, from, id);
  }

  async close(): Promise<void> {
    const producer = await this.#producer?.catch(() => undefined);
    await producer?.close();
  }

  #open(): Promise<Producer> {
    if (this.#producer === undefined) {
      const opening = this.context.createProducer({ topic: this.topic, batching: { enabled: false } });
      this.#producer = opening;
      opening.catch(() => {
        this.#producer = undefined;
      });
    }
    return this.#producer;
  }
}
