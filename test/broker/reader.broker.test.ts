import { afterAll, expect, it } from 'vitest';
import type { Reader } from '../../src/pulsar/api/reader.js';
import { ConsumerClients, fill, numberOf, range } from './consumer-clients.js';
import { describeWithBroker } from './shared-broker.js';
import { freshTopic, topicStats, unloadTopic } from './topics.js';

describeWithBroker('a reader', 'plain', broker => {
  const clients = new ConsumerClients(broker);
  const client = clients.client({ operationTimeoutMs: 10_000 });
  afterAll(() => clients.close());

  async function readAll(reader: Reader): Promise<number[]> {
    const seen: number[] = [];
    while (await reader.hasNext()) {
      const message = await reader.read(5000);
      if (message === undefined) throw new Error(`nothing after ${seen.length} messages`);
      seen.push(numberOf(message));
    }
    return seen;
  }

  it('reads from the beginning, after an id, from an id, and from a time', async () => {
    const topic = freshTopic('reader');
    const ids = await fill(client, topic, { count: 45 });
    const singles = await fill(client, topic, { count: 5, from: 45, batch: 1 });
    await new Promise(resolve => setTimeout(resolve, 50));
    const between = Date.now();
    await fill(client, topic, { count: 10, from: 50 });
    const open = (start: Parameters<typeof client.createReader>[0]['start'], startInclusive = false) =>
      client.createReader({ topic, start, startInclusive });
    expect(await readAll(await open('earliest'))).toEqual(range(0, 60));
    expect(await readAll(await open(ids[12]))).toEqual(range(13, 60));
    expect(await readAll(await open(ids[12], true))).toEqual(range(12, 60));
    expect(await readAll(await open(singles[2]))).toEqual(range(48, 60));
    expect(await readAll(await open(singles[2], true))).toEqual(range(47, 60));
    expect(await readAll(await open({ publishTimeMs: between }))).toEqual(range(50, 60));
    const latest = await open('latest');
    expect(await latest.hasNext()).toBe(false);
    await latest.seek(ids[30]);
    expect(await readAll(latest)).toEqual(range(31, 60));
    await latest.close();
  });

  it('goes on where it was when the topic is unloaded, and leaves no subscription', async () => {
    const topic = freshTopic('reader-unload');
    await fill(client, topic, { count: 200 });
    const reader = await client.createReader({ topic, start: 'earliest' });
    const seen: number[] = [];
    for (let i = 0; i < 105; i++) seen.push(numberOf((await reader.read(5000)) as never));
    await unloadTopic(broker, topic);
    for (let i = 105; i < 200; i++) seen.push(numberOf((await reader.read(5000)) as never));
    expect(seen).toEqual(range(0, 200));
    expect(await reader.hasNext()).toBe(false);
    await reader.close();
    expect((await topicStats(broker, topic)).subscriptions).toEqual({});
  });

  it('skips nothing when it loses its place before the first message: from a time, from the end, after a seek', async () => {
    const topic = freshTopic('reader-pin');
    await fill(client, topic, { count: 20 });
    await new Promise(resolve => setTimeout(resolve, 50));
    const between = Date.now();
    await fill(client, topic, { count: 10, from: 20 });
    const fromTime = await client.createReader({ topic, start: { publishTimeMs: between } });
    const fromEnd = await client.createReader({ topic, start: 'latest' });
    const sought = await client.createReader({ topic, start: 'latest' });
    await sought.seek('earliest');
    const soughtTime = await client.createReader({ topic, start: 'earliest' });
    await soughtTime.seek({ publishTimeMs: between });
    await fill(client, topic, { count: 5, from: 30 });
    await unloadTopic(broker, topic);
    await fill(client, topic, { count: 5, from: 35 });
    expect(await readAll(fromTime)).toEqual(range(20, 40));
    expect(await readAll(fromEnd)).toEqual(range(30, 40));
    expect(await readAll(sought)).toEqual(range(0, 40));
    expect(await readAll(soughtTime)).toEqual(range(20, 40));
  });
});
