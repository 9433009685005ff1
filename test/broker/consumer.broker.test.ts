import { afterAll, expect, it } from 'vitest';
import type { SubscriptionType } from '../../src/pulsar/api/consumer.js';
import { ConsumerClients, drain, drainAll, fill, numberOf, range, until } from './consumer-clients.js';
import { describeWithBroker } from './shared-broker.js';
import { createPartitioned, freshTopic, growPartitions, topicStats } from './topics.js';

const types: readonly SubscriptionType[] = ['Exclusive', 'Failover', 'Shared', 'Key_Shared'];

describeWithBroker('a consumer', 'plain', broker => {
  const clients = new ConsumerClients(broker);
  const client = clients.client({ operationTimeoutMs: 10_000 });
  afterAll(() => clients.close());

  it.each(types)('receives batches and singles in order, and acknowledges them: %s', async type => {
    const topic = freshTopic('types');
    await fill(client, topic, { count: 95 });
    await fill(client, topic, { count: 5, batch: 1, from: 95 });
    const consumer = await client.subscribe({ topic, subscription: 's', type, initialPosition: 'earliest' });
    const messages = await drain(consumer, 100);
    expect(messages.map(numberOf)).toEqual(range(0, 100));
    expect(messages[94].id.batchSize).toBe(5);
    expect(messages[99].id).toMatchObject({ batchIndex: -1, batchSize: 1, partition: -1 });
    await Promise.all(messages.map(({ id }) => consumer.acknowledge(id)));
    await consumer.close();
    await until(
      'backlog empty',
      async () => (await topicStats(broker, topic)).subscriptions.s.msgBacklog === 0,
    );
  });

  it('begins at the end by default', async () => {
    const topic = freshTopic('latest');
    await fill(client, topic, { count: 3 });
    const consumer = await client.subscribe({ topic, subscription: 's' });
    await fill(client, topic, { count: 2, from: 3 });
    expect((await drain(consumer, 2)).map(numberOf)).toEqual([3, 4]);
    expect(await consumer.receive(50)).toBeUndefined();
  });

  it('tells a busy subscription at once', async () => {
    const topic = freshTopic('busy');
    await client.subscribe({ topic, subscription: 's' });
    const begin = Date.now();
    await expect(client.subscribe({ topic, subscription: 's' })).rejects.toMatchObject({
      code: 'CONSUMER_BUSY',
    });
    expect(Date.now() - begin).toBeLessThan(3000);
  });

  it('gets exactly what was not acknowledged, in mid-batch, when it comes back', async () => {
    const topic = freshTopic('index-acks');
    await fill(client, topic, { count: 40 });
    const options = { topic, subscription: 's', type: 'Shared', initialPosition: 'earliest' } as const;
    const first = await client.subscribe(options);
    const messages = await drain(first, 40);
    const acked = messages.filter(message => numberOf(message) % 3 === 0);
    await Promise.all(acked.map(({ id }) => first.acknowledge(id)));
    await first.close();
    const second = await client.subscribe(options);
    const rest = await drainAll(second, 1000);
    expect(rest.map(numberOf).sort((a, b) => a - b)).toEqual(range(0, 40).filter(n => n % 3 !== 0));
    await Promise.all(rest.map(({ id }) => second.acknowledge(id)));
    await until(
      'backlog empty',
      async () => (await topicStats(broker, topic)).subscriptions.s.msgBacklog === 0,
    );
  });

  it('acknowledges cumulatively in mid-batch', async () => {
    const topic = freshTopic('cumulative');
    await fill(client, topic, { count: 40 });
    const options = { topic, subscription: 's', type: 'Failover', initialPosition: 'earliest' } as const;
    const first = await client.subscribe(options);
    const messages = await drain(first, 40);
    await first.acknowledgeCumulative(messages[24].id);
    await first.close();
    const second = await client.subscribe(options);
    // A Failover consumer becomes active a second later.
    expect((await drain(second, 15)).map(numberOf)).toEqual(range(25, 40));
    expect(await second.receive(100)).toBeUndefined();
    const shared = await client.subscribe({ ...options, subscription: 't', type: 'Shared' });
    await expect(shared.acknowledgeCumulative(messages[0].id)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('reads all partitions, also those that come later', async () => {
    const topic = await createPartitioned(broker, 'growing', 2);
    const consumer = await client.subscribe({
      topic,
      subscription: 's',
      initialPosition: 'earliest',
      partitionsUpdateMs: 200,
    });
    await fill(client, topic, { count: 40, batch: 1 });
    const before = await drain(consumer, 40);
    expect(before.map(numberOf).sort((a, b) => a - b)).toEqual(range(0, 40));
    expect(new Set(before.map(({ id }) => id.partition))).toEqual(new Set([0, 1]));
    await growPartitions(broker, topic, 4);
    await fill(client, topic, { count: 40, from: 40, batch: 1 });
    const after = await drain(consumer, 40);
    expect(after.map(numberOf).sort((a, b) => a - b)).toEqual(range(40, 80));
    expect(new Set(after.map(({ id }) => id.partition))).toEqual(new Set([0, 1, 2, 3]));
    await Promise.all([...before, ...after].map(({ id }) => consumer.acknowledge(id)));
    expect(await consumer.lastMessageIds()).toHaveLength(4);
  });
});
