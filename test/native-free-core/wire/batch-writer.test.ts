import { describe, expect, it } from 'vitest';
import {
  BatchWalker,
  compactedOut,
  noKey,
  nullPayload,
} from '../../../native-free-core/wire/batch-walker.js';
import { BatchWriter } from '../../../native-free-core/wire/batch-writer.js';
import { EntryReader } from '../../../native-free-core/wire/entry-reader.js';
import { OutgoingRecord, writeProperty } from '../../../native-free-core/wire/outgoing-record.js';
import { PropertyCursor } from '../../../native-free-core/wire/property-cursor.js';
import { SendFrameWriter, SendHead } from '../../../native-free-core/wire/send-frame.js';
import { endOfBatch, endOfList, ok } from '../../../native-free-core/wire/wire-status.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';
import { asMessage, type MessageContent, messagesOf, recordOf } from './wire-content.js';

const seed = seedOfRun();

function headOf(): SendHead {
  const head = new SendHead();
  head.producerId = 7;
  head.sequenceId = 2 ** 40 + 1;
  head.producerName = new TextEncoder().encode('producer-ü');
  head.publishTimeMs = 1_700_000_000_123;
  return head;
}

function randomMessages(count: number): MessageContent[] {
  const random = seededRandom(seed);
  const text = (max: number): string => 'é'.repeat(random.int(max)) + random.int(1000);
  return Array.from({ length: count }, (_, i) => ({
    payload: new Uint8Array(random.int(i % 40 === 0 ? 20_000 : 300)).fill(i),
    key: random.int(3) === 0 ? undefined : text(random.int(2) === 0 ? 4 : 100),
    keyIsBase64: random.int(4) === 0,
    orderingKey: random.int(4) === 0 ? new Uint8Array(random.int(200)).fill(9) : undefined,
    properties: Array.from({ length: random.int(4) }, (): [string, string] => [text(90), text(200)]),
    eventTimeMs: [0, 5, 1_700_000_000_000, Number.MAX_SAFE_INTEGER][random.int(4)],
    sequenceId: [-1, i, 2 ** 40 + i][random.int(3)],
    isNullValue: false,
  }));
}

describe('a batch that is written', () => {
  it('is read again as it was, with every field, in any order of sizes', () => {
    const messages = randomMessages(200);
    const buffer = new Uint8Array(new SharedArrayBuffer(8 << 20)).fill(0xaa);
    const writer = new BatchWriter();
    const head = headOf();
    writer.begin(buffer, 1001, buffer.length - 1000, head);
    const record = new OutgoingRecord();
    for (const message of messages) expect(writer.append(recordOf(message, record))).toBe(true);
    head.highestSequenceId = head.sequenceId + messages.length - 1;
    expect(writer.finish(head)).toBe(true);
    expect(writer.frameStart).toBeGreaterThanOrEqual(1001);

    const { bytes, commandStart, commandEnd, frameEnd } = asMessage(
      buffer,
      writer.frameStart,
      writer.frameEnd,
    );
    const reader = new EntryReader();
    expect(reader.read(bytes, commandStart, commandEnd, frameEnd)).toBe(ok);
    const { entry } = reader;
    expect(entry.messages).toBe(messages.length);
    expect(entry.highestSequenceId).toBe(head.highestSequenceId);
    expect(entry.publishTimeMs).toBe(head.publishTimeMs);
    const walker = new BatchWalker();
    const found = readAll(walker, reader);
    expect(found, `seed ${seed}`).toEqual(messages);
  });

  it('takes nothing more when it is full, and keeps what it has', () => {
    const writer = new BatchWriter();
    const head = headOf();
    const buffer = new Uint8Array(2000).fill(0xaa);
    writer.begin(buffer, 0, 1000, head);
    const record = recordOf(
      { ...randomMessages(1)[0], payload: new Uint8Array(100), properties: [], orderingKey: undefined },
      new OutgoingRecord(),
    );
    let taken = 0;
    while (writer.append(record)) taken++;
    expect(taken).toBeGreaterThan(1);
    expect(writer.messages).toBe(taken);
    expect(writer.finish(head)).toBe(true);
    expect(buffer.subarray(1000).every(byte => byte === 0xaa)).toBe(true);
    expect(writer.append(record)).toBe(false);
  });

  it('writes null values, and the bulk walk tells them from empty ones', () => {
    const writer = new BatchWriter();
    const head = headOf();
    const buffer = new Uint8Array(2000);
    writer.begin(buffer, 0, 2000, head);
    const empty = { ...randomMessages(1)[0], payload: new Uint8Array(0), key: 'k', properties: [] };
    const record = new OutgoingRecord();
    writer.append(recordOf(empty, record));
    writer.append(recordOf({ ...empty, isNullValue: true, key: undefined }, record));
    const starts = new Int32Array(8);
    const lengths = new Int32Array(8);
    const keys = new Int32Array(8);
    const keyLengths = new Int32Array(8);
    const walker = new BatchWalker();
    walker.beginBatch(buffer, writer.payloadStart, writer.payloadEnd, 2);
    expect(walker.walkInto(starts, lengths, keys, keyLengths, 3)).toBe(endOfBatch);
    expect([...lengths.subarray(3, 5)]).toEqual([0, nullPayload]);
    expect([...keyLengths.subarray(3, 5)]).toEqual([1, noKey]);
    expect(keys[4]).toBe(noKey);
    expect(compactedOut).not.toBe(nullPayload);
  });
});

describe('a single message that is written', () => {
  it('is read again with its key, properties and times', () => {
    const [message] = randomMessages(40).filter(m => m.properties.length > 1 && m.orderingKey !== undefined);
    const head = headOf();
    head.schemaVersion = Uint8Array.of(1, 2, 3);
    const buffer = new Uint8Array(200_000);
    const frame = new SendFrameWriter();
    const record = recordOf(message, new OutgoingRecord());
    expect(frame.writeSingle(buffer, 10, 200, head, record)).toBe(false);
    expect(frame.writeSingle(buffer, 10, buffer.length, head, record)).toBe(true);
    const { bytes, commandStart, commandEnd, frameEnd } = asMessage(buffer, frame.frameStart, frame.frameEnd);
    const reader = new EntryReader();
    expect(reader.read(bytes, commandStart, commandEnd, frameEnd)).toBe(ok);
    expect(reader.entry.isBatch).toBe(false);
    expect(reader.entry.schemaVersionEnd - reader.entry.schemaVersionStart).toBe(3);
    expect(readAll(new BatchWalker(), reader)).toEqual([{ ...message, sequenceId: head.sequenceId }]);
  });

  it('carries the fields of a chunk', () => {
    const head = headOf();
    head.chunks = 3;
    head.chunkId = 2;
    head.chunkedBytes = 12_000_000;
    head.uuid = new TextEncoder().encode('producer-ü-5');
    const record = new OutgoingRecord();
    record.payload = new Uint8Array(9);
    record.payloadEnd = 9;
    const buffer = new Uint8Array(2000);
    const frame = new SendFrameWriter();
    expect(frame.writeSingle(buffer, 0, 2000, head, record)).toBe(true);
    const { bytes, commandStart, commandEnd, frameEnd } = asMessage(buffer, frame.frameStart, frame.frameEnd);
    const reader = new EntryReader();
    expect(reader.read(bytes, commandStart, commandEnd, frameEnd)).toBe(ok);
    const { entry } = reader;
    expect([entry.chunks, entry.chunkId, entry.chunkedBytes]).toEqual([3, 2, 12_000_000]);
    expect(new TextDecoder().decode(bytes.slice(entry.uuidStart, entry.uuidEnd))).toBe('producer-ü-5');
  });
});

function readAll(walker: BatchWalker, reader: EntryReader): MessageContent[] {
  const { entry } = reader;
  walker.begin(entry, entry.bytes, entry.payloadStart, entry.payloadEnd);
  return messagesOf(walker);
}

describe('encoded properties', () => {
  it('are what the property cursor reads', () => {
    const region = new Uint8Array(1000);
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    let end = writeProperty(region, 5, encode('a'), encode(''));
    end = writeProperty(region, end, encode('b'.repeat(200)), encode('ü'));
    const cursor = new PropertyCursor();
    cursor.begin(region, 5, end, 0x0a);
    expect(cursor.next()).toBe(ok);
    expect(cursor.valueEnd - cursor.valueStart).toBe(0);
    expect(cursor.next()).toBe(ok);
    expect(cursor.keyEnd - cursor.keyStart).toBe(200);
    expect(cursor.next()).toBe(endOfList);
  });
});
