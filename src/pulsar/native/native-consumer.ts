import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, ConsumerOptions, ReceiveBatchOptions } from '../api/consumer.js';
import type { Message } from '../api/message.js';
import type { EndOfTopic, MessageId } from '../api/message-id.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { parseTopicName } from '../lookup/topic-name.js';
import { translated } from './native-errors.js';
import { nativeId } from './native-ids.js';
import { messageOf } from './native-message.js';
import type { NativeClientHandle, NativeConsumerHandle, NativePackage } from './native-package.js';

/** One `batchReceive` brings up to so many, and waits so long for them. */
const batchMessages = 10_000;
const batchBytes = 16 << 20;
const batchWaitMs = 20;
const types = {
  Exclusive: 'Exclusive',
  Failover: 'Failover',
  Shared: 'Shared',
  Key_Shared: 'KeyShared',
} as const;

export async function subscribeNative(
  of: NativePackage,
  client: NativeClientHandle,
  options: ConsumerOptions,
): Promise<Consumer> {
  const topic = parseTopicName(options.topic);
  const config = {
    topic: topic.full,
    subscription: options.subscription,
    subscriptionType: types[options.type ?? 'Exclusive'],
    subscriptionInitialPosition: options.initialPosition === 'earliest' ? 'Earliest' : 'Latest',
    receiverQueueSize: options.receiverQueueMessages ?? batchMessages,
    nAckRedeliverTimeoutMs: options.negativeAckDelayMs ?? 60_000,
    batchReceivePolicy: { maxNumMessages: batchMessages, maxNumBytes: batchBytes, timeoutMs: batchWaitMs },
    batchIndexAckEnabled: true,
    ...(options.name === undefined ? {} : { consumerName: options.name }),
    ...(options.properties === undefined ? {} : { properties: options.properties }),
    ...(options.deadLetterPolicy === undefined
      ? {}
      : {
          deadLetterPolicy: {
            maxRedeliverCount: options.deadLetterPolicy.deliveriesMax,
            deadLetterTopic: options.deadLetterPolicy.topic ?? `${topic.full}-${options.subscription}-DLQ`,
          },
        }),
  };
  const handle = await translated(`SUBSCRIBE ${topic.full}`, () => client.subscribe(config));
  return new NativeConsumer(of, handle, topic.full, options.subscription);
}

/**
 * Receives by `batchReceive`: the package's listener blocks a thread for each message. It cannot tell the last
 * message's id, ask for redelivery, nor report changes of the active consumer or stopped partitions; its
 * acknowledgements resolve without the broker's receipt.
 */
class NativeConsumer implements Consumer {
  #ready: Message[] = [];
  #receiving: Promise<void> | undefined;
  #isClosed = false;
  /** Counts seeks: what was received before one is dropped. */
  #age = 0;

  constructor(
    readonly of: NativePackage,
    readonly handle: NativeConsumerHandle,
    readonly topic: string,
    readonly subscription: string,
  ) {}

  get isConnected(): boolean {
    return this.handle.isConnected();
  }

  async receive(timeoutMs?: number): Promise<Message | undefined> {
    return (await this.receiveBatch({ messagesMax: 1, timeoutMs }))[0];
  }

  async receiveBatch({ messagesMax, timeoutMs }: ReceiveBatchOptions = {}): Promise<readonly Message[]> {
    const until = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
    while (this.#ready.length === 0) {
      if (this.#isClosed) throw new PulsarError('CLOSED', `${this.topic}: the consumer is closed`);
      const leftMs = until - performance.now();
      if (leftMs <= 0) return [];
      await this.#received(leftMs);
    }
    return this.#ready.splice(0, messagesMax ?? this.#ready.length);
  }

  async acknowledge(id: MessageId): Promise<void> {
    await this.#do('acknowledge', () => this.handle.acknowledgeId(nativeId(this.of, id)));
  }

  async acknowledgeCumulative(id: MessageId): Promise<void> {
    await this.#do('acknowledge', () => this.handle.acknowledgeCumulativeId(nativeId(this.of, id)));
  }

  negativeAcknowledge(id: MessageId): void {
    this.handle.negativeAcknowledgeId(nativeId(this.of, id));
  }

  redeliverUnacknowledged(): void {
    throw new PulsarError('NOT_SUPPORTED', 'the native client cannot ask for redelivery');
  }

  async seek(to: MessageId | EndOfTopic | { readonly publishTimeMs: number }): Promise<void> {
    await this.#do('seek', () =>
      typeof to === 'object' && 'publishTimeMs' in to
        ? this.handle.seekTimestamp(to.publishTimeMs)
        : this.handle.seek(nativeId(this.of, to)),
    );
    this.#age++;
    this.#ready = [];
  }

  lastMessageIds(): Promise<readonly MessageId[]> {
    return Promise.reject(
      new PulsarError('NOT_SUPPORTED', 'the native client does not tell the last message'),
    );
  }

  async unsubscribe(): Promise<void> {
    await this.#do('unsubscribe', () => this.handle.unsubscribe());
    this.#isClosed = true;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#do('close', () => this.handle.close());
  }

  /** Something came, or the time is up: then the receiving goes on, for whoever asks next. */
  async #received(leftMs: number): Promise<void> {
    if (this.#receiving === undefined) {
      this.#receiving = this.#receive().finally(() => {
        this.#receiving = undefined;
      });
    }
    if (leftMs === Number.POSITIVE_INFINITY) return this.#receiving;
    const stop = new AbortController();
    // A failure after the time is up has been handled too: by the race, which nobody waits for any more.
    const timeUp = sleep(leftMs, undefined, { signal: stop.signal }).catch(() => undefined);
    await Promise.race([this.#receiving, timeUp]).finally(() => stop.abort());
  }

  async #receive(): Promise<void> {
    const age = this.#age;
    const batch = await this.#do('receive from', () => this.handle.batchReceive());
    if (age === this.#age) this.#ready.push(...batch.map(messageOf));
  }

  #do<T>(what: string, work: () => Promise<T>): Promise<T> {
    return translated(`${what} ${this.topic}`, work);
  }
}
