import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FrameRange } from '../../../../native-free-core/wire/frame-range.js';
import type { ReceiveArena } from '../../../../native-free-core/wire/receive-arena.js';
import type { BrokerConnection } from '../../../../src/pulsar/connection/broker-connection.js';
import type { ConsumerHandler, ProducerHandler } from '../../../../src/pulsar/connection/handlers.js';
import {
  type OpenConnectionOptions,
  openConnection,
} from '../../../../src/pulsar/connection/open-connection.js';
import { command } from '../../../../src/pulsar/protocol/command.js';
import {
  activeConsumerChange,
  closeConsumer,
  seek,
} from '../../../../src/pulsar/protocol/consumer-commands.js';
import { partitionedMetadata } from '../../../../src/pulsar/protocol/lookup-commands.js';
import { producer, producerSuccess } from '../../../../src/pulsar/protocol/producer-commands.js';
import {
  authChallenge,
  authResponse,
  connect,
  connected,
  error,
  ping,
  pong,
  success,
} from '../../../../src/pulsar/protocol/session-commands.js';
import { FakeBroker, type FakeSession, quickOptions, smallArena } from '../fake-broker.js';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function brokerThat(script: (session: FakeSession, index: number) => unknown): Promise<FakeBroker> {
  const broker = await FakeBroker.start(script);
  stops.push(() => broker.stop());
  return broker;
}

async function open(
  broker: FakeBroker,
  options: Partial<OpenConnectionOptions> = {},
): Promise<BrokerConnection> {
  const connection = await openConnection({
    address: broker.address,
    arena: smallArena(),
    ...quickOptions,
    ...options,
  });
  stops.push(() => connection.close());
  return connection;
}

function consumer(onEntry: (frame: FrameRange) => void = () => {}): ConsumerHandler {
  return {
    onEntry: vi.fn(onEntry),
    onActiveChange: vi.fn(),
    onEndOfTopic: vi.fn(),
    onClosedByBroker: vi.fn(),
    onAckResponse: vi.fn(),
    onConnectionLost: vi.fn(),
  };
}

/** A MESSAGE for consumer 3 with a payload of `bytes` bytes. */
function messageFrame(bytes: number, fill = 7): Uint8Array {
  const frame = new Uint8Array(14 + bytes).fill(fill);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length - 4);
  view.setUint32(4, 6);
  frame.set([8, 9, (9 << 3) | 2, 2, 8, 3], 8);
  return frame;
}

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

describe('what the broker sends', () => {
  it('reaches its consumer; unknown commands and strangers are ignored', async () => {
    const broker = await brokerThat(async session => {
      await session.welcome();
      await session.expect(ping);
      session.send(command(99, 'FUTURE', {}), {});
      session.send(activeConsumerChange, { consumerId: 77, isActive: true });
      session.send(activeConsumerChange, { consumerId: 3, isActive: true });
      session.socket.write(messageFrame(100));
      session.socket.write(Uint8Array.from([0, 0, 0, 13, 0, 0, 0, 9, 8, 38, 0xb2, 2, 4, 8, 3, 48, 12]));
      session.send(command(38, 'ACK_RESPONSE', closeConsumer.table.rows), { consumerId: 3, requestId: 0 });
      session.send(closeConsumer, { consumerId: 3, requestId: 0, assignedBrokerServiceUrl: 'pulsar://b:1' });
      session.send(ping, {});
      await session.expect(pong);
      session.send(success, { requestId: 12345 });
    });
    const connection = await open(broker);
    const sizes: number[] = [];
    const handler = consumer(frame => sizes.push(frame.end - frame.commandEnd));
    connection.attachConsumer(3, handler);
    connection.ping();
    await vi.waitFor(() => expect(handler.onClosedByBroker).toHaveBeenCalledWith('pulsar://b:1'));
    expect(handler.onActiveChange).toHaveBeenCalledWith(true);
    expect(handler.onAckResponse).toHaveBeenCalledWith(12, undefined);
    expect(sizes).toEqual([100]);
    expect(connection.unknownCommands).toBe(1);
    expect(connection.isOpen).toBe(true);
    expect(broker.failures).toEqual([]);
  });

  it.each([
    ['too large', [0, 16, 0, 0, 0, 0, 0, 4], 'FRAME_TOO_LARGE'],
    ['whose command is larger than itself', [0, 0, 0, 10, 0, 0, 0, 90], 'PROTOCOL_ERROR'],
    ['with a MESSAGE without consumer', [0, 0, 0, 8, 0, 0, 0, 4, 8, 9, 74, 0], 'PROTOCOL_ERROR'],
    ['with a broken ERROR', [0, 0, 0, 9, 0, 0, 0, 5, 8, 14, 114, 1, 8], 'PROTOCOL_ERROR'],
  ])('a frame %s ends the connection with a typed error', async (_what, bytes, code) => {
    const broker = await brokerThat(async session => {
      await session.welcome(1000);
      await session.nextFrame();
      session.socket.write(Uint8Array.from(bytes));
    });
    const connection = await open(broker);
    const handler = consumer();
    connection.attachConsumer(3, handler);
    connection.ping();
    await vi.waitFor(() =>
      expect(handler.onConnectionLost).toHaveBeenCalledWith(expect.objectContaining({ code })),
    );
  });

  it('cut in the middle of a frame or half-closed: the consumer hears of it', async () => {
    const broker = await brokerThat(async session => {
      await session.welcome();
      await session.nextFrame();
      session.socket.end(messageFrame(100).subarray(0, 50));
    });
    const connection = await open(broker);
    const handler = consumer();
    connection.attachConsumer(3, handler);
    connection.ping();
    await vi.waitFor(() =>
      expect(handler.onConnectionLost).toHaveBeenCalledWith(
        expect.objectContaining({ code: 'CONNECTION_LOST' }),
      ),
    );
    expect(handler.onEntry).not.toHaveBeenCalled();
  });

  it('nothing, not even a pong: the connection is given up', async () => {
    const broker = await brokerThat(session => session.welcome());
    const connection = await open(broker, { keepAliveMs: 40 });
    const handler = consumer();
    connection.attachConsumer(3, handler);
    await vi.waitFor(() => expect(handler.onConnectionLost).toHaveBeenCalled());
    expect(handler.onConnectionLost).toHaveBeenCalledWith(
      expect.objectContaining({ message: expect.stringContaining('silent') }),
    );
  });
});

describe('a full arena', () => {
  it('stops reading, keeps the connection alive, and goes on when memory is released', async () => {
    const total = 400;
    const broker = await brokerThat(async session => {
      await session.welcome();
      await session.nextFrame();
      for (let i = 0; i < total; i++) session.socket.write(messageFrame(3000, i & 0xff));
    });
    const arena: ReceiveArena = smallArena(3, 32 * 1024);
    const connection = await open(broker, { arena, keepAliveMs: 40 });
    const held: number[] = [];
    let next = 0;
    const handler = consumer(frame => {
      for (let i = frame.commandEnd; i < frame.end; i += 500) expect(frame.bytes[i]).toBe(next & 0xff);
      next++;
      held.push(arena.retain(frame.segment));
    });
    connection.attachConsumer(3, handler);
    connection.ping();
    await vi.waitFor(() => expect(connection.isReadingPaused).toBe(true));
    const stoppedAt = next;
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(next).toBe(stoppedAt);
    expect(stoppedAt).toBeLessThan(40);
    expect(connection.isOpen).toBe(true);
    while (next < total) {
      for (const segment of held.splice(0, 5)) arena.release(segment);
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(connection.isOpen).toBe(true);
    for (const segment of held) arena.release(segment);
    connection.close();
    expect(arena.freeBytes).toBe(arena.segments * arena.segmentBytes);
  });
});

describe('writing', () => {
  it('says when to wait and when bytes may be reused', async () => {
    let received = 0;
    const broker = await brokerThat(async session => {
      await session.welcome();
      session.socket.removeAllListeners('data');
      session.socket.pause();
      session.socket.on('data', chunk => {
        received += chunk.length;
      });
      session.socket.pause();
    });
    const connection = await open(broker);
    const before = connection.queuedBytes;
    const chunk = new Uint8Array(1 << 20);
    const answers = Array.from({ length: 12 }, () => connection.write(chunk));
    expect(answers.slice(0, 3)).toEqual([true, true, true]);
    expect(answers.at(-1)).toBe(false);
    expect(connection.queuedBytes - before).toBe(12 << 20);
    expect(connection.writtenBytes).toBeLessThan(connection.queuedBytes);
    const writable = connection.whenWritable();
    broker.sessions[0].socket.resume();
    await writable;
    await vi.waitFor(() => expect(connection.writtenBytes).toBe(connection.queuedBytes));
    await vi.waitFor(() => expect(received).toBe(12 << 20));
  });
});
