import { describe, expect, it } from 'vitest';
import { broker, confirm, data, leave, open, outcome, refuse, register, send } from './scripted-producer.js';

describe('receipts', () => {
  it('that are late, stray or repeated are passed over', async () => {
    const producer = await open([
      async session => {
        await register(session);
        for (let i = 0; i < 3; i++) await session.expect(send);
        confirm(session, 0);
        confirm(session, 0);
        confirm(session, 1);
        confirm(session, 0);
        confirm(session, 2, -1);
        confirm(session, 1);
        await leave(session);
      },
    ]);
    const sent = await Promise.all([0, 1, 2].map(() => producer.send({ data })));
    expect(sent.map(receipt => receipt.isDuplicate)).toEqual([false, false, true]);
    expect(producer.lastSequenceId).toBe(2);
    await producer.close();
    expect(broker.sessions).toHaveLength(2);
  });

  it('for more than the oldest end the connection, and all is sent again, byte for byte', async () => {
    const first: Uint8Array[] = [];
    const again: Uint8Array[] = [];
    const producer = await open([
      async session => {
        await register(session);
        for (let i = 0; i < 3; i++) first.push(await session.nextFrame());
        confirm(session, 0);
        confirm(session, 2);
      },
      async session => {
        await register(session);
        for (let i = 0; i < 2; i++) again.push(await session.nextFrame());
        confirm(session, 1);
        confirm(session, 2);
        await leave(session);
      },
    ]);
    expect(await Promise.all([0, 1, 2].map(() => outcome(producer.send({ data }))))).toEqual([0, 1, 2]);
    expect(again.map(frame => Buffer.from(frame))).toEqual(first.slice(1).map(frame => Buffer.from(frame)));
    await producer.close();
  });
});

describe('errors of a send', () => {
  it('end one message, the producer, or the connection, each as it must', async () => {
    const producer = await open([
      async session => {
        await register(session);
        await session.expect(send);
        await session.expect(send);
        refuse(session, 0, 22);
        confirm(session, 1);
        await session.expect(send);
        refuse(session, 2, 2);
      },
      async session => {
        await register(session);
        expect((await session.expect(send)).sequenceId).toBe(2);
        refuse(session, 2, 9);
        await leave(session);
        await register(session);
        expect((await session.expect(send)).sequenceId).toBe(2);
        confirm(session, 2);
        await session.expect(send);
        refuse(session, 3, 25);
        await leave(session);
      },
    ]);
    const both = [producer.send({ data }), producer.send({ data })];
    expect(await Promise.all(both.map(outcome))).toEqual(['NOT_ALLOWED', 1]);
    expect(await outcome(producer.send({ data }))).toBe(2);
    expect(await outcome(producer.send({ data }))).toBe('PRODUCER_FENCED');
    expect(await outcome(producer.send({ data }))).toBe('PRODUCER_FENCED');
  });

  it('never confirm what a broker with deduplication refused and then takes for a duplicate', async () => {
    const producer = await open([
      async session => {
        await register(session);
        for (let i = 0; i < 4; i++) await session.expect(send);
        // 1 is refused for its checksum; 2 and 3 are stored, but their receipts are lost with the registration.
        refuse(session, 1, 9);
        await leave(session);
        await register(session);
        for (let i = 0; i < 4; i++) await session.expect(send);
        for (let i = 0; i < 4; i++) confirm(session, i, -1);
        await session.expect(send);
        confirm(session, 4);
        await leave(session);
      },
    ]);
    const sent = [0, 1, 2, 3].map(() => producer.send({ data }));
    // Without a refusal a duplicate is the producer's own earlier attempt.
    expect(await Promise.all(sent.map(outcome))).toEqual([0, 'SEND_REFUSED', 2, 3]);
    await expect(sent[1]).rejects.toMatchObject({ retryable: false, domain: 'output' });
    expect(await outcome(producer.send({ data }))).toBe(4);
    await producer.close();
  });

  it('lose nothing where the broker does store the second attempt', async () => {
    const producer = await open([
      async session => {
        await register(session);
        for (let i = 0; i < 2; i++) await session.expect(send);
        refuse(session, 0, 9);
        await leave(session);
        await register(session);
        for (let i = 0; i < 2; i++) confirm(session, (await session.expect(send)).sequenceId);
        await leave(session);
      },
    ]);
    expect(await Promise.all([0, 1].map(() => outcome(producer.send({ data }))))).toEqual([0, 1]);
    await producer.close();
  });

  it('that come before the receipts of earlier messages wait for their turn', async () => {
    const producer = await open([
      async session => {
        await register(session);
        for (let i = 0; i < 4; i++) await session.expect(send);
        refuse(session, 1, 22);
        refuse(session, 3, 22);
        confirm(session, 0);
        confirm(session, 2);
        await leave(session);
      },
    ]);
    const sent = [0, 1, 2, 3].map(() => outcome(producer.send({ data })));
    expect(await Promise.all(sent)).toEqual([0, 'NOT_ALLOWED', 2, 'NOT_ALLOWED']);
    await producer.close();
  });

  it('of one chunk fail the message, not the chunk', async () => {
    const producer = await open(
      [
        async session => {
          await register(session);
          for (let i = 0; i < 4; i++) await session.expect(send);
          refuse(session, 0, 22);
          // The other chunks may be stored; nobody can read them.
          confirm(session, 0, 5);
          confirm(session, 0, 6);
          confirm(session, 1);
          await leave(session);
        },
      ],
      { chunking: true },
      1500,
    );
    const large = outcome(producer.send({ data: new Uint8Array(3000) }));
    const small = outcome(producer.send({ data }));
    expect(await Promise.all([large, small])).toEqual(['NOT_ALLOWED', 1]);
    await producer.close();
  });

  it('without a receipt: a time-out, for all; close does not wait for ever either', async () => {
    const producer = await open([register], { sendTimeoutMs: 100 });
    const sent = [producer.send({ data }), producer.send({ data })];
    expect(await Promise.all(sent.map(outcome))).toEqual(['SEND_TIMEOUT', 'SEND_TIMEOUT']);
    const words = /persistent:\/\/public\/default\/t: no receipt within 100 ms; the broker was connected;/;
    await expect(sent[0]).rejects.toThrow(words);
    const last = outcome(producer.send({ data }));
    await Promise.all([producer.close(), expect(last).resolves.toMatch(/SEND_TIMEOUT|CLOSED/)]);
  });
});

it('a time-out while there is no connection says so', async () => {
  const away = (): Promise<void> => new Promise(() => {});
  const lost = async (session: Parameters<typeof register>[0]): Promise<void> => {
    await register(session);
    session.socket.destroy();
  };
  const producer = await open([lost, away], { sendTimeoutMs: 100 });
  const words = /t: no receipt within 100 ms; there was no connection to the broker;/;
  await expect(producer.send({ data })).rejects.toThrow(words);
  await producer.close();
});

describe('pending messages', () => {
  it('are bounded: send waits, and goes on in order', async () => {
    const seen: number[] = [];
    const producer = await open(
      [
        async session => {
          await register(session);
          for (let i = 0; i < 9; i++) {
            const { sequenceId } = await session.expect(send);
            seen.push(sequenceId);
            // No more than two can be on the way.
            await new Promise(resolve => setTimeout(resolve, 5));
            expect(session.frames.length).toBeLessThan(2);
            confirm(session, sequenceId);
          }
          await leave(session);
        },
      ],
      { pendingMessagesMax: 2 },
    );
    const sent = Array.from({ length: 9 }, () => outcome(producer.send({ data })));
    await producer.flush();
    expect(await Promise.all(sent)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    await producer.close();
  });
});
