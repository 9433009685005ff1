import { afterAll, expect, it } from 'vitest';
import { BatchWalker } from '../../native-free-core/wire/batch-walker.js';
import { endOfBatch, ok } from '../../native-free-core/wire/wire-status.js';
import { ReceivedEntry } from '../../src/pulsar/consumer/received-entry.js';
import { subscribe } from '../../src/pulsar/consumer/subscribe.js';
import { ConsumerClients, fill } from './consumer-clients.js';
import { describeWithBroker } from './shared-broker.js';
import { freshTopic } from './topics.js';

const messages = 30_000;
const messageBytes = 10_000;

describeWithBroker('a consumer that pauses', 'plain', broker => {
  const clients = new ConsumerClients(broker);
  afterAll(() => clients.close());

  it('slows the broker down within the arena, and then drains 300 MB completely', async () => {
    const client = clients.client({ operationTimeoutMs: 20_000, receiveArenaBytes: 24 << 20 });
    const topic = freshTopic('backlog');
    await fill(client, topic, { count: messages, batch: 100, bytes: messageBytes });
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const { context } = client;
    const consumer = await subscribe(context, {
      topic,
      subscription: 's',
      initialPosition: 'earliest',
      receiverQueueMessages: 50_000,
    });
    const free = () => context.arena.freeBytes / (context.arena.segments * context.arena.segmentBytes);
    await new Promise(resolve => setTimeout(resolve, 2000));
    // Permits, not a full arena, hold it back: the connection still answers.
    expect(free()).toBeGreaterThan(0.05);
    expect(free()).toBeLessThan(0.7);
    expect(await consumer.lastMessageIds()).toHaveLength(1);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 << 20);
    const entries = consumer.entries();
    const entry = new ReceivedEntry();
    const walker = new BatchWalker();
    let seen = 0;
    const held: number[] = [];
    while (seen < messages) {
      if (!entries.next(entry)) {
        await entries.whenReadable();
        continue;
      }
      walker.begin(entry.entry, entry.bytes, entry.start, entry.end);
      let status = walker.next();
      for (; status === ok; status = walker.next()) {
        const number = Number(
          Buffer.from(entry.bytes.slice(walker.payloadStart, walker.payloadStart + 6)).toString(),
        );
        if (number !== seen) throw new Error(`message ${number}, expected ${seen}`);
        seen++;
      }
      expect(status).toBe(endOfBatch);
      // A window of four, released out of order.
      held.push(entry.token);
      if (held.length === 4) for (const token of held.splice(0).reverse()) entries.releaseToken(-1, token);
    }
    for (const token of held) entries.releaseToken(-1, token);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
    await consumer.close();
    expect(free()).toBeGreaterThan(0.9);
  });
});
