import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PulsarError } from '../../src/pulsar/errors/pulsar-error.js';
import { type OpenContext, openContext } from '../../src/pulsar/open-context.js';
import { createProducer } from '../../src/pulsar/producer/producer.js';
import { describeWithBroker } from './shared-broker.js';
import { createPartitioned, freshTopic, growPartitions, terminateTopic, topicStats } from './topics.js';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

describeWithBroker('producers', 'plain', broker => {
  let client: OpenContext;
  const open = (options: Parameters<typeof createProducer>[1]) => createProducer(client.context, options);
  const codeOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'nothing',
      (error: PulsarError) => error.code,
    );

  beforeAll(() => {
    client = openContext({ serviceUrl: broker.serviceUrl }, open);
  });
  afterAll(() => client.close());

  it('send in batches, and every message has its own receipt, in order', async () => {
    const topic = freshTopic('producer');
    const producer = await open({ topic });
    expect(producer.lastSequenceId).toBe(-1);
    const receipts = await Promise.all(
      Array.from({ length: 2500 }, (_, i) => producer.send({ data: text(`message ${i}`), key: `k${i}` })),
    );
    expect(receipts.map(receipt => receipt.sequenceId)).toEqual(receipts.map((_, i) => i));
    expect(receipts.map(receipt => receipt.id.batchIndex)).toEqual(receipts.map((_, i) => i % 1000));
    expect(receipts.some(receipt => receipt.isDuplicate)).toBe(false);
    expect(producer.lastSequenceId).toBe(2499);
    await producer.close();
    expect((await topicStats(broker, topic)).msgInCounter).toBe(2500);
    expect(await codeOf(producer.send({ data: text('late') }))).toBe('CLOSED');
  });

  it('say when the broker had a sequence id already', async () => {
    const topic = freshTopic('duplicates');
    const name = `named-${topic.slice(-12)}`;
    const first = await open({ topic, name });
    await first.send({ data: text('a'), sequenceId: 5 });
    await first.send({ data: text('b'), sequenceId: 9 });
    expect(await codeOf(first.send({ data: text('again'), sequenceId: 9 }))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(open({ topic, name }))).toBe('PRODUCER_BUSY');
    await first.close();
    const second = await open({ topic, name });
    expect(second.lastSequenceId).toBe(9);
    const receipts = await Promise.all(
      [9, 10, 12].map(sequenceId => second.send({ data: text('c'), sequenceId })),
    );
    expect(receipts.map(receipt => receipt.isDuplicate)).toEqual([true, false, false]);
    expect((await second.send({ data: text('d') })).sequenceId).toBe(13);
    await second.close();
  });

  it('are fenced by the next one that wants the topic for itself', async () => {
    const topic = freshTopic('fenced');
    const first = await open({ topic, access: 'ExclusiveWithFencing' });
    await first.send({ data: text('a') });
    expect(await codeOf(open({ topic, access: 'Exclusive' }))).toBe('PRODUCER_FENCED');
    expect(await codeOf(open({ topic }))).toBe('PRODUCER_BUSY');
    const second = await open({ topic, access: 'ExclusiveWithFencing' });
    await expect.poll(() => codeOf(first.send({ data: text('b') }))).toBe('PRODUCER_FENCED');
    await second.send({ data: text('c') });
    await Promise.all([first.close(), second.close()]);
  });

  it('wait for their turn when they are told to', async () => {
    const topic = freshTopic('turn');
    const first = await open({ topic, access: 'Exclusive' });
    let isReady = false;
    const waiting = open({ topic, access: 'WaitForExclusive' }).then(producer => {
      isReady = true;
      return producer;
    });
    await first.send({ data: text('a') });
    expect(isReady).toBe(false);
    await first.close();
    const second = await waiting;
    await second.send({ data: text('b') });
    await second.close();
  });

  it('end with the topic', async () => {
    const topic = freshTopic('terminated');
    const producer = await open({ topic });
    await producer.send({ data: text('a') });
    await terminateTopic(broker, topic);
    await expect.poll(() => codeOf(producer.send({ data: text('b') }))).toBe('TOPIC_TERMINATED');
    expect(await codeOf(open({ topic }))).toBe('TOPIC_TERMINATED');
  });

  it('refuse what is too large before it is sent, and go on', async () => {
    const producer = await open({ topic: freshTopic('large') });
    expect(await codeOf(producer.send({ data: new Uint8Array(5 * 1024 * 1024) }))).toBe('MESSAGE_TOO_LARGE');
    const large = await producer.send({ data: new Uint8Array(5 * 1024 * 1024 - 200).fill(7) });
    expect(large.sequenceId).toBe(0);
    await producer.close();
  });

  it('fan out over partitions, also over those that come later', async () => {
    const topic = await createPartitioned(broker, 'fan', 2);
    const producer = await open({ topic, partitionsUpdateMs: 100 });
    const send = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, i) => producer.send({ data: text('x'), key: `k${i}` })));
    const before = await send(200);
    expect(new Set(before.map(receipt => receipt.id.partition))).toEqual(new Set([0, 1]));
    await growPartitions(broker, topic, 5);
    await expect
      .poll(async () => new Set((await send(200)).map(receipt => receipt.id.partition)).size, {
        timeout: 10_000,
      })
      .toBe(5);
    await producer.close();
    const one = await open({ topic, partition: 3 });
    expect((await one.send({ data: text('x'), key: 'any' })).id.partition).toBe(3);
    await one.close();
    expect(await codeOf(open({ topic, partition: 5 }))).toBe('INVALID_ARGUMENT');
  });
});
