import { describe, expect, it } from 'vitest';
import type { WireClient } from '../../../../src/pulsar/wire-client.js';
import { closedClean, scripted } from './scripted-client.js';
import { body } from './scripted-commands.js';

/** As plain JavaScript calls it. */
// biome-ignore lint/suspicious/noExplicitAny: what the types do not allow is what is tried
type Untyped = any;

const refused = (words: string, hint?: string) => ({
  code: 'INVALID_ARGUMENT',
  message: expect.stringContaining(words),
  ...(hint === undefined ? {} : { hint }),
});

describe('a call that is wrong is refused at once, by a promise', () => {
  it('of the client', async () => {
    const all = await scripted([[]]);
    const client: Untyped = all.client as WireClient;
    for (const call of ['subscribe', 'createProducer', 'createReader']) {
      for (const options of [undefined, null, 'x', 5]) {
        await expect(client[call](options)).rejects.toMatchObject(refused(call));
      }
      const rest =
        call === 'subscribe' ? { subscription: 's' } : call === 'createReader' ? { start: 'latest' } : {};
      const words = { code: 'INVALID_TOPIC_NAME', message: expect.stringContaining('topic is missing') };
      await expect(client[call](rest)).rejects.toMatchObject(words);
    }
    await expect(client.partitionsOf()).rejects.toMatchObject({ code: 'INVALID_TOPIC_NAME' });
    await closedClean(all);
  });

  it('of a consumer', async () => {
    const all = await scripted([[{ body: body(Buffer.from('a')) }]]);
    const consumer: Untyped = all.consumer;
    for (const ms of ['x', Number.NaN, -1, null]) {
      await expect(consumer.receive(ms)).rejects.toMatchObject(refused('timeoutMs'));
    }
    await expect(consumer.receiveBatch({ messagesMax: 0 })).rejects.toMatchObject(
      refused('messagesMax is 0'),
    );
    await expect(consumer.receiveBatch(null)).rejects.toMatchObject(refused('receiveBatch'));
    for (const to of ['begin', 5, undefined, null, {}]) {
      await expect(consumer.seek(to)).rejects.toMatchObject(refused('the position of seek'));
    }
    const message = await consumer.receive(1000);
    for (const call of ['acknowledge', 'acknowledgeCumulative']) {
      for (const id of [undefined, null, 'x', message]) {
        await expect(consumer[call](id)).rejects.toMatchObject(refused('the message id', 'pass message.id'));
      }
    }
    expect(() => consumer.negativeAcknowledge(message)).toThrow(
      expect.objectContaining(refused('the message id', 'pass message.id')),
    );
    await consumer.acknowledge(message.id);
    await closedClean(all);
  });

  it('of a closed consumer: CLOSED, and not worth another try', async () => {
    const all = await scripted([[{ body: body(Buffer.from('a')) }]]);
    const { consumer } = all;
    const message = await consumer.receive(1000);
    if (message === undefined) throw new Error('no message');
    await consumer.close();
    const closed = { code: 'CLOSED', retryable: false };
    await expect(consumer.acknowledge(message.id)).rejects.toMatchObject(closed);
    await expect(consumer.acknowledgeCumulative(message.id)).rejects.toMatchObject(closed);
    await expect(consumer.seek('earliest')).rejects.toMatchObject(closed);
    await expect(consumer.receive(10)).rejects.toMatchObject(closed);
    await closedClean(all);
  });

  it('of a reader', async () => {
    const all = await scripted([[]]);
    const reader: Untyped = await all.client.createReader({ topic: 'x', start: 'earliest' });
    await expect(reader.read('x')).rejects.toMatchObject(refused('timeoutMs is "x"'));
    await expect(reader.seek('begin')).rejects.toMatchObject(refused('seek is "begin"'));
    await closedClean(all);
  });

  it('of a producer', async () => {
    const all = await scripted([[]]);
    const producer: Untyped = await all.client.createProducer({ topic: 'x' });
    for (const message of [undefined, null, 5, 'text']) {
      await expect(producer.send(message)).rejects.toMatchObject(refused('the message is'));
    }
    await expect(producer.send({})).rejects.toMatchObject(refused('data of the message is missing'));
    const words = 'data of the message is a text of 4 characters; it must be a Uint8Array';
    await expect(producer.send({ data: 'text' })).rejects.toMatchObject(
      refused(words, '{ data: Buffer.from(text) }'),
    );
    for (const wrong of [
      { key: 5 },
      { orderingKey: 'x' },
      { properties: null },
      { eventTimeMs: 1.5 },
      { sequenceId: -1 },
    ]) {
      const name = Object.keys(wrong)[0];
      await expect(producer.send({ data: Buffer.from('x'), ...wrong })).rejects.toMatchObject(refused(name));
    }
    await producer.close();
    await closedClean(all);
  });
});
