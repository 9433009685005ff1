import { describe, expect, it } from 'vitest';
import type { ProducerOptions } from '../../../../src/pulsar/api/producer.js';
import {
  closeProducer,
  producer as producerCommand,
  producerSuccess,
} from '../../../../src/pulsar/protocol/producer-commands.js';
import { error as errorResponse } from '../../../../src/pulsar/protocol/session-commands.js';
import type { FakeSession } from '../fake-broker.js';
import { confirm, data, leave, open, outcome, register, send } from './scripted-producer.js';

describe('close', () => {
  const closingMs = async (options: Partial<ProducerOptions>, sends: number): Promise<number> => {
    const producer = await open([register], options);
    const sent = Array.from({ length: sends }, () => outcome(producer.send({ data })));
    const before = performance.now();
    await producer.close();
    const ms = performance.now() - before;
    for (const code of await Promise.all(sent)) expect(code).toMatch(/SEND_TIMEOUT|CLOSED/);
    return ms;
  };

  it.each([
    ['nothing is pending', { sendTimeoutMs: 300 }, 0],
    ['messages are pending', { sendTimeoutMs: 800 }, 2],
    ['messages are pending without a time-out', { sendTimeoutMs: 0 }, 2],
    [
      'a batch is open and more waits for room',
      { sendTimeoutMs: 800, batching: {}, pendingMessagesMax: 1 },
      3,
    ],
  ] as const)('takes one time-out of a mute broker when %s', async (_, options, sends) => {
    // The operation time-out is 1000 ms; one after the other they would take 1800.
    expect(await closingMs(options, sends)).toBeLessThan(1500);
  });
});

describe('a quota of the backlog, on a reconnect,', () => {
  const refuseProducer = async (session: FakeSession, error: 'hold' | 'exception'): Promise<void> => {
    const { requestId } = await session.expect(producerCommand);
    session.send(errorResponse, {
      requestId,
      error: error === 'hold' ? 7 : 8,
      message: 'the backlog is full',
    });
  };

  it('that says hold keeps what is pending until there is room', async () => {
    const producer = await open([
      async session => {
        await register(session);
        await session.expect(send);
        session.send(closeProducer, { producerId: 0, requestId: -1 });
        await refuseProducer(session, 'hold');
        await refuseProducer(session, 'hold');
        await register(session);
        confirm(session, (await session.expect(send)).sequenceId);
        await leave(session);
      },
    ]);
    expect(await outcome(producer.send({ data }))).toBe(0);
    await producer.close();
  });

  it('that says exception fails what is pending, as in Java, and the producer goes on', async () => {
    const refusals: (() => void)[] = [];
    const producer = await open([
      async session => {
        await register(session);
        await session.expect(send);
        session.send(closeProducer, { producerId: 0, requestId: -1 });
        await refuseProducer(session, 'exception');
        await new Promise<void>(resolve => refusals.push(resolve));
        await refuseProducer(session, 'exception');
        await register(session);
        const { sequenceId } = await session.expect(send);
        confirm(session, sequenceId);
        await leave(session);
      },
    ]);
    const blocked = producer.send({ data });
    await expect(blocked).rejects.toMatchObject({
      code: 'PRODUCER_BLOCKED_BY_QUOTA',
      retryable: true,
      serverError: 8,
    });
    const again = producer.send({ data });
    refusals[0]();
    expect(await outcome(again)).toBe('PRODUCER_BLOCKED_BY_QUOTA');
    expect(await outcome(producer.send({ data }))).toBe(2);
    await producer.close();
  });
});

describe('waiting for exclusive access', () => {
  it('ends also when the turn comes in the same packet as the word to wait', async () => {
    const producer = await open(
      [
        async session => {
          const { requestId } = await session.expect(producerCommand);
          const reply = { requestId, producerName: 'fake-1', lastSequenceId: -1 };
          session.socket.cork();
          session.send(producerSuccess, { ...reply, producerReady: false });
          session.send(producerSuccess, { ...reply, lastSequenceId: 6 });
          session.socket.uncork();
          confirm(session, (await session.expect(send)).sequenceId);
          await leave(session);
        },
      ],
      { access: 'WaitForExclusive' },
    );
    expect(await outcome(producer.send({ data }))).toBe(7);
    await producer.close();
  });
});
