import type { ConsumerOptions } from './api/consumer.js';
import type { Producer, ProducerOptions } from './api/producer.js';
import type { ClientOptions, PulsarClient } from './api/pulsar-client.js';
import type { Reader, ReaderOptions } from './api/reader.js';
import type { ClientContext } from './client-context.js';
import { createReader } from './consumer/reader.js';
import { subscribe } from './consumer/subscribe.js';
import type { TopicConsumer } from './consumer/topic-consumer.js';
import { parseTopicName } from './lookup/topic-name.js';
import { type OpenContext, openContext } from './open-context.js';
import { createProducer } from './producer/producer.js';

interface Closable {
  close(): Promise<void>;
}

/**
 * The client that speaks the protocol itself. Nothing is connected before the first use.
 * @throws PulsarError INVALID_SERVICE_URL; INVALID_ARGUMENT that names the option
 */
export function createWireClient(options: ClientOptions): WireClient {
  return new WireClient(options);
}

export class WireClient implements PulsarClient {
  readonly #shared: OpenContext;
  readonly #open = new Set<Closable>();

  constructor(options: ClientOptions) {
    this.#shared = openContext(options, producer => this.createProducer(producer));
  }

  /** For what is built upon the parts: the engine's sources and sinks, benchmarks. */
  get context(): ClientContext {
    return this.#shared.context;
  }

  /** As the api says; this client's consumers also give whole entries (`TopicConsumer.entries`). */
  subscribe(options: ConsumerOptions): Promise<TopicConsumer> {
    return this.#kept(() => subscribe(this.context, options));
  }

  createProducer(options: ProducerOptions): Promise<Producer> {
    return this.#kept(() => createProducer(this.context, options));
  }

  createReader(options: ReaderOptions): Promise<Reader> {
    return this.#kept(() => createReader(this.context, options));
  }

  async partitionsOf(topic: string): Promise<number> {
    this.context.closing.throwIfAborted();
    return this.context.lookup.partitionsOf(parseTopicName(topic));
  }

  /** Closes consumers and readers, producers once what they have is confirmed, and then the connections. */
  async close(): Promise<void> {
    if (this.context.closing.aborted) return;
    await Promise.allSettled([...this.#open].map(part => part.close()));
    await this.#shared.close();
  }

  /** What is open is closed with the client; what its owner closed is let go. */
  async #kept<T extends Closable>(opening: () => Promise<T>): Promise<T> {
    const { closing } = this.context;
    closing.throwIfAborted();
    const part = await opening();
    if (closing.aborted) {
      await part.close().catch(() => undefined);
      closing.throwIfAborted();
    }
    this.#open.add(part);
    const close = part.close.bind(part);
    part.close = () => close().finally(() => this.#open.delete(part));
    return part;
  }
}
