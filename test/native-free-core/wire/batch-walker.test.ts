import { describe, expect, it } from 'vitest';
import { BatchWalker, compactedOut, noKey } from '../../../native-free-core/wire/batch-walker.js';
import { MessageFields, readSingleMetadata } from '../../../native-free-core/wire/message-fields.js';
import { WireCursor } from '../../../native-free-core/wire/varint.js';
import {
  badMessage,
  badVarint,
  batchTooLong,
  batchTooShort,
  endOfBatch,
  ok,
  truncated,
} from '../../../native-free-core/wire/wire-status.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();

/** A batch of messages, each its metadata's bytes and a payload. */
function batchOf(...messages: readonly (readonly [number[], number[]])[]): Uint8Array {
  const bytes: number[] = [];
  for (const [metadata, payload] of messages) {
    bytes.push(0, 0, metadata.length >>> 8, metadata.length & 255, ...metadata, ...payload);
  }
  return Uint8Array.from(bytes);
}

function walk(bytes: Uint8Array, messages: number): { status: number; walked: number } {
  const walker = new BatchWalker();
  walker.beginBatch(bytes, 0, bytes.length, messages);
  let status = walker.next();
  while (status === ok) status = walker.next();
  expect(walker.next()).toBe(status);
  return { status, walked: walker.index + 1 };
}

describe('a batch that lies', () => {
  const one = [
    [0x18, 2],
    [7, 7],
  ] as const;
  const two = batchOf([[...one[0]], [...one[1]]], [[...one[0]], [...one[1]]]);

  it('about its count is found out in both directions', () => {
    expect(walk(two, 2)).toEqual({ status: endOfBatch, walked: 2 });
    expect(walk(two, 1)).toEqual({ status: batchTooLong, walked: 1 });
    expect(walk(two, 3)).toEqual({ status: batchTooShort, walked: 2 });
    expect(walk(two, 2 ** 31 - 1)).toEqual({ status: batchTooShort, walked: 2 });
    expect(walk(new Uint8Array(0), 1)).toEqual({ status: batchTooShort, walked: 0 });
  });

  it('about its sizes is found out', () => {
    for (let end = 1; end < 8; end++) expect(walk(two.subarray(0, end), 2).status).toBe(truncated);
    expect(
      walk(
        batchOf([
          [0x18, 3],
          [7, 7],
        ]),
        1,
      ).status,
    ).toBe(truncated);
    expect(walk(batchOf([[0x18, 255, 255, 255, 255, 15], []]), 1).status).toBe(badMessage);
    expect(walk(batchOf([[0x18, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], []]), 1).status).toBe(
      badMessage,
    );
    expect(walk(batchOf([[], []]), 1).status).toBe(badMessage);
    expect(walk(Uint8Array.of(255, 255, 255, 255, 0), 1).status).toBe(truncated);
    expect(walk(batchOf([[0x12, 9, 65], []]), 1).status).toBe(truncated);
  });

  it.each([
    ['a group', [0x18, 0, 0x7b]],
    ['field number 0', [0x18, 0, 0x02, 0]],
    ['a varint of eleven bytes', [0x18, 0, 0x28, ...Array<number>(10).fill(0x80), 0]],
    ['a varint of 65 bits', [0x18, 0, 0x28, ...Array<number>(9).fill(0x80), 2]],
    ['a tag of six bytes', [0x18, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 0]],
  ])('in its metadata with %s is refused', (_, metadata) => {
    expect(walk(batchOf([metadata, []]), 1).status).toBe(badVarint);
  });
});

describe('the bulk walk', () => {
  it('marks what compaction removed, and passes over fields that are not known', () => {
    const bytes = batchOf(
      [[0x12, 1, 65, 0x18, 0, 0x20, 1], []],
      [[0x7d, 1, 2, 3, 4, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 1, 0, 0x78, 0x80, 1, 0x18, 1], [9]],
    );
    const walker = new BatchWalker();
    const of = (): Int32Array => new Int32Array(2);
    const [starts, lengths, keys, keyLengths] = [of(), of(), of(), of()];
    walker.beginBatch(bytes, 0, bytes.length, 2);
    expect(walker.walkInto(starts, lengths, keys, keyLengths, 0)).toBe(endOfBatch);
    expect([...lengths, ...keyLengths]).toEqual([compactedOut, 1, 1, noKey]);
    expect([bytes[keys[0]], bytes[starts[1]]]).toEqual([65, 9]);
    expect(walker.isCompactedOut).toBe(false);
  });
});

/** Metadata of random fields in random forms, mostly those that clients write. */
function randomMetadata(random: SeededRandom): number[] {
  const bytes: number[] = [];
  const varint = (length: number): void => {
    for (let i = 1; i < length; i++) bytes.push(0x80 | random.int(128));
    bytes.push(random.int(length === 10 ? 2 : 128));
  };
  const text = (length: number): void => {
    if (length < 128) bytes.push(length);
    else bytes.push((length & 127) | 128, length >>> 7);
    for (let i = 0; i < length; i++) bytes.push(random.int(256));
  };
  for (let fields = random.int(6); fields >= 0; fields--) {
    const tag = [0x0a, 0x12, 0x18, 0x28, 0x28, 0x40, 0x20, 0x30, 0x3a, 0x48, 0x50, 0x78][random.int(12)];
    bytes.push(tag);
    if ((tag & 7) === 2) text(random.int(random.int(8) === 0 ? 300 : 20));
    else if (tag === 0x18) varint(1 + random.int(3));
    else if (tag === 0x28) varint(random.int(2) === 0 ? 6 : 1 + random.int(10));
    else if (tag === 0x40) varint(1 + random.int(5));
    else varint(1);
  }
  if (random.int(4) === 0 && bytes.length > 0) bytes[random.int(bytes.length)] = random.int(256);
  return bytes;
}

describe('the quick reading of a message', () => {
  it('is taken for what the Java client writes', () => {
    const metadata = [...Buffer.from('120b757365722d303932323931180030004095ae05', 'hex')];
    const bytes = batchOf([metadata, []]);
    const walker = new BatchWalker();
    walker.beginBatch(bytes, 0, bytes.length, 1);
    expect([walker.next(), walker.isRare]).toEqual([ok, false]);
  });

  it('finds what the general one finds, in good metadata and bad', () => {
    const random = seededRandom(seed);
    const walker = new BatchWalker();
    const fields = new MessageFields();
    const cursor = new WireCursor();
    const names = Object.keys(fields).filter(name => !name.startsWith('payload')) as (keyof MessageFields)[];
    for (let round = 0; round < (process.env.MILLRACE_LONG ? 1_000_000 : 30_000); round++) {
      const metadata = randomMetadata(random);
      const bytes = batchOf([metadata, []]);
      fields.clear();
      cursor.reset(bytes, 4, bytes.length);
      readSingleMetadata(cursor, fields);
      // The declared payload is not there: an honest reading of it ends as truncated.
      walker.beginBatch(bytes, 0, bytes.length, 1);
      const status = walker.next();
      const expected = cursor.status === ok && fields.payloadBytes > 0 ? truncated : cursor.status;
      const where = `seed ${seed}, round ${round}, ${Buffer.from(metadata).toString('hex')}`;
      if (status !== expected) expect(status, where).toBe(expected);
      if (cursor.status !== ok) continue;
      for (const name of names) {
        if (walker[name] !== fields[name]) expect(walker[name], `${name}, ${where}`).toBe(fields[name]);
      }
    }
  });
});
