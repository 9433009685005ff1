import { describe, expect, it } from 'vitest';
import {
  AckWriter,
  cumulativeAck,
  flowFrameBytesMax,
  individualAck,
  writeFlow,
} from '../../../native-free-core/wire/ack-frame.js';
import { golden } from '../../golden/pulsar-frames.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Varints and length-delimited fields as [number, value] with BigInt: an independent, plain reading. */
function fieldsOf(bytes: Uint8Array): [number, bigint | Uint8Array][] {
  const fields: [number, bigint | Uint8Array][] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    if ((tag & 7) === 0) fields.push([tag >>> 3, varint()]);
    else {
      const length = Number(varint());
      fields.push([tag >>> 3, bytes.subarray(at, at + length)]);
      at += length;
    }
  }
  expect(at).toBe(bytes.length);
  return fields;
}

/** Fields of the one command in a frame. */
function bodyOf(frame: Uint8Array): [number, bigint | Uint8Array][] {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  expect([view.getUint32(0), view.getUint32(4)]).toEqual([frame.length - 4, frame.length - 8]);
  const [[, type], [number, body]] = fieldsOf(frame.subarray(8));
  expect(BigInt(number)).toBe(type);
  return fieldsOf(body as Uint8Array);
}

describe('FLOW', () => {
  it('is written as the official client writes it', () => {
    const [frame] = golden('single-plain', 'FLOW');
    const bytes = new Uint8Array(100);
    expect(hex(bytes.subarray(5, writeFlow(bytes, 5, 0, 1000)))).toBe(hex(frame));
  });

  it('fits its bound with the greatest numbers', () => {
    const bytes = new Uint8Array(100);
    const end = writeFlow(bytes, 0, Number.MAX_SAFE_INTEGER, 2 ** 32 - 1);
    expect(end).toBeLessThanOrEqual(flowFrameBytesMax);
    const body = bodyOf(bytes.subarray(0, end));
    expect(body).toEqual([
      [1, BigInt(Number.MAX_SAFE_INTEGER)],
      [2, 2n ** 32n - 1n],
    ]);
  });
});

describe('ACK', () => {
  const acks = new AckWriter();
  const bytes = new Uint8Array(4000);
  const frame = (): Uint8Array => bytes.slice(acks.frameStart, acks.frameEnd);

  it.each([
    'single-plain',
    'single-full',
    'chunked',
    'ack-set',
    'ack-cumulative',
  ])('of %s is written as the official client writes it', name => {
    for (const captured of golden(name, 'ACK')) {
      const body = bodyOf(captured);
      const numbers = new Map(body.filter(([, value]) => typeof value === 'bigint'));
      acks.begin(bytes, 3, bytes.length, Number(numbers.get(1)), Number(numbers.get(2)));
      for (const [number, id] of body) {
        if (number !== 3) continue;
        const fields = fieldsOf(id as Uint8Array);
        const [ledger, entry] = fields.map(([, value]) => Number(value));
        const words = fields.filter(([field]) => field === 5).map(([, value]) => value as bigint);
        const set = new Int32Array(new BigInt64Array(words.map(word => BigInt.asIntN(64, word))).buffer);
        expect(acks.addBatch(ledger, entry, 0, set, 0, words.length)).toBe(true);
      }
      acks.finish(-1);
      expect(hex(frame())).toBe(hex(captured));
    }
  });

  it('holds ids, ack sets of any words and the request id', () => {
    const random = seededRandom(seed);
    for (let round = 0; round < 200; round++) {
      const words = Array.from({ length: random.int(5) }, () => {
        const width = BigInt(random.int(65));
        return ((BigInt(random.uint32()) << 32n) | BigInt(random.uint32())) & ((1n << width) - 1n);
      });
      const set = new Int32Array(new BigUint64Array([0n, ...words]).buffer);
      const ledger = random.int(2 ** 53);
      const entry = random.int(2 ** random.int(54));
      const size = random.int(2) * 70;
      acks.begin(bytes, 0, bytes.length, 300, individualAck);
      expect(acks.add(5, 6)).toBe(true);
      expect(acks.addBatch(ledger, entry, size, set, 2, words.length)).toBe(true);
      acks.finish(round);
      const body = bodyOf(frame());
      expect(body.map(([number]) => number)).toEqual([1, 2, 3, 3, 8]);
      expect(body[4][1]).toBe(BigInt(round));
      const expected: [number, bigint][] = [
        [1, BigInt(ledger)],
        [2, BigInt(entry)],
      ];
      for (const word of words) expected.push([5, word]);
      if (size > 0) expected.push([6, 70n]);
      expect(fieldsOf(body[3][1] as Uint8Array), `seed ${seed}`).toEqual(expected);
    }
  });

  it('takes ids until it is full, and then still finishes', () => {
    bytes.fill(0xee);
    acks.begin(bytes, 100, 400, Number.MAX_SAFE_INTEGER, cumulativeAck);
    while (acks.add(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
    acks.finish(Number.MAX_SAFE_INTEGER);
    expect(acks.ids).toBeGreaterThan(5);
    expect(bodyOf(frame()).length).toBe(acks.ids + 3);
    expect(acks.frameStart).toBeGreaterThanOrEqual(100);
    expect(acks.frameEnd).toBeLessThanOrEqual(400);
    expect(bytes.subarray(400).every(byte => byte === 0xee)).toBe(true);
  });
});
