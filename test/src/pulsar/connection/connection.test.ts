import { describe, expect, it, vi } from 'vitest';
import type { ProducerHandler } from '../../../../src/pulsar/connection/handlers.js';
import { command } from '../../../../src/pulsar/protocol/command.js';
import { seek } from '../../../../src/pulsar/protocol/consumer-commands.js';
import { partitionedMetadata } from '../../../../src/pulsar/protocol/lookup-commands.js';
import { producer, producerSuccess } from '../../../../src/pulsar/protocol/producer-commands.js';
import {
  authChallenge,
  authResponse,
  connect,
  connected,
  error,
} from '../../../../src/pulsar/protocol/session-commands.js';
import { type FakeSession, smallArena } from '../fake-broker.js';

import { brokerThat, open } from './open-fake.js';

describe('handshake', () => {
  it('tells who it is and learns the bounds', async () => {
    const broker = await brokerThat(async session => {
      const hello = await session.expect(connect);
      expect(hello).toMatchObject({ protocolVersion: 21, authMethodName: 'token' });
      expect(new TextDecoder().decode(hello.authData)).toBe('secret');
      session.send(connected, { serverVersion: 'x', protocolVersion: 19, maxMessageSize: 1000 });
    });
    const connection = await open(broker, { authentication: { token: ' secret\n' } });
    expect(connection).toMatchObject({
      protocolVersion: 19,
      maxMessageBytes: 1000,
      serverVersion: 'x',
      isOpen: true,
    });
    expect(broker.failures).toEqual([]);
  });

  it.each([
    [
      'a refused token',
      'AUTHENTICATION_FAILED',
      /Failed to authenticate/,
      async (session: FakeSession) => {
        await session.expect(connect);
        session.send(error, { requestId: -1, error: 3, message: 'Failed to authenticate' });
        session.socket.end();
      },
    ],
    ['silence', 'CONNECT_TIMEOUT', /within 300 ms/, () => {}],
    [
      'a hang-up',
      'CONNECT_FAILED',
      /closed by the broker during the handshake/,
      (session: FakeSession) => session.socket.end(),
    ],
    [
      'a TLS alert',
      'TLS_EXPECTED',
      /speaks TLS/,
      (session: FakeSession) => session.socket.write(Uint8Array.from([0x15, 3, 3, 0, 2, 2, 70])),
    ],
    [
      'HTTP',
      'PROTOCOL_ERROR',
      /does not speak/,
      (session: FakeSession) => session.socket.write('HTTP/1.1 400 Bad'),
    ],
    [
      'an old broker',
      'UNSUPPORTED_VERSION',
      /version 12/,
      (session: FakeSession) => session.send(connected, { serverVersion: 'old', protocolVersion: 12 }),
    ],
    [
      'CONNECTED without a version',
      'PROTOCOL_ERROR',
      /CONNECTED\.serverVersion is missing/,
      (session: FakeSession) => session.send(command(3, 'CONNECTED', {}), {}),
    ],
  ] as const)('reports %s as what it is', async (_what, code, words, script) => {
    const broker = await brokerThat(script);
    const arena = smallArena();
    const opening = open(broker, { connectTimeoutMs: 300, arena });
    await expect(opening).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
    expect(arena.freeBytes).toBe(arena.segments * arena.segmentBytes);
  });

  it('answers a challenge with a token that is read anew, in the handshake and later', async () => {
    let reads = 0;
    const answers: string[] = [];
    const broker = await brokerThat(async session => {
      await session.expect(connect);
      for (let i = 0; i < 2; i++) {
        session.send(authChallenge, { challenge: { authMethodName: 'token' } });
        const { response } = await session.expect(authResponse);
        answers.push(new TextDecoder().decode(response?.authData));
        if (i === 0) session.send(connected, { serverVersion: 'fake', protocolVersion: 21 });
      }
    });
    await open(broker, { authentication: { supply: () => `token ${++reads}` } });
    await vi.waitFor(() => expect(answers).toEqual(['token 2', 'token 3']));
  });
});

describe('requests', () => {
  it("match answers to questions, and reject with the broker's error", async () => {
    const broker = await brokerThat(async session => {
      await session.welcome();
      const first = await session.expect(seek);
      const second = await session.expect(partitionedMetadata);
      const third = await session.expect(partitionedMetadata);
      session.send(partitionedMetadata.reply, {
        requestId: second.requestId,
        partitions: 4,
        response: 'success',
      });
      session.send(error, { requestId: first.requestId, error: 4, message: 'not yours' });
      session.send(partitionedMetadata.reply, {
        requestId: third.requestId,
        response: 'failed',
        error: 11,
        message: 'gone',
      });
    });
    const connection = await open(broker);
    const first = connection.request(seek, { consumerId: 1 });
    const second = connection.request(partitionedMetadata, { topic: 'a' });
    const third = connection.request(partitionedMetadata, { topic: 'b' });
    await expect(first).rejects.toMatchObject({
      code: 'AUTHORIZATION_FAILED',
      serverError: 4,
      message: 'SEEK: not yours',
    });
    expect(await second).toMatchObject({ partitions: 4 });
    await expect(third).rejects.toMatchObject({
      code: 'TOPIC_NOT_FOUND',
      message: 'PARTITIONED_METADATA b: gone',
    });
  });

  it('time out, and fail when the connection is lost', async () => {
    const broker = await brokerThat(async session => {
      await session.welcome();
      await session.nextFrame();
      await session.nextFrame();
      session.socket.destroy();
    });
    const connection = await open(broker);
    await expect(connection.request(partitionedMetadata, { topic: 'a' }, 50)).rejects.toMatchObject({
      code: 'OPERATION_TIMEOUT',
      retryable: true,
    });
    await expect(connection.request(partitionedMetadata, { topic: 'a' })).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      retryable: true,
    });
    expect(connection.isOpen).toBe(false);
    await expect(connection.request(partitionedMetadata, { topic: 'a' })).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
  });

  it('report a producer that becomes ready later', async () => {
    const broker = await brokerThat(async session => {
      await session.welcome();
      const { requestId } = await session.expect(producer);
      session.send(producerSuccess, { requestId, producerName: 'p', producerReady: false });
      session.send(producerSuccess, { requestId, producerName: 'p', producerReady: true, topicEpoch: 5 });
    });
    const connection = await open(broker);
    const handler: ProducerHandler = {
      onReceipt: vi.fn(),
      onSendError: vi.fn(),
      onProducerSuccess: vi.fn(),
      onClosedByBroker: vi.fn(),
      onConnectionLost: vi.fn(),
    };
    connection.attachProducer(8, handler);
    const reply = await connection.request(producer, {
      topic: 't',
      producerId: 8,
      accessMode: 'WaitForExclusive',
    });
    expect(reply.producerReady).toBe(false);
    await vi.waitFor(() => expect(handler.onProducerSuccess).toHaveBeenCalledTimes(1));
    expect(handler.onProducerSuccess).toHaveBeenCalledWith(expect.objectContaining({ topicEpoch: 5 }));
  });
});
