import { expect, it } from 'vitest';
import type { SendReceipt } from '../../src/pulsar/api/producer.js';
import type { PulsarError } from '../../src/pulsar/errors/pulsar-error.js';
import { type OpenContext, openContext } from '../../src/pulsar/open-context.js';
import { createProducer } from '../../src/pulsar/producer/producer.js';
import { PulsarBroker } from '../../tools/servers/pulsar-broker.js';
import { isUnavailable } from '../../tools/servers/unavailable.js';
import { proxyBroker } from './proxied-broker.js';
import { describeWithBroker } from './shared-broker.js';
import { storedMessages } from './stored-messages.js';
import { freshTopic, unloadTopic } from './topics.js';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const quick = { backoffFirstMs: 20, backoffMaxMs: 500 };

function open(options: Parameters<typeof openContext>[0]): OpenContext {
  const client: OpenContext = openContext({ ...quick, ...options }, producer =>
    createProducer(client.context, producer),
  );
  return client;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `message ${i}`);

describeWithBroker('a producer whose connection fails', 'plain', broker => {
  /** Sends `count` messages while something happens. @returns the receipts */
  async function sendThrough(
    topic: string,
    count: number,
    disturb: (proxy: Awaited<ReturnType<typeof proxyBroker>>['proxy'], sent: number) => void,
  ): Promise<SendReceipt[]> {
    const { proxy, serviceUrl, listenerName } = await proxyBroker(broker);
    const client = open({ serviceUrl, listenerName, keepAliveMs: 500 });
    try {
      const producer = await createProducer(client.context, {
        topic,
        name: `writer-${topic.slice(-12)}`,
        batching: { messagesMax: 20 },
      });
      const receipts: Promise<SendReceipt>[] = [];
      for (let i = 0; i < count; i++) {
        receipts.push(producer.send({ data: text(`message ${i}`), key: `k${i % 7}` }));
        if (i % 50 === 49) await new Promise(resolve => setTimeout(resolve, 2));
        disturb(proxy, i);
      }
      const all = await Promise.all(receipts);
      await producer.close();
      return all;
    } finally {
      await client.close();
      await proxy.close();
    }
  }

  it('loses and doubles nothing when it is cut in mid-frame, both ways, and unloaded', async () => {
    const topic = freshTopic('cut');
    const receipts = await sendThrough(topic, 3000, (proxy, i) => {
      if (i === 400) proxy.cutAfter('toBroker', 777);
      if (i === 1200) proxy.cutAfter('toClient', 33);
      if (i === 1900) proxy.cut();
      if (i === 2400) void unloadTopic(broker, topic);
    });
    expect(receipts.map(receipt => receipt.sequenceId)).toEqual(receipts.map((_, i) => i));
    expect(await storedMessages(broker, topic, 3000)).toEqual(numbered(3000));
  });

  it('loses and doubles nothing when receipts are swallowed', async () => {
    const topic = freshTopic('swallowed');
    const receipts = await sendThrough(topic, 1000, (proxy, i) => {
      if (i !== 300) return;
      proxy.drop('toClient', true);
      setTimeout(() => {
        proxy.drop('toClient', false);
        proxy.cut();
      }, 100);
    });
    expect(receipts.some(receipt => receipt.isDuplicate)).toBe(true);
    expect(await storedMessages(broker, topic, 1000)).toEqual(numbered(1000));
  });

  it('never confirms a message whose bytes went bad on the way, when later ones are stored', async () => {
    const { proxy, serviceUrl, listenerName } = await proxyBroker(broker);
    const client = open({ serviceUrl, listenerName });
    const topic = freshTopic('spoiled');
    try {
      const producer = await createProducer(client.context, { topic, batching: { enabled: false } });
      proxy.spoil('toBroker', text('message 1'));
      const sent = numbered(4).map(words =>
        producer.send({ data: text(words) }).catch((error: PulsarError) => error),
      );
      const [first, spoiled, ...later] = await Promise.all(sent);
      // The broker deduplicates: it has message 2 by the time that message 1 comes again.
      expect(spoiled).toMatchObject({ code: 'SEND_REFUSED' });
      expect([first, ...later]).toMatchObject([{ sequenceId: 0 }, { sequenceId: 2 }, { sequenceId: 3 }]);
      await producer.send({ data: text('message 1') });
      await producer.close();
    } finally {
      await client.close();
      await proxy.close();
    }
    expect(await storedMessages(broker, topic, 4)).toEqual([0, 2, 3, 1].map(i => `message ${i}`));
  });

  it('tells a time-out from everything else, and is of use afterwards', async () => {
    const { proxy, serviceUrl, listenerName } = await proxyBroker(broker);
    const client = open({ serviceUrl, listenerName });
    try {
      const producer = await createProducer(client.context, {
        topic: freshTopic('late'),
        sendTimeoutMs: 300,
      });
      await producer.send({ data: text('a') });
      proxy.drop('toBroker', true);
      const errors = await Promise.all(
        ['b', 'c'].map(data => producer.send({ data: text(data) }).catch((error: PulsarError) => error.code)),
      );
      expect(errors).toEqual(['SEND_TIMEOUT', 'SEND_TIMEOUT']);
      proxy.drop('toBroker', false);
      proxy.cut();
      expect((await producer.send({ data: text('d') })).sequenceId).toBe(3);
      await producer.close();
    } finally {
      await client.close();
      await proxy.close();
    }
  });
});

it('a producer outlives a broker that is killed in mid-stream', { timeout: 180_000 }, async context => {
  const broker = await PulsarBroker.open({ heapMb: 256 });
  if (isUnavailable(broker)) return context.skip(`skipped: ${broker.skipped}`);
  const client = open({ serviceUrl: broker.address.serviceUrl });
  try {
    const topic = freshTopic('killed');
    const producer = await createProducer(client.context, {
      topic,
      name: 'survivor',
      sendTimeoutMs: 120_000,
      batching: { messagesMax: 25 },
    });
    const receipts: Promise<SendReceipt>[] = [];
    let restarted: Promise<void> | undefined;
    for (let i = 0; i < 4000; i++) {
      receipts.push(producer.send({ data: text(`message ${i}`) }));
      if (i % 20 === 19) await new Promise(resolve => setTimeout(resolve, 1));
      if (i === 1500) restarted = broker.kill().then(() => broker.start());
    }
    await restarted;
    const all = await Promise.all(receipts);
    expect(all.map(receipt => receipt.sequenceId)).toEqual(all.map((_, i) => i));
    expect(producer.lastSequenceId).toBe(3999);
    await producer.close();
    expect(await storedMessages(broker.address, topic, 4000)).toEqual(numbered(4000));
  } finally {
    await client.close();
    await broker.close();
  }
});
