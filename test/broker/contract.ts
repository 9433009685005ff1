import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Consumer, ConsumerOptions } from '../../src/pulsar/api/consumer.js';
import type { Message, OutgoingMessage } from '../../src/pulsar/api/message.js';
import type { CompressionName } from '../../src/pulsar/api/producer.js';
import type { ClientOptions, PulsarClient } from '../../src/pulsar/api/pulsar-client.js';
import { PulsarError } from '../../src/pulsar/errors/pulsar-error.js';
import type { BrokerAddress } from '../../tools/servers/broker-address.js';
import { createPartitioned, freshTopic, terminateTopic } from './topics.js';

/** What a client under test can do, where the two differ. */
export interface ClientUnderTest {
  create(options: ClientOptions): PulsarClient | Promise<PulsarClient>;
  readonly compressions: readonly CompressionName[];
  /** Receipts that say whether the broker had the sequence id already. */
  readonly tellsDuplicates: boolean;
  /** What the broker stored last under a producer's name, and in a topic. */
  readonly tellsLast: boolean;
  /** `redeliverUnacknowledged`. */
  readonly redelivers: boolean;
}

const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);
const words = (message: Message | undefined): string | undefined =>
  message === undefined ? undefined : new TextDecoder().decode(message.data);
const receiveMs = 10_000;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'nothing';
  } catch (error) {
    expect(error).toBeInstanceOf(PulsarError);
    return (error as PulsarError).code;
  }
}

async function receive(consumer: Consumer, count: number): Promise<Message[]> {
  const received: Message[] = [];
  while (received.length < count) {
    const batch = await consumer.receiveBatch({ messagesMax: count - received.length, timeoutMs: receiveMs });
    if (batch.length === 0) throw new Error(`${received.length} of ${count} messages came`);
    received.push(...batch);
  }
  return received;
}

/** The same tests for every client behind `src/pulsar/api/`. */
export function describeContract(broker: BrokerAddress, under: ClientUnderTest): void {
  let client: PulsarClient;
  beforeAll(async () => {
    client = await under.create({ serviceUrl: broker.serviceUrl });
  });
  afterAll(() => client.close());

  const subscribe = (topic: string, more: Partial<ConsumerOptions> = {}): Promise<Consumer> =>
    client.subscribe({ topic, subscription: 'contract', initialPosition: 'earliest', ...more });

  async function sendTexts(topic: string, texts: readonly string[]): Promise<void> {
    const producer = await client.createProducer({ topic });
    await Promise.all(texts.map(text => producer.send({ data: bytes(text) })));
    await producer.close();
  }

  it('gives back what was sent, field by field', async () => {
    const topic = freshTopic('contract');
    const producer = await client.createProducer({ topic });
    const sent: OutgoingMessage[] = Array.from({ length: 300 }, (_, i) => ({
      data: bytes(`payload ${i}`),
      key: `schlüssel ${i % 10}`,
      properties: { n: `${i}`, colour: 'grün' },
      eventTimeMs: 1_700_000_000_000 + i,
    }));
    const before = Date.now();
    await Promise.all(sent.map(message => producer.send(message)));
    const consumer = await subscribe(topic);
    const received = await receive(consumer, sent.length);
    expect(
      received.map(({ data, key, properties, eventTimeMs }) => ({
        data: new Uint8Array(data),
        key,
        properties,
        eventTimeMs,
      })),
    ).toEqual(sent);
    expect(received.every(({ publishTimeMs }) => Math.abs(publishTimeMs - before) < 60_000)).toBe(true);
    expect(received[0].redeliveryCount).toBe(0);
    await Promise.all([producer.close(), consumer.close()]);
  });

  it('tells every message its id, in order', async () => {
    const topic = freshTopic('contract-ids');
    await sendTexts(topic, ['a', 'b', 'c']);
    const consumer = await subscribe(topic);
    const ids = (await receive(consumer, 3)).map(message => message.id);
    if (under.tellsLast) {
      const [last] = await consumer.lastMessageIds();
      expect([last.ledgerId, last.entryId]).toEqual([ids[2].ledgerId, ids[2].entryId]);
    }
    for (let i = 1; i < ids.length; i++) {
      const isLater =
        ids[i].entryId > ids[i - 1].entryId ||
        (ids[i].entryId === ids[i - 1].entryId && ids[i].batchIndex > ids[i - 1].batchIndex);
      expect(isLater).toBe(true);
    }
    await consumer.close();
  });

  it.each(under.compressions)('compresses with %s', async compression => {
    const topic = freshTopic(`contract-${compression}`);
    const producer = await client.createProducer({ topic, compression });
    const texts = Array.from({ length: 50 }, (_, i) => `message ${i} `.repeat(20));
    await Promise.all(texts.map(text => producer.send({ data: bytes(text) })));
    const consumer = await subscribe(topic);
    expect((await receive(consumer, texts.length)).map(words)).toEqual(texts);
    await Promise.all([producer.close(), consumer.close()]);
  });

  it('sends one key to one partition, and receives from all of them', async () => {
    const topic = await createPartitioned(broker, 'contract-partitions', 4);
    expect(await client.partitionsOf(topic)).toBe(4);
    const producer = await client.createProducer({ topic });
    for (let round = 0; round < 5; round++) {
      await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          producer.send({ data: bytes(`${i}:${round}`), key: `user-${i}` }),
        ),
      );
    }
    const consumer = await subscribe(topic, { type: 'Failover' });
    const received = await receive(consumer, 200);
    const partitions = new Map<string, Set<number>>();
    const rounds = new Map<string, string[]>();
    for (const message of received) {
      const key = message.key ?? '';
      partitions.set(key, (partitions.get(key) ?? new Set()).add(message.id.partition));
      rounds.set(key, [...(rounds.get(key) ?? []), (words(message) ?? '').split(':')[1]]);
    }
    expect([...partitions.values()].every(set => set.size === 1)).toBe(true);
    expect(new Set([...partitions.values()].flatMap(set => [...set])).size).toBe(4);
    expect([...rounds.values()].every(list => list.join() === '0,1,2,3,4')).toBe(true);
    await Promise.all([producer.close(), consumer.close()]);
  });

  it('does not deliver again what was acknowledged cumulatively', async () => {
    const topic = freshTopic('contract-cumulative');
    const consumer = await subscribe(topic);
    const producer = await client.createProducer({ topic, batching: { enabled: false } });
    for (const text of ['a', 'b', 'c', 'd']) await producer.send({ data: bytes(text) });
    const received = await receive(consumer, 4);
    await consumer.acknowledgeCumulative(received[1].id);
    await consumer.close();
    const next = await subscribe(topic);
    expect((await receive(next, 2)).map(words)).toEqual(['c', 'd']);
    await Promise.all([producer.close(), next.close()]);
  });

  it('does not deliver again what was acknowledged one by one', async () => {
    const topic = freshTopic('contract-individual');
    const consumer = await subscribe(topic, { type: 'Shared' });
    const producer = await client.createProducer({ topic, batching: { enabled: false } });
    for (const text of ['a', 'b', 'c']) await producer.send({ data: bytes(text) });
    const received = await receive(consumer, 3);
    await consumer.acknowledge(received[1].id);
    await consumer.close();
    const next = await subscribe(topic, { type: 'Shared' });
    expect((await receive(next, 2)).map(words)).toEqual(['a', 'c']);
    await Promise.all([producer.close(), next.close()]);
  });

  it('delivers again what was refused, and what is asked for again', async () => {
    const topic = freshTopic('contract-again');
    await sendTexts(topic, ['a']);
    const consumer = await subscribe(topic, { type: 'Shared', negativeAckDelayMs: 200 });
    const [first] = await receive(consumer, 1);
    consumer.negativeAcknowledge(first.id);
    const [second] = await receive(consumer, 1);
    expect([words(second), second.redeliveryCount]).toEqual(['a', 1]);
    if (under.redelivers) {
      consumer.redeliverUnacknowledged();
      expect((await receive(consumer, 1)).map(words)).toEqual(['a']);
    }
    await consumer.acknowledge(second.id);
    await consumer.close();
  });

  it('seeks by position and by end', async () => {
    const topic = freshTopic('contract-seek');
    await sendTexts(topic, ['a', 'b', 'c']);
    const consumer = await subscribe(topic);
    await receive(consumer, 3);
    await consumer.seek('earliest');
    expect((await receive(consumer, 3)).map(words)).toEqual(['a', 'b', 'c']);
    await consumer.seek('latest');
    expect(await consumer.receive(300)).toBeUndefined();
    await consumer.close();
  });

  it('reads from the beginning without a subscription', async () => {
    const topic = freshTopic('contract-reader');
    await sendTexts(topic, ['a', 'b']);
    const reader = await client.createReader({ topic, start: 'earliest' });
    expect(await reader.hasNext()).toBe(true);
    expect([words(await reader.read(receiveMs)), words(await reader.read(receiveMs))]).toEqual(['a', 'b']);
    expect(await reader.hasNext()).toBe(false);
    expect(await reader.read(100)).toBeUndefined();
    await reader.close();
  });

  it('refuses a second producer of the same name', async () => {
    const topic = freshTopic('contract-busy');
    const producer = await client.createProducer({ topic, name: 'the-one' });
    expect(producer.name).toBe('the-one');
    expect(await codeOf(client.createProducer({ topic, name: 'the-one' }))).toBe('PRODUCER_BUSY');
    await producer.close();
    await (await client.createProducer({ topic, name: 'the-one' })).close();
  });

  it('stores a sequence id once', async () => {
    const topic = freshTopic('contract-once');
    const options = { topic, name: 'once' };
    const first = await client.createProducer(options);
    await first.send({ data: bytes('a'), sequenceId: 3 });
    await first.close();
    const second = await client.createProducer(options);
    if (under.tellsLast) expect(second.lastSequenceId).toBe(3);
    const again = await second.send({ data: bytes('again'), sequenceId: 3 });
    if (under.tellsDuplicates) expect(again.isDuplicate).toBe(true);
    await second.send({ data: bytes('b'), sequenceId: 4 });
    const consumer = await subscribe(topic);
    expect((await receive(consumer, 2)).map(words)).toEqual(['a', 'b']);
    await Promise.all([second.close(), consumer.close()]);
  });

  it('fences a producer out', async () => {
    const topic = freshTopic('contract-fenced');
    const first = await client.createProducer({ topic, access: 'ExclusiveWithFencing' });
    const second = await client.createProducer({ topic, access: 'ExclusiveWithFencing' });
    await expect.poll(() => codeOf(first.send({ data: bytes('late') }))).toBe('PRODUCER_FENCED');
    await second.send({ data: bytes('a') });
    await Promise.all([first.close(), second.close()]);
  });

  it('sends no more to a topic that is terminated', async () => {
    const topic = freshTopic('contract-terminated');
    await sendTexts(topic, ['a']);
    await terminateTopic(broker, topic);
    expect(await codeOf(client.createProducer({ topic }))).toBe('TOPIC_TERMINATED');
  });

  it('says what is wrong with a topic, and with a message', async () => {
    expect(await codeOf(client.createProducer({ topic: 'a/b/c/d/e' }))).toBe('INVALID_TOPIC_NAME');
    expect(await codeOf(subscribe('persistent://no-such-tenant'))).toBe('INVALID_TOPIC_NAME');
    const producer = await client.createProducer({ topic: freshTopic('contract-large') });
    expect(await codeOf(producer.send({ data: new Uint8Array(6 << 20) }))).toBe('MESSAGE_TOO_LARGE');
    await producer.close();
  });

  it('ends what it has opened when it is closed', async () => {
    const other = await under.create({ serviceUrl: broker.serviceUrl });
    const topic = freshTopic('contract-close');
    const producer = await other.createProducer({ topic });
    const sent = producer.send({ data: bytes('a') });
    await other.close();
    expect((await sent).id.ledgerId).toBeGreaterThanOrEqual(0);
    expect(await codeOf(producer.send({ data: bytes('b') }))).toBe('CLOSED');
    expect(await codeOf(other.createProducer({ topic }))).toBe('CLOSED');
    await other.close();
  });
}
