import { describe, expect, it } from 'vitest';
import { BatchWalker } from '../../../native-free-core/wire/batch-walker.js';
import { crc32c } from '../../../native-free-core/wire/crc32c.js';
import { EntryReader } from '../../../native-free-core/wire/entry-reader.js';
import { PropertyCursor } from '../../../native-free-core/wire/property-cursor.js';
import { AckResponseReader, SendReceiptReader } from '../../../native-free-core/wire/receipt-reader.js';
import { badChecksum, ok, wireStatusNames } from '../../../native-free-core/wire/wire-status.js';
import { golden, goldenFrames } from '../../golden/pulsar-frames.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../seeded-random.js';
import { bordersOf } from './wire-content.js';

const seed = seedOfRun();
const rounds = process.env.MILLRACE_LONG ? 80_000 : 4000;
const messages = goldenFrames.filter(frame => frame.kind === 'MESSAGE' && frame.bytes.length < 3000);
const receipts = goldenFrames.filter(frame => frame.kind === 'SEND_RECEIPT');

const reader = new EntryReader();
const walker = new BatchWalker();
const properties = new PropertyCursor();

/** Everything that the codecs say of a frame, as one text: statuses and numbers. */
function everythingOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  commandEnd: number,
  verify: boolean,
): string {
  const said: unknown[] = [];
  const status = reader.read(bytes, start + 8, commandEnd, end, verify);
  said.push(status);
  if (status === ok) {
    const { bytes: _, ackSet, ...fields } = reader.entry;
    said.push(fields, [...ackSet.subarray(0, reader.entry.ackSetWords * 2)]);
    walker.begin(reader.entry, bytes, reader.entry.payloadStart, reader.entry.payloadEnd);
    let next = walker.next();
    for (; next === ok; next = walker.next()) {
      said.push(walker.index, walker.payloadStart, walker.payloadEnd, walker.keyStart, walker.keyEnd);
      said.push(walker.eventTimeMs, walker.sequenceId);
      expect(walker.payloadEnd).toBeLessThanOrEqual(end);
      expect(walker.keyEnd).toBeLessThanOrEqual(end);
      expect(walker.propertiesEnd).toBeLessThanOrEqual(end);
      properties.begin(bytes, walker.propertiesStart, walker.propertiesEnd, walker.propertiesTag);
      let pair = properties.next();
      for (; pair === ok; pair = properties.next()) said.push(properties.keyStart, properties.valueEnd);
      said.push(pair);
    }
    said.push(next);
    expect(wireStatusNames[next]).toBeDefined();
  }
  expect(wireStatusNames[status]).toBeDefined();
  return JSON.stringify(said);
}

function mutate(bytes: Uint8Array, random: SeededRandom): void {
  for (let i = random.int(5); i >= 0; i--) {
    const at = 8 + random.int(bytes.length - 8);
    // Bits, extremes and continuation marks find more than even noise.
    const kind = random.int(4);
    if (kind === 0) bytes[at] ^= 1 << random.int(8);
    else if (kind === 1) bytes[at] = [0, 1, 127, 128, 255][random.int(5)];
    else if (kind === 2) bytes.fill(0xff, at, Math.min(at + random.int(12), bytes.length));
    else bytes[at] = random.int(256);
  }
}

/** A frame between bytes of one value: what is read outside of it shows as a difference between two values. */
function between(frame: Uint8Array, canary: number): Uint8Array {
  const memory = new Uint8Array(new SharedArrayBuffer(frame.length + 64)).fill(canary);
  memory.set(frame, 32);
  return memory;
}

describe('mutated and truncated frames', () => {
  it(`of entries give a status, and nothing outside of them is read (${rounds} rounds)`, () => {
    const random = seededRandom(seed);
    const statuses = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const frame = messages[random.int(messages.length)].bytes.slice();
      const commandBytes = bordersOf(frame).commandEnd - 8;
      mutate(frame, random);
      const end = random.int(3) === 0 ? random.int(frame.length + 1) : frame.length;
      const commandEnd = random.int(10) === 0 ? random.int(end + 1) : Math.min(8 + commandBytes, end);
      const told = [0x00, 0x80, 0xff].map(canary =>
        everythingOf(between(frame.subarray(0, end), canary), 32, 32 + end, 32 + commandEnd, false),
      );
      const where = `seed ${seed}, round ${round}`;
      if (told[0] !== told[1] || told[0] !== told[2]) expect(told[1], where).toBe(told[0]);
      statuses.add(told[0].slice(1, 3));
    }
    // The alarm must be able to sound: good frames and most kinds of bad ones occurred.
    expect(statuses.size).toBeGreaterThan(5);
  });

  it('never pass the checksum', () => {
    const random = seededRandom(seed);
    for (let round = 0; round < rounds / 4; round++) {
      const { bytes } = messages[random.int(messages.length)];
      const frame = bytes.slice();
      const { commandStart, commandEnd, frameEnd } = bordersOf(frame);
      const hasBroker = frame[commandEnd + 1] === 2;
      const checked = hasBroker ? commandEnd + 6 + bordersOfBroker(frame, commandEnd) : commandEnd;
      const at = checked + 6 + random.int(frameEnd - checked - 6);
      frame[at] ^= 1 + random.int(255);
      const status = reader.read(frame, commandStart, commandEnd, frameEnd);
      if (status !== badChecksum) expect(status, `seed ${seed}, round ${round}`).toBe(badChecksum);
    }
  });

  it('of receipts give a status, and nothing outside of them is read', () => {
    const random = seededRandom(seed);
    const receiptReader = new SendReceiptReader();
    const responseReader = new AckResponseReader();
    for (let round = 0; round < rounds / 4; round++) {
      const frame = receipts[random.int(receipts.length)].bytes.slice();
      if (random.int(2) === 0) frame.set([38, 0xb2, 0x02, frame[11]], 9);
      mutate(frame, random);
      const end = 8 + random.int(frame.length - 7);
      const told = [0x00, 0x80, 0xff].map(canary => {
        const memory = between(frame.subarray(0, end), canary);
        const a = receiptReader.read(memory, 40, 32 + end);
        const b = responseReader.read(memory, 40, 32 + end);
        expect(wireStatusNames[a] ?? wireStatusNames[b]).toBeDefined();
        return JSON.stringify([a, b, receiptReader, responseReader], (key, value) =>
          key === 'cursor' ? undefined : value,
        );
      });
      if (told[0] !== told[1] || told[0] !== told[2]) expect(told[1], `seed ${seed}, ${round}`).toBe(told[0]);
    }
  });
});

function bordersOfBroker(frame: Uint8Array, at: number): number {
  return new DataView(frame.buffer, frame.byteOffset).getUint32(at + 2);
}

describe('an entry', () => {
  it('with more ack set words than the bound, a ledger beyond 2^53 or a zero count is refused', () => {
    const command = (...id: number[]): Uint8Array =>
      Uint8Array.of(0x08, 9, 0x4a, id.length + 4, 0x08, 1, 0x12, id.length, ...id);
    const huge = command(0x08, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0x10, 1);
    expect(wireStatusNames[reader.read(huge, 0, huge.length, huge.length)]).toBe('value too large');
    const words = Uint8Array.of(
      ...[0x08, 9, 0x4a, 0xf7, 0xff, 0x01, 0x08, 1, 0x12, 4, 0x08, 1, 0x10, 1],
      ...Array.from({ length: 2 * 16_000 }, (_, i) => (i % 2 === 0 ? 0x20 : 1)),
    );
    const length = words.length - 6;
    words.set([(length & 127) | 128, ((length >>> 7) & 127) | 128, length >>> 14], 3);
    expect(wireStatusNames[reader.read(words, 0, words.length, words.length)]).toBe('value too large');
    const batch = golden('batch-plain-bare', 'MESSAGE')[0].slice();
    const { commandStart, commandEnd, frameEnd } = bordersOf(batch);
    batch[batch.indexOf(0x58, commandEnd) + 1] = 0;
    const view = new DataView(batch.buffer);
    view.setInt32(commandEnd + 2, crc32c(batch, commandEnd + 6, frameEnd));
    expect(wireStatusNames[reader.read(batch, commandStart, commandEnd, frameEnd)]).toBe('bad metadata');
    batch[commandEnd] = 0x0f;
    expect(wireStatusNames[reader.read(batch, commandStart, commandEnd, frameEnd)]).toBe('bad magic');
  });
});
