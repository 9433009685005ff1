import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { subscribeNative } from '../../../../src/pulsar/native/native-consumer.js';
import type { NativeClientHandle, NativePackage } from '../../../../src/pulsar/native/native-package.js';

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
});

/** The official package's consumer, as far as its promises go: one `batchReceive` that ends when it is closed. */
function waitingConsumer() {
  let fail: (error: Error) => void = () => {};
  const handle = {
    received: 0,
    batchReceive: () => {
      handle.received++;
      return new Promise((_, reject) => {
        fail = reject;
      });
    },
    close: async () => fail(new Error('Failed to batch receive message: AlreadyClosed')),
  };
  const client = { subscribe: async () => handle } as unknown as NativeClientHandle;
  return { handle, client };
}

it('a receive whose waiter has left fails in silence when the consumer is closed', async () => {
  const { handle, client } = waitingConsumer();
  const consumer = await subscribeNative({} as NativePackage, client, { topic: 't', subscription: 's' });
  expect(await consumer.receiveBatch({ timeoutMs: 1 })).toEqual([]);
  expect(await consumer.receive(1)).toBeUndefined();
  // One is under way for both of them.
  expect(handle.received).toBe(1);
  await consumer.close();
  await turn();
  await turn();
  expect(unhandled).toEqual([]);
  await expect(consumer.receive(1)).rejects.toMatchObject({ code: 'CLOSED' });
});

it('a receive that waits is told that the consumer was closed', async () => {
  const { client } = waitingConsumer();
  const consumer = await subscribeNative({} as NativePackage, client, { topic: 't', subscription: 's' });
  const forEver = consumer.receive();
  const forLong = consumer.receive(60_000);
  const told = [expect(forEver).rejects.toMatchObject({ code: 'CLOSED' })];
  told.push(expect(forLong).rejects.toMatchObject({ code: 'CLOSED' }));
  await turn();
  await consumer.close();
  await Promise.all(told);
});
