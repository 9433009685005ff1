import type { Consumer } from '../../src/pulsar/api/consumer.js';
import type { Message } from '../../src/pulsar/api/message.js';
import type { MessageId } from '../../src/pulsar/api/message-id.js';
import type { ClientOptions } from '../../src/pulsar/api/pulsar-client.js';
import type { TopicConsumer } from '../../src/pulsar/consumer/topic-consumer.js';
import { createWireClient, type WireClient } from '../../src/pulsar/wire-client.js';
import type { BrokerAddress } from '../../tools/servers/broker-address.js';

/** Wire clients of one suite; all are closed together. */
export class ConsumerClients {
  readonly #open: WireClient[] = [];

  constructor(readonly broker: BrokerAddress) {}

  client(options: Partial<ClientOptions> = {}): WireClient {
    const client = createWireClient({ serviceUrl: this.broker.serviceUrl, ...options });
    this.#open.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map(client => client.close()));
  }
}

export interface Filling {
  readonly count: number;
  /** Messages of a batch; 1: none. Default 10. */
  readonly batch?: number;
  readonly key?: (index: number) => string;
  readonly bytes?: number;
  readonly from?: number;
  /** Batches of one key. */
  readonly byKey?: boolean;
}

/** Sends `0`, `1`, ... as payloads (padded to `bytes`), and waits for all receipts. */
export async function fill(client: WireClient, topic: string, filling: Filling): Promise<MessageId[]> {
  const { count, batch = 10, bytes = 0, from = 0, byKey = false } = filling;
  const batching =
    batch > 1 ? { messagesMax: batch, delayMs: 5000, bytesMax: 4 << 20, byKey } : { enabled: false };
  const producer = await client.createProducer({ topic, batching });
  const sent: Promise<{ readonly id: MessageId }>[] = [];
  for (let i = from; i < from + count; i++) {
    const data = Buffer.from(String(i).padEnd(bytes, ' '));
    const key = filling.key?.(i);
    sent.push(producer.send(key === undefined ? { data } : { data, key }));
    if (sent.length % 1000 === 0) await producer.flush();
  }
  await producer.flush();
  const ids = (await Promise.all(sent)).map(({ id }) => id);
  await producer.close();
  return ids;
}

export function numberOf(message: Message): number {
  return Number(Buffer.from(message.data).toString());
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Receives until `count` came or nothing for `idleMs`. */
export async function drain(consumer: Consumer, count: number, idleMs = 5000): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) {
    const message = await consumer.receive(idleMs);
    if (message === undefined) break;
    messages.push(message);
  }
  return messages;
}

/** All that comes until nothing does for `idleMs`. */
export function drainAll(consumer: Consumer, idleMs: number): Promise<Message[]> {
  return drain(consumer, Number.POSITIVE_INFINITY, idleMs);
}

/** Polls until it holds; fails after ten seconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`not within ten seconds: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

export type { TopicConsumer };
