import { afterAll, expect, it } from 'vitest';
import type { Message } from '../../src/pulsar/api/message.js';
import { ConsumerClients, drain, drainAll, fill, numberOf, range, until } from './consumer-clients.js';
import { describeWithBroker } from './shared-broker.js';
import { createPartitioned, freshTopic, topicStats } from './topics.js';

/** Whether each partition's messages came in the order in which they were sent. */
function inOrder(messages: readonly Message[]): boolean {
  const last = new Map<number, number>();
  return messages.every(message => {
    const before = last.get(message.id.partition) ?? -1;
    last.set(message.id.partition, numberOf(message));
    return numberOf(message) > before;
  });
}

describeWithBroker('several consumers of one subscription', 'plain', broker => {
  const clients = new ConsumerClients(broker);
  const client = clients.client({ operationTimeoutMs: 10_000 });
  afterAll(() => clients.close());

  it('take over under Failover, and hear of it', async () => {
    const topic = await createPartitioned(broker, 'failover', 4);
    const changes: Record<string, Map<number, boolean>> = { a: new Map(), b: new Map() };
    const open = (name: string, own = client) =>
      own.subscribe({
        topic,
        subscription: 's',
        type: 'Failover',
        name,
        initialPosition: 'earliest',
        onActiveChange: (partition, isActive) => changes[name].set(partition, isActive),
      });
    const activeOf = (name: string) => [...changes[name]].filter(([, isActive]) => isActive).map(([p]) => p);
    const other = clients.client({ operationTimeoutMs: 10_000 });
    const a = await open('a', other);
    await until('a has all', () => activeOf('a').length === 4);
    const b = await open('b');
    await until('b has some', () => activeOf('b').length > 0 && activeOf('a').length < 4);
    await fill(client, topic, { count: 200, batch: 1 });
    const [fromA, fromB] = await Promise.all([drainAll(a, 2500), drainAll(b, 2500)]);
    expect(new Set([...fromA, ...fromB].map(numberOf))).toEqual(new Set(range(0, 200)));
    await Promise.all(fromA.map(({ id }) => a.acknowledge(id)));
    await Promise.all(fromB.map(({ id }) => b.acknowledge(id)));
    await fill(client, topic, { count: 40, from: 200, batch: 1 });
    await other.close();
    await until('b has all', () => activeOf('b').length === 4);
    const rest = await drain(b, 40);
    expect(new Set(rest.map(numberOf))).toEqual(new Set(range(200, 240)));
    expect(inOrder(rest)).toBe(true);
    expect(await b.receive(500)).toBeUndefined();
    await Promise.all(rest.map(({ id }) => b.acknowledge(id)));
    // And back: b loses partitions to another and gets them again, its permits of before being with the broker.
    const third = clients.client({ operationTimeoutMs: 10_000 });
    changes.a.clear();
    await open('a', third);
    await until('a has some again', () => activeOf('a').length > 0 && activeOf('b').length < 4);
    await fill(client, topic, { count: 40, from: 240, batch: 1 });
    await third.close();
    await until('b has all again', () => activeOf('b').length === 4);
    const last = await drain(b, 40);
    expect(new Set(last.map(numberOf))).toEqual(new Set(range(240, 280)));
    expect(inOrder(last)).toBe(true);
  });

  it('share keys under Key_Shared: each key goes to one', async () => {
    const topic = freshTopic('key-shared');
    const options = { topic, subscription: 's', type: 'Key_Shared', initialPosition: 'earliest' } as const;
    const a = await client.subscribe(options);
    const b = await client.subscribe(options);
    await fill(client, topic, { count: 400, batch: 1, key: i => `key-${i % 40}` });
    const [fromA, fromB] = await Promise.all([drainAll(a, 1500), drainAll(b, 1500)]);
    expect(fromA.length + fromB.length).toBe(400);
    const keysOfA = new Set(fromA.map(({ key }) => key));
    const keysOfB = new Set(fromB.map(({ key }) => key));
    expect(keysOfA.size).toBeGreaterThan(3);
    expect(keysOfB.size).toBeGreaterThan(3);
    expect([...keysOfA].filter(key => keysOfB.has(key))).toEqual([]);
  });

  it('share batches of one key under Key_Shared: each key goes to one; batches that mix keys do not', async () => {
    const keysOf = async (byKey: boolean): Promise<readonly Set<string | undefined>[]> => {
      const topic = freshTopic('key-shared-batches');
      const options = { topic, subscription: 's', type: 'Key_Shared', initialPosition: 'earliest' } as const;
      const a = await client.subscribe(options);
      const b = await client.subscribe(options);
      const ids = await fill(client, topic, {
        count: 990,
        batch: 7,
        key: i => `key-${((i / 5) % 40) | 0}`,
        byKey,
      });
      // Runs of five of one key, or seven mixed.
      expect(new Set(ids.map(({ batchSize }) => batchSize))).toEqual(new Set(byKey ? [5] : [7, 990 % 7]));
      const received = await Promise.all([drainAll(a, 1500), drainAll(b, 1500)]);
      const numbers = received.flat().map(numberOf);
      expect(numbers.sort((x, y) => x - y)).toEqual(range(0, 990));
      await Promise.all([a.close(), b.close()]);
      return received.map(messages => new Set(messages.map(({ key }) => key)));
    };
    const [ofA, ofB] = await keysOf(true);
    expect(ofA.size).toBeGreaterThan(3);
    expect(ofB.size).toBeGreaterThan(3);
    expect([...ofA].filter(key => ofB.has(key))).toEqual([]);
    const [mixedA, mixedB] = await keysOf(false);
    expect([...mixedA].filter(key => mixedB.has(key)).length).toBeGreaterThan(0);
  });

  it('share messages under Shared, and leave when they unsubscribe', async () => {
    const topic = freshTopic('shared');
    const options = { topic, subscription: 's', type: 'Shared', initialPosition: 'earliest' } as const;
    const a = await client.subscribe({ ...options, receiverQueueMessages: 10 });
    const b = await client.subscribe({ ...options, receiverQueueMessages: 10 });
    await fill(client, topic, { count: 200, batch: 1 });
    const [fromA, fromB] = await Promise.all([drainAll(a, 1000), drainAll(b, 1000)]);
    expect(fromA.length).toBeGreaterThan(0);
    expect(fromB.length).toBeGreaterThan(0);
    const all = [...fromA, ...fromB].map(numberOf).sort((x, y) => x - y);
    expect(all).toEqual(range(0, 200));
    await a.close();
    await b.unsubscribe();
    expect((await topicStats(broker, topic)).subscriptions).toEqual({});
  });
});
