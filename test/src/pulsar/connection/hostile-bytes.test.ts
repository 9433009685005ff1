import { describe, expect, it, vi } from 'vitest';
import { PulsarError } from '../../../../src/pulsar/errors/pulsar-error.js';
import { encodeFrame } from '../../../../src/pulsar/protocol/command.js';
import { activeConsumerChange } from '../../../../src/pulsar/protocol/consumer-commands.js';
import { lookup } from '../../../../src/pulsar/protocol/lookup-commands.js';
import { producerSuccess, sendError } from '../../../../src/pulsar/protocol/producer-commands.js';
import { error, success } from '../../../../src/pulsar/protocol/session-commands.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../../seeded-random.js';
import { smallArena } from '../fake-broker.js';
import { brokerThat, consumer, messageFrame, open } from './open-fake.js';

const templates = [
  encodeFrame(success, { requestId: 1 }),
  encodeFrame(error, { requestId: 0, error: 3, message: 'words of the broker' }),
  encodeFrame(activeConsumerChange, { consumerId: 3, isActive: true }),
  encodeFrame(sendError, { producerId: 1, sequenceId: 5, error: 9, message: 'crc' }),
  encodeFrame(producerSuccess, { requestId: 0, producerName: 'p', topicEpoch: 7 }),
  encodeFrame(lookup.reply, {
    requestId: 0,
    response: 'redirect',
    brokerServiceUrl: 'pulsar://a:1',
    authoritative: true,
  }),
  messageFrame(300),
];

/** Frames that are cut, lengthened, mutated, or nothing but noise. */
function hostileBytes(random: SeededRandom): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < 1 + random.int(4); i++) {
    const part = Uint8Array.from(templates[random.int(templates.length)]);
    const from = random.int(3) === 0 ? 0 : 8;
    for (let n = random.int(4); n > 0; n--) part[from + random.int(part.length - from)] = random.int(256);
    parts.push(random.int(5) === 0 ? part.subarray(0, random.int(part.length)) : part);
  }
  if (random.int(6) === 0) parts.push(Uint8Array.from({ length: random.int(200) }, () => random.int(256)));
  return new Uint8Array(Buffer.concat(parts));
}

describe('hostile bytes', () => {
  it('end in a typed error or are ignored; nothing hangs and no memory stays held', async () => {
    const seed = seedOfRun();
    const codes = new Map<string, number>();
    for (let round = 0; round < 150; round++) {
      const random = seededRandom(seed + round);
      const bytes = hostileBytes(random);
      const broker = await brokerThat(async session => {
        await session.welcome(100_000);
        await session.nextFrame();
        const cut = random.int(bytes.length + 1);
        session.socket.write(bytes.subarray(0, cut));
        setImmediate(() => session.socket.end(bytes.subarray(cut)));
      });
      const arena = smallArena();
      const connection = await open(broker, { arena });
      const handler = consumer();
      connection.attachConsumer(3, handler);
      const asked = connection.request(lookup, { topic: 'x' });
      const answer = await asked.catch((error: unknown) => error);
      if (answer instanceof Error) expect(answer, `seed ${seed} round ${round}`).toBeInstanceOf(PulsarError);
      await vi.waitFor(() => expect(connection.isOpen, `seed ${seed} round ${round}`).toBe(false));
      expect(arena.freeBytes).toBe(arena.segments * arena.segmentBytes);
      const [lost] = vi.mocked(handler.onConnectionLost).mock.calls[0] ?? [];
      if (lost !== undefined) codes.set(lost.code, (codes.get(lost.code) ?? 0) + 1);
      await broker.stop();
    }
    // The generator reaches what it is for.
    for (const code of ['CONNECTION_LOST', 'PROTOCOL_ERROR', 'FRAME_TOO_LARGE']) {
      expect(codes.get(code) ?? 0, `${code}; seed ${seed}`).toBeGreaterThan(3);
    }
  });
});
