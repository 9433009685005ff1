import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Producer } from '../../src/pulsar/api/producer.js';
import { createWireClient } from '../../src/pulsar/wire-client.js';
import { range, until } from './consumer-clients.js';
import { Fleet } from './fleet.js';
import { describeWithBroker } from './shared-broker.js';
import { createPartitioned } from './topics.js';

const partitions = 8;
const keys = 200;
const messages = 4000;
const messagesPerSecond = 500;

/** Paced, so that joins and deaths fall into the stream. */
async function send(producer: Producer): Promise<void> {
  const start = performance.now();
  for (let i = 0; i < messages; i++) {
    const ahead = (i / messagesPerSecond) * 1000 - (performance.now() - start);
    if (ahead > 5) await sleep(ahead);
    void producer.send({ data: Buffer.from(String(i)), key: `key-${i % keys}` });
  }
  await producer.flush();
}

describeWithBroker('consumers on eight partitions that join, leave and die', 'plain', broker => {
  it.each(['Failover', 'Key_Shared'] as const)('see every message, none after its receipt, in order: %s', {
    timeout: 120_000,
  }, async type => {
    const topic = await createPartitioned(broker, 'fleet', partitions);
    const client = createWireClient({ serviceUrl: broker.serviceUrl });
    const fleet = new Fleet(broker.serviceUrl, topic, type);
    try {
      await fleet.join('a');
      // Key_Shared deals whole batches: by one key only if they hold one message.
      const batching = type === 'Failover' ? { delayMs: 5 } : { enabled: false };
      const sent = send(await client.createProducer({ topic, batching }));
      await sleep(1000);
      await fleet.join('b');
      await sleep(1500);
      await fleet.kill('a');
      await sleep(1000);
      await fleet.join('c');
      await sleep(1500);
      await fleet.leave('b');
      await fleet.join('d');
      await sent;
      await until('every message was seen', () => new Set(fleet.seen().map(m => m.number)).size === messages);
      expect(fleet.seenAgain()).toEqual([]);
      expect(fleet.outOfOrder()).toEqual([]);
      expect([...new Set(fleet.seen().map(m => m.number))].sort((x, y) => x - y)).toEqual(range(0, messages));
      expect(new Set(fleet.seen().map(({ name }) => name))).toEqual(new Set(['a', 'b', 'c', 'd']));
    } finally {
      await fleet.close();
      await client.close();
    }
  });
});
