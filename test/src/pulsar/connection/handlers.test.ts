import { describe, expect, it, vi } from 'vitest';
import type { ReceiveArena } from '../../../../native-free-core/wire/receive-arena.js';
import { command } from '../../../../src/pulsar/protocol/command.js';
import { activeConsumerChange, closeConsumer } from '../../../../src/pulsar/protocol/consumer-commands.js';
import { ping, pong, success } from '../../../../src/pulsar/protocol/session-commands.js';
import { smallArena } from '../fake-broker.js';

import { brokerThat, consumer, messageFrame, open } from './open-fake.js';

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
