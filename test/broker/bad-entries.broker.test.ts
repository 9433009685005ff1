import { afterAll, expect, it, onTestFinished } from 'vitest';
import type { ConsumerOptions } from '../../src/pulsar/api/consumer.js';
import type { TopicConsumer } from '../../src/pulsar/consumer/topic-consumer.js';
import type { PulsarError } from '../../src/pulsar/errors/pulsar-error.js';
import { parseServiceUrl } from '../../src/pulsar/lookup/service-url.js';
import { RawSession } from '../../tools/servers/raw-session.js';
import { ConsumerClients, drain, until } from './consumer-clients.js';
import { describeWithBroker } from './shared-broker.js';
import { createPartitioned, freshTopic, topicStats } from './topics.js';

type Metadata = Parameters<RawSession['sendChecked']>[2];
const garbage = Buffer.from('these bytes are no LZ4 and no batch');

/** By field numbers of MessageMetadata: 8 compression (1: LZ4), 9 size before it, 11 messages, 13 encryption keys. */
const cases: readonly (readonly [string, Metadata, string])[] = [
  ['that is not compressed as it says', { 8: 1, 9: 1000 }, 'DECOMPRESSION_FAILED'],
  ['that declares two gigabytes', { 8: 1, 9: 2 ** 31 - 1 }, 'DECOMPRESSION_FAILED'],
  ['whose batch cannot be walked', { 11: 5 }, 'BAD_ENTRY'],
  ['that is encrypted', { 13: Buffer.from('\n\u0001k\u0012\u0001v') }, 'NOT_SUPPORTED'],
];

const text = (message: { readonly data: Uint8Array }): string => Buffer.from(message.data).toString();

describeWithBroker('an entry that cannot be read', 'plain', broker => {
  const clients = new ConsumerClients(broker);
  const client = clients.client();
  afterAll(() => clients.close());

  const open = (topic: string, more: Partial<ConsumerOptions>): Promise<TopicConsumer> =>
    client.subscribe({ topic, subscription: 's', initialPosition: 'earliest', ...more });

  /** A good message, the bad entry, and a good one. */
  async function send(topic: string, metadata: Metadata): Promise<void> {
    const { port } = parseServiceUrl(broker.serviceUrl).addresses[0];
    const session = await RawSession.open(port);
    onTestFinished(() => session.close());
    await session.openProducer(topic);
    await session.sendChecked(0, Buffer.from('before'));
    await session.sendChecked(1, garbage, metadata);
    await session.sendChecked(2, Buffer.from('after'));
  }

  it.each(cases)('%s: stops its partition, and the others go on', async (_what, metadata, code) => {
    const topic = await createPartitioned(broker, 'bad-entry', 2);
    const stopped: [number, string][] = [];
    const consumer = await open(topic, {
      onPartitionStopped: (partition, error) => stopped.push([partition, (error as PulsarError).code]),
    });
    await send(`${topic}-partition-0`, metadata);
    expect((await drain(consumer, 2, 1000)).map(text)).toEqual(['before']);
    expect(stopped).toEqual([[0, code]]);
    const producer = await client.createProducer({ topic, partition: 1 });
    await producer.send({ data: Buffer.from('elsewhere') });
    expect((await drain(consumer, 1)).map(text)).toEqual(['elsewhere']);
    await Promise.all([producer.close(), consumer.close()]);
  });

  it('leaves nothing to wait for when its partition was the only one', async () => {
    const topic = freshTopic('bad-entry-alone');
    const consumer = await open(topic, {});
    await send(topic, cases[0][1]);
    expect((await consumer.receive(5000))?.id.entryId).toBe(0);
    const error = await consumer.receive(5000).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'PARTITION_STOPPED', cause: { code: 'DECOMPRESSION_FAILED' } });
    // It is not acknowledged: the next consumer finds it where it was.
    await consumer.close();
    expect((await topicStats(broker, topic)).subscriptions.s.msgBacklog).toBeGreaterThan(0);
  });

  it.each(cases)('%s: is a dead letter where that is asked for', async (_what, metadata, code) => {
    const topic = freshTopic('bad-entry-dead');
    const consumer = await open(topic, { onBadEntry: 'dead-letter' });
    await send(topic, metadata);
    const received = await drain(consumer, 2);
    expect(received.map(text)).toEqual(['before', 'after']);
    const dead = await open(`${topic}-s-DLQ`, {});
    const [letter] = await drain(dead, 1);
    expect(text(letter)).toBe(garbage.toString());
    expect(letter.properties).toMatchObject({ DEAD_LETTER_CODE: code, REAL_TOPIC: topic });
    await Promise.all(received.map(({ id }) => consumer.acknowledge(id)));
    await until(
      'nothing is left',
      async () => (await topicStats(broker, topic)).subscriptions.s.msgBacklog === 0,
    );
    await Promise.all([consumer.close(), dead.close()]);
  });
});
