import * as zlib from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../src/pulsar/api/message.js';
import type { CompressionName, RoutingHash } from '../../src/pulsar/api/producer.js';
import { type OpenContext, openContext } from '../../src/pulsar/open-context.js';
import { createProducer } from '../../src/pulsar/producer/producer.js';
import { connectionTask, findJavaPeer, type JavaPeer } from '../../tools/servers/java-peer.js';
import { isUnavailable } from '../../tools/servers/unavailable.js';
import { describeWithBroker } from './shared-broker.js';
import { type SeenByJava, seenByJava } from './stored-messages.js';
import { createPartitioned, freshTopic } from './topics.js';

const utf8 = new TextEncoder();
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const compressions: readonly CompressionName[] = ['none', 'lz4', 'zlib', 'snappy', 'zstd'];
/** Node compresses ZSTD from 22.15 on. */
const isHad = (compression: CompressionName): boolean => compression !== 'zstd' || 'zstdCompressSync' in zlib;

function messages(count: number): OutgoingMessage[] {
  return Array.from({ length: count }, (_, i) => ({
    data: utf8.encode(`payload ${i} `.repeat(1 + (i % 9) * 40)),
    ...(i % 3 === 0 ? {} : { key: `schlüssel ${i} 🜁` }),
    ...(i % 4 === 0 ? { orderingKey: Uint8Array.of(i, 255, 0) } : {}),
    ...(i % 5 === 0 ? { properties: { colour: 'grün', [`n${i}`]: '', long: 'x'.repeat(200) } } : {}),
    ...(i % 2 === 0 ? { eventTimeMs: 1_700_000_000_000 + i } : {}),
  }));
}

/** What Java should have seen of a message. */
function expected({ data, key, orderingKey, properties, eventTimeMs }: OutgoingMessage) {
  return {
    data: base64(data),
    key: key ?? null,
    keyIsBase64: false,
    orderingKey: orderingKey === undefined ? null : base64(orderingKey),
    properties: properties ?? {},
    eventTimeMs: eventTimeMs ?? 0,
  };
}

function seen({ data, key, keyIsBase64, orderingKey, properties, eventTimeMs }: SeenByJava) {
  return { data, key: key ?? null, keyIsBase64, orderingKey: orderingKey ?? null, properties, eventTimeMs };
}

describeWithBroker('the Java client reads what producers send', 'plain', broker => {
  let client: OpenContext;
  beforeAll(() => {
    client = openContext({ serviceUrl: broker.serviceUrl }, options =>
      createProducer(client.context, options),
    );
  });
  afterAll(() => client.close());

  it('with every field, in batches and singly, in every compression', async () => {
    const topic = freshTopic('interop');
    const sent: OutgoingMessage[] = [];
    const names: string[] = [];
    for (const compression of compressions.filter(isHad)) {
      for (const enabled of [true, false]) {
        const producer = await createProducer(client.context, { topic, compression, batching: { enabled } });
        await Promise.all(messages(60).map(message => producer.send(message)));
        sent.push(...messages(60));
        names.push(...Array<string>(60).fill(producer.name));
        await producer.close();
      }
    }
    const found = await seenByJava(broker, topic, sent.length);
    expect(found.map(seen)).toEqual(sent.map(expected));
    expect(found.map(message => message.sequenceId)).toEqual(sent.map((_, i) => i % 60));
    expect(found.map(message => message.producerName)).toEqual(names);
  });

  it('unless this Node cannot compress so, which is said at once', async () => {
    const made = createProducer(client.context, { topic: freshTopic('zstd'), compression: 'zstd' });
    if (isHad('zstd')) await (await made).close();
    else await expect(made).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  it.each(['none', 'lz4'] as const)('in chunks, compression %s', async compression => {
    const topic = freshTopic('interop-chunks');
    const producer = await createProducer(client.context, { topic, compression, chunking: true });
    // Nothing that LZ4 makes small.
    let word = 12345;
    const large = Uint8Array.from({ length: 12_000_000 }, () => {
      word = (Math.imul(word, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return word >>> 16;
    });
    const sent = [utf8.encode('before'), large, utf8.encode('after')].map((data, i) => ({
      data,
      key: `k${i}`,
    }));
    const receipts = await Promise.all(sent.map(message => producer.send(message)));
    expect(receipts.map(receipt => receipt.sequenceId)).toEqual([0, 1, 2]);
    const found = await seenByJava(broker, topic, 3);
    expect(found.map(({ data, key }) => ({ data, key }))).toEqual(
      sent.map(({ data, key }) => ({ data: base64(data), key })),
    );
    await producer.close();
  });

  it('with their schema', async () => {
    const topic = freshTopic('interop-schema');
    const schema = { name: 'words', type: 'STRING', schema: new Uint8Array(0) } as const;
    const producer = await createProducer(client.context, { topic, schema });
    await producer.send({ data: utf8.encode('with a schema') });
    const [found] = await seenByJava(broker, topic, 1);
    expect(found.schemaVersion).toBe(base64(new Uint8Array(8)));
    const record = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'f', type: 'int' }] });
    const json = { name: 'other', type: 'JSON', schema: utf8.encode(record) } as const;
    await expect(createProducer(client.context, { topic, schema: json })).rejects.toMatchObject({
      code: 'INCOMPATIBLE_SCHEMA',
    });
    await producer.close();
  });

  it.each([
    'java-string',
    'murmur3',
  ] as const)('from the partitions where Java puts the same keys: %s', async hash => {
    const keys = Array.from({ length: 150 }, (_, i) => ['', 'k', 'schlüssel-', '鍵', '🜁🜂'][i % 5] + i * 7919);
    const ours = await createPartitioned(broker, 'routing', 7);
    const producer = await createProducer(client.context, { topic: ours, routingHash: hash });
    const receipts = await Promise.all(keys.map(key => producer.send({ data: utf8.encode(key), key })));
    await producer.close();
    expect(receipts.map(receipt => receipt.id.partition)).toEqual(await routedByJava(keys, hash));
  });

  async function routedByJava(keys: readonly string[], hash: RoutingHash): Promise<number[]> {
    const peer = (await findJavaPeer()) as JavaPeer;
    if (isUnavailable(peer)) throw new Error('expected the Java peer');
    const lines = await peer.run<{ partition: number }>('produce', {
      ...connectionTask(broker),
      topic: await createPartitioned(broker, 'routing-java', 7),
      hash,
      messages: keys.map(key => ({ key, data: '' })),
    });
    return lines.map(line => line.partition);
  }
});
