import { describe, expect, it } from 'vitest';
import { BatchWalker } from '../../../native-free-core/wire/batch-walker.js';
import { BatchWriter } from '../../../native-free-core/wire/batch-writer.js';
import type { Entry } from '../../../native-free-core/wire/entry.js';
import { EntryReader } from '../../../native-free-core/wire/entry-reader.js';
import { OutgoingRecord } from '../../../native-free-core/wire/outgoing-record.js';
import { SendFrameWriter, SendHead } from '../../../native-free-core/wire/send-frame.js';
import { badMagic, ok, truncated } from '../../../native-free-core/wire/wire-status.js';
import { codecByWireId } from '../../../src/pulsar/compression/codecs.js';
import { golden, goldenFrames } from '../../golden/pulsar-frames.js';
import { asMessage, bordersOf, type FrameBorders, messagesOf, recordOf, textOf } from './wire-content.js';

/** What `capture.py` sends as `body(i)`. */
function body(i: number): string {
  const tag = `"${'a'.repeat(24)}"`;
  return `{"user": "u${i}", "amount": ${(i * 1.5).toFixed(1)}, "tags": [${tag}, ${tag}, ${tag}]}`;
}

function read(frame: FrameBorders, reader = new EntryReader()): Entry {
  expect(reader.read(frame.bytes, frame.commandStart, frame.commandEnd, frame.frameEnd)).toBe(ok);
  return reader.entry;
}

function entryOf(name: string, index = 0): Entry {
  return read(bordersOf(golden(name, 'MESSAGE')[index]));
}

/** All messages, decompressed if need be. */
function contentOf(entry: Entry): ReturnType<typeof messagesOf> {
  const walker = new BatchWalker();
  if (entry.compression === 0) {
    walker.begin(entry, entry.bytes, entry.payloadStart, entry.payloadEnd);
  } else {
    const target = new Uint8Array(entry.uncompressedBytes);
    codecByWireId(entry.compression).decompress(
      entry.bytes.subarray(entry.payloadStart, entry.payloadEnd),
      target,
    );
    walker.begin(entry, target, 0, target.length);
  }
  return messagesOf(walker);
}

const payloads = (entry: Entry): string[] => contentOf(entry).map(message => textOf(message.payload));

describe('golden messages', () => {
  it('a single one: producer, times, broker metadata, and none where the broker sends none', () => {
    const entry = entryOf('single-plain');
    expect(payloads(entry)).toEqual(['hello']);
    expect(textOf(entry.bytes, entry.producerNameStart, entry.producerNameEnd)).toBe('golden');
    expect([entry.sequenceId, entry.messages, entry.isBatch, entry.keyStart]).toEqual([0, 1, false, -1]);
    expect(entry.publishTimeMs).toBeGreaterThan(1.7e12);
    expect(Math.abs(entry.brokerTimeMs - entry.publishTimeMs)).toBeLessThan(10_000);
    expect([entry.brokerIndex, entry.partition, entry.redeliveryCount]).toEqual([0, -1, 0]);
    const bare = entryOf('single-plain-bare');
    expect(payloads(bare)).toEqual(['hello']);
    expect([bare.brokerTimeMs, bare.brokerIndex]).toEqual([0, -1]);
    expect(payloads(entryOf('batch-plain-bare'))).toEqual(['m0', 'm1', 'm2']);
  });

  it('a single one with everything', () => {
    expect(contentOf(entryOf('single-full'))).toEqual([
      {
        payload: Uint8Array.from(Buffer.from(body(1))),
        key: 'kéy-1',
        keyIsBase64: false,
        orderingKey: Uint8Array.from(Buffer.from('ord')),
        properties: [
          ['a', '1'],
          ['long', 'x'.repeat(150)],
          ['ü', ''],
        ],
        eventTimeMs: 1_700_000_000_000,
        sequenceId: 41,
        isNullValue: false,
      },
    ]);
  });

  it('delayed, empty, and of a schema', () => {
    expect(entryOf('single-delayed').deliverAtMs).toBe(1_700_000_000_000);
    expect(payloads(entryOf('single-empty'))).toEqual(['']);
    const entry = entryOf('single-schema');
    expect(entry.schemaVersionEnd - entry.schemaVersionStart).toBe(8);
    expect(payloads(entry)).toEqual(['text']);
  });

  it('batches: of one, plain, and with everything', () => {
    const one = entryOf('batch-of-one');
    expect([one.isBatch, one.messages]).toEqual([true, 1]);
    expect(contentOf(one)[0]).toMatchObject({ key: 'k', sequenceId: 0 });
    expect(entryOf('batch-plain').brokerIndex).toBe(2);
    const full = contentOf(entryOf('batch-full'));
    expect(full).toEqual(
      [0, 1, 2, 3].map(i => ({
        payload: Uint8Array.from(Buffer.from(body(i))),
        key: `key-${i % 2}`,
        keyIsBase64: false,
        orderingKey: Uint8Array.from(Buffer.from(`o${i}`)),
        properties: [
          ['i', String(i)],
          ['p', 'y'.repeat(i * 70)],
        ],
        eventTimeMs: 1_700_000_000_000 + i,
        sequenceId: 100 + i * 10,
        isNullValue: false,
      })),
    );
  });

  it.each(['lz4', 'zlib', 'zstd', 'snappy'])('compressed with %s', name => {
    const batch = contentOf(entryOf(`batch-${name}`));
    expect(batch.map(message => textOf(message.payload))).toEqual([0, 1, 2, 3, 4].map(body));
    expect(batch.map(message => message.key)).toEqual([0, 1, 2, 3, 4].map(i => `key-${i}`));
    expect(payloads(entryOf(`single-${name}`))).toEqual([body(7).repeat(3)]);
  });

  it.each([
    ['behind broker metadata', 'batch-full'],
    ['alone', 'batch-plain-bare'],
  ])('without the checksum, which is optional: %s', (_where, name) => {
    const whole = bordersOf(golden(name, 'MESSAGE')[0]);
    const { bytes, commandStart, commandEnd, frameEnd } = whole;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const magicAt = name === 'batch-full' ? commandEnd + 6 + view.getUint32(commandEnd + 2) : commandEnd;
    expect(view.getUint16(magicAt)).toBe(0x0e01);
    const bare = Uint8Array.from([...bytes.subarray(0, magicAt), ...bytes.subarray(magicAt + 6, frameEnd)]);
    const end = bare.length;
    const entry = read({ bytes: bare, commandStart, commandEnd, frameEnd: end });
    expect(contentOf(entry)).toEqual(contentOf(read(whole)));
    // What is cut off, or is no size of a metadata, is told as such, at its place.
    const reader = new EntryReader();
    expect(reader.read(bare, commandStart, commandEnd, magicAt + 3)).toBe(truncated);
    bare[magicAt] = 0x0f;
    expect(reader.read(bare, commandStart, commandEnd, end)).toBe(badMagic);
    expect(reader.badAt).toBe(magicAt);
  });

  it('without the checksum, by hand', () => {
    const command = [0x08, 9, 0x4a, 8, 0x08, 1, 0x12, 4, 0x08, 2, 0x10, 3];
    // MessageMetadata: producer name "p", sequence id 7, publish time 5.
    const metadata = [0x0a, 1, 0x70, 0x10, 7, 0x18, 5];
    const frame = Uint8Array.from([...command, 0, 0, 0, metadata.length, ...metadata, ...Buffer.from('hi')]);
    const entry = read({ bytes: frame, commandStart: 0, commandEnd: 12, frameEnd: frame.length });
    expect([entry.ledgerId, entry.entryId, entry.sequenceId, entry.publishTimeMs]).toEqual([2, 3, 7, 5]);
    expect(payloads(entry)).toEqual(['hi']);
  });

  it('chunks', () => {
    const first = entryOf('chunked');
    const second = entryOf('chunked', 1);
    expect([first.chunkId, first.chunks, first.chunkedBytes]).toEqual([0, 2, 201_000]);
    expect([second.chunkId, second.chunks, second.chunkedBytes]).toEqual([1, 2, 201_000]);
    const id = textOf(first.bytes, first.uuidStart, first.uuidEnd);
    expect(id).toBe(textOf(second.bytes, second.uuidStart, second.uuidEnd));
    expect(id).toContain('golden');
    expect(first.payloadEnd - first.payloadStart + second.payloadEnd - second.payloadStart).toBe(201_000);
  });

  it('a batch that comes again, with what is still pending', () => {
    const first = entryOf('ack-set');
    expect([first.ackSetWords, first.isPending(0), first.messages]).toEqual([0, true, 70]);
    const again = entryOf('ack-set-again');
    expect([again.ackSetWords, again.redeliveryCount]).toEqual([2, 0]);
    const gone = Array.from({ length: 70 }, (_, i) => i).filter(i => !again.isPending(i));
    expect(gone).toEqual([0, 2, 3, 40, 69]);
  });
});

describe('golden SENDs', () => {
  const sends = goldenFrames.filter(frame => frame.kind === 'SEND');

  it.each(sends.map(({ name, bytes }) => ({ name, bytes })))('$name is written again as it was', sent => {
    const original = read(asMessage(sent.bytes, 0, sent.bytes.length));
    const again = rewrite(original);
    const entry = read(asMessage(again.bytes, again.commandStart - 8, again.frameEnd));
    for (const field of [
      'sequenceId',
      'publishTimeMs',
      'eventTimeMs',
      'compression',
      'messages',
      'isBatch',
    ] as const) {
      expect(entry[field], field).toBe(original[field]);
    }
    expect([entry.chunkId, entry.chunks, entry.chunkedBytes, entry.uncompressedBytes]).toEqual([
      original.chunkId,
      original.chunks,
      original.chunkedBytes,
      original.uncompressedBytes,
    ]);
    expect(contentOf(entry)).toEqual(contentOf(original));
    // The command: what C++ and we write of producer, sequence id, count and chunk is the same to the byte.
    const sentBorders = bordersOf(sent.bytes);
    const commandOf = ({ bytes, commandStart, commandEnd }: FrameBorders): string =>
      Buffer.from(bytes.slice(commandStart, commandEnd)).toString('hex');
    expect(commandOf(again).replace(/^(08063204|08063206)08../, '')).toBe(
      commandOf(sentBorders).replace(/^(08063204|08063206)08../, ''),
    );
  });
});

/** Writes a frame with our writers, of what was read of another one. */
function rewrite(entry: Entry): FrameBorders {
  const head = new SendHead();
  head.sequenceId = entry.sequenceId;
  head.publishTimeMs = entry.publishTimeMs;
  head.producerName = entry.bytes.slice(entry.producerNameStart, entry.producerNameEnd);
  head.compression = entry.compression;
  head.uncompressedBytes = entry.uncompressedBytes;
  head.chunkId = entry.chunkId;
  head.chunks = entry.chunks;
  head.chunkedBytes = entry.chunkedBytes;
  if (entry.chunks > 0) head.uuid = entry.bytes.slice(entry.uuidStart, entry.uuidEnd);
  const record = new OutgoingRecord();
  const bytes = new Uint8Array(400_000);
  if (!entry.isBatch) {
    const [message] = contentOf({ ...entry, compression: 0 } as Entry);
    const frame = new SendFrameWriter();
    expect(frame.writeSingle(bytes, 0, bytes.length, head, recordOf(message, record))).toBe(true);
    return bordersOf(bytes, frame.frameStart);
  }
  const writer = new BatchWriter();
  writer.begin(bytes, 0, bytes.length, head);
  for (const message of contentOf(entry)) expect(writer.append(recordOf(message, record))).toBe(true);
  if (entry.compression === 0) expect(writer.finish(head)).toBe(true);
  else {
    const payload = entry.bytes.slice(entry.payloadStart, entry.payloadEnd);
    head.uncompressedBytes = entry.uncompressedBytes;
    expect(writer.finishWithPayload(head, payload)).toBe(true);
    expect(head.uncompressedBytes).toBe(entry.uncompressedBytes);
  }
  return bordersOf(bytes, writer.frameStart);
}
