import { randomBytes } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { connectionTask, findJavaPeer } from '../../tools/servers/java-peer.js';
import { isUnavailable } from '../../tools/servers/unavailable.js';
import { ConsumerClients, drain, fill, until } from './consumer-clients.js';
import { describeWithBroker } from './shared-broker.js';
import { freshTopic, topicStats } from './topics.js';

const base64 = (text: string | Uint8Array): string => Buffer.from(text as string).toString('base64');

describeWithBroker('what the official Java client sends', 'plain', broker => {
  const clients = new ConsumerClients(broker);
  const client = clients.client({ operationTimeoutMs: 10_000 });
  afterAll(() => clients.close());

  async function produce(task: Record<string, unknown>): Promise<{ ledgerId: number; entryId: number }[]> {
    const peer = await findJavaPeer();
    if (isUnavailable(peer)) throw new Error(peer.skipped);
    return peer.run('produce', { ...connectionTask(broker), ...task });
  }

  it.each(['NONE', 'LZ4', 'ZLIB', 'ZSTD', 'SNAPPY'])('arrives with all its fields: %s', async compression => {
    const topic = freshTopic('java');
    const messages = Array.from({ length: 25 }, (_, i) => ({
      data: base64(`payload ${i} ${'ä'.repeat(i * 10)}`),
      ...(i % 3 === 0
        ? { key: `schlüssel-${i}` }
        : i % 3 === 1
          ? { keyBytes: base64(Buffer.from([i, 255])) }
          : {}),
      ...(i % 2 === 0 ? { orderingKey: base64(Buffer.from([i])), eventTimeMs: 1_700_000_000_000 + i } : {}),
      properties: { n: String(i), ключ: 'значение' },
    }));
    for (const batching of [true, false]) {
      await produce({
        topic,
        compression,
        batching,
        batchDelayMs: 50,
        messages,
        producerName: `p-${batching}`,
      });
    }
    const consumer = await client.subscribe({ topic, subscription: 's', initialPosition: 'earliest' });
    const received = await drain(consumer, 50);
    expect(received).toHaveLength(50);
    expect(received[0].id.batchSize).toBeGreaterThan(1);
    expect(received[49].id.batchIndex).toBe(-1);
    for (const [at, message] of received.entries()) {
      const i = at % 25;
      const sent = messages[i];
      expect(base64(message.data)).toBe(sent.data);
      expect(message.key).toBe('keyBytes' in sent ? sent.keyBytes : 'key' in sent ? sent.key : undefined);
      expect(message.keyIsBase64).toBe('keyBytes' in sent);
      expect(message.properties).toEqual(sent.properties);
      expect(message.eventTimeMs).toBe('eventTimeMs' in sent ? sent.eventTimeMs : 0);
      const { orderingKey } = message;
      expect(orderingKey && base64(orderingKey)).toBe('orderingKey' in sent ? sent.orderingKey : undefined);
      expect(message.sequenceId).toBe(i);
      expect(message.producerName).toBe(at < 25 ? 'p-true' : 'p-false');
      expect(Math.abs(message.brokerTimeMs - message.publishTimeMs)).toBeLessThan(5000);
    }
  });

  it.each([
    'NONE',
    'LZ4',
  ])('is put together from its chunks, and acknowledged with all of them: %s', async compression => {
    const topic = freshTopic('chunks');
    const payloads = [randomBytes(100_000), Buffer.from('small'), randomBytes(250_000)];
    const messages = payloads.map(data => ({ data: base64(data) }));
    await produce({ topic, compression, batching: false, chunking: true, chunkBytes: 30_000, messages });
    const consumer = await client.subscribe({
      topic,
      subscription: 's',
      initialPosition: 'earliest',
      receiverQueueMessages: 3,
    });
    const received = await drain(consumer, 3);
    expect(received.map(({ data }) => base64(data))).toEqual(messages.map(({ data }) => data));
    for (const { id } of received) await consumer.acknowledge(id);
    await until(
      'backlog empty',
      async () => (await topicStats(broker, topic)).subscriptions.s.msgBacklog === 0,
    );
  });

  it('carries the version of its schema', async () => {
    const topic = freshTopic('schema');
    await produce({ topic, schema: 'STRING', messages: [{ data: base64('text') }] });
    const consumer = await client.subscribe({ topic, subscription: 's', initialPosition: 'earliest' });
    const [message] = await drain(consumer, 1);
    expect(message.schemaVersion).toHaveLength(8);
    await fill(client, topic, { count: 1 }).catch(() => undefined);
  });
});
