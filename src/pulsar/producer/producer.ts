import { partitionsMax } from '../../../native-free-core/limits.js';
import type { OutgoingMessage } from '../api/message.js';
import type { Producer, ProducerOptions, SendReceipt } from '../api/producer.js';
import { wrongArgument } from '../arguments/wrong-argument.js';
import type { ClientContext } from '../client-context.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { PartitionWatch } from '../lookup/partition-watch.js';
import { parseTopicName, partitionName, type TopicName } from '../lookup/topic-name.js';
import { MessageRouter } from './message-router.js';
import { PartitionProducer } from './partition-producer.js';
import { type ProducerSettings, settingsOf } from './producer-settings.js';
import { RecordFiller } from './record-filler.js';
import { SendQueue } from './send-queue.js';

const partitionsUpdateMsDefault = 60_000;

/**
 * A producer of all partitions of a topic, of one of them (`options.partition`), or of a topic without any.
 * @throws PulsarError INVALID_ARGUMENT, INVALID_TOPIC_NAME, TOPIC_NOT_FOUND, PRODUCER_BUSY, PRODUCER_FENCED, ...
 */
export async function createProducer(context: ClientContext, options: ProducerOptions): Promise<Producer> {
  const settings = settingsOf(options);
  const topic = parseTopicName(options.topic);
  const partitions = topic.partition >= 0 ? 0 : await context.lookup.partitionsOf(topic);
  if (partitions > partitionsMax) {
    throw new PulsarError(
      'PROTOCOL_ERROR',
      `${topic.full}: ${partitions} partitions, at most ${partitionsMax}`,
    );
  }
  const only = partitionOption(options.partition, topic, partitions);
  const producer = new TopicProducer(context, only ?? topic, settings);
  const isFannedOut = only === undefined && partitions > 0;
  await producer.open(isFannedOut ? partitions : 0);
  const everyMs = options.partitionsUpdateMs ?? partitionsUpdateMsDefault;
  if (isFannedOut) producer.watch(everyMs, partitions);
  return producer;
}

/** The topic of one partition, if that is asked for. */
function partitionOption(
  partition: number | undefined,
  topic: TopicName,
  partitions: number,
): TopicName | undefined {
  if (partition === undefined) return undefined;
  if (Number.isSafeInteger(partition) && partition >= 0 && partition < partitions) {
    return parseTopicName(partitionName(topic, partition));
  }
  throw wrongArgument('partition', partition, `one of the ${partitions} that ${topic.full} has`);
}

interface Member {
  readonly producer: PartitionProducer;
  readonly queue: SendQueue;
}

class TopicProducer implements Producer {
  readonly topic: string;
  readonly #filler = new RecordFiller();
  readonly #router: MessageRouter;
  readonly #members: Member[] = [];
  #watch: PartitionWatch | undefined;
  #isClosed = false;
  readonly #onClientClosing = () => this.#abandon();

  constructor(
    readonly context: ClientContext,
    readonly topicName: TopicName,
    readonly settings: ProducerSettings,
  ) {
    this.topic = topicName.full;
    this.#router = new MessageRouter(settings, context.epochMs, context.random);
  }

  /** `partitions` 0: the topic itself. */
  async open(partitions: number): Promise<void> {
    this.context.closing.throwIfAborted();
    this.context.closing.addEventListener('abort', this.#onClientClosing);
    try {
      const first = partitions === 0 ? this.topicName : this.#partition(0);
      this.#members.push(await this.#openMember(first, this.settings.name));
      await this.#grow(partitions);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  watch(everyMs: number, known: number): void {
    this.#watch = new PartitionWatch({
      topic: this.topicName,
      everyMs,
      known,
      ask: topic => this.context.lookup.partitionsOf(topic),
      onGrowth: partitions => void this.#follow(partitions),
    });
  }

  get name(): string {
    return this.#members[0]?.producer.name ?? '';
  }

  get isConnected(): boolean {
    return !this.#isClosed && this.#members.every(({ producer }) => producer.isConnected);
  }

  get lastSequenceId(): number {
    return this.#members.reduce((greatest, { producer }) => Math.max(greatest, producer.lastSequenceId), -1);
  }

  send(message: OutgoingMessage): Promise<SendReceipt> {
    if (this.#isClosed) return Promise.reject(this.#closedError());
    if (typeof message !== 'object' || message === null) return this.#members[0].queue.send(message);
    return this.#members[this.#route(message)].queue.send(message);
  }

  async flush(): Promise<void> {
    if (this.#isClosed) throw this.#closedError();
    await Promise.all(this.#members.map(({ queue }) => queue.flush()));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#watch?.stop();
    this.context.closing.removeEventListener('abort', this.#onClientClosing);
    await Promise.all(this.#members.map(({ queue, producer }) => queue.close(producer)));
  }

  #route({ key }: OutgoingMessage): number {
    const partitions = this.#members.length;
    if (partitions === 1) return 0;
    if (typeof key !== 'string') return this.#router.ofNone(partitions);
    const bytes = new TextEncoder().encode(key);
    return this.#router.ofKey(bytes, 0, bytes.length, partitions);
  }

  #partition(index: number): TopicName {
    return parseTopicName(partitionName(this.topicName, index));
  }

  async #openMember(topic: TopicName, name: string | undefined): Promise<Member> {
    const queue = new SendQueue(this.#filler);
    const producer = new PartitionProducer({
      context: this.context,
      topic,
      settings: { ...this.settings, name },
      events: queue,
      isNameGiven: this.settings.name !== undefined,
    });
    queue.producer = producer;
    await producer.open();
    return { producer, queue };
  }

  /** Up to that many partitions; all under the name of the first. Messages go to them when all are open. */
  async #grow(partitions: number): Promise<void> {
    const opening: Promise<Member>[] = [];
    for (let index = this.#members.length; index < partitions; index++) {
      opening.push(this.#openMember(this.#partition(index), this.name));
    }
    const opened = await Promise.allSettled(opening);
    const failure = opened.find(result => result.status === 'rejected');
    const members = opened.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    if (failure === undefined && !this.#isClosed) {
      this.#members.push(...members);
      return;
    }
    await Promise.all(members.map(({ producer }) => producer.close()));
    if (failure !== undefined) throw failure.reason;
  }

  /** A partition that cannot be opened yet is tried again when the watch looks next. */
  async #follow(partitions: number): Promise<void> {
    try {
      await this.#grow(partitions);
    } catch {
      const { everyMs } = this.#watch?.options ?? { everyMs: 0 };
      this.#watch?.stop();
      if (!this.#isClosed) this.watch(everyMs, this.#members.length);
    }
  }

  #abandon(): void {
    this.#isClosed = true;
    this.#watch?.stop();
    for (const { producer } of this.#members) producer.abandon(this.#closedError());
  }

  #closedError(): PulsarError {
    return new PulsarError('CLOSED', `${this.topic}: the producer is closed`);
  }
}
