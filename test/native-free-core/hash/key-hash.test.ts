import { describe, expect, it } from 'vitest';
import { hashKey, laneHash, laneOf, tableHash } from '../../../native-free-core/hash/key-hash.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();

/** Hashes the bytes at an odd place, with `around` before and behind them. */
function hash(bytes: Uint8Array, k0 = 0, k1 = 0, around = 0): { lane: number; table: number } {
  const memory = new Uint8Array(bytes.length + 9).fill(around);
  memory.set(bytes, 3);
  const out = new Int32Array(2);
  hashKey(new DataView(memory.buffer), 3, bytes.length, k0, k1, out);
  return { lane: out[laneHash] >>> 0, table: out[tableHash] >>> 0 };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** HalfSipHash-1-3, from the description of SipHash with 32-bit words: plain BigInt, no code shared. */
function halfSipHash13(key: readonly [number, number], message: Uint8Array): number {
  const mask = 0xffff_ffffn;
  const rotate = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (32n - by))) & mask;
  const [k0, k1] = key.map(word => BigInt(word >>> 0));
  const v = [k0, k1, 0x6c796765n ^ k0, 0x74656462n ^ k1];
  const round = (): void => {
    v[0] = (v[0] + v[1]) & mask;
    v[1] = rotate(v[1], 5n) ^ v[0];
    v[0] = rotate(v[0], 16n);
    v[2] = (v[2] + v[3]) & mask;
    v[3] = rotate(v[3], 8n) ^ v[2];
    v[0] = (v[0] + v[3]) & mask;
    v[3] = rotate(v[3], 7n) ^ v[0];
    v[2] = (v[2] + v[1]) & mask;
    v[1] = rotate(v[1], 13n) ^ v[2];
    v[2] = rotate(v[2], 16n);
  };
  const padded = [...message, ...Array<number>(3 - (message.length % 4)).fill(0), message.length & 0xff];
  for (let i = 0; i < padded.length; i += 4) {
    const word = BigInt(
      padded[i] + padded[i + 1] * 2 ** 8 + padded[i + 2] * 2 ** 16 + padded[i + 3] * 2 ** 24,
    );
    v[3] ^= word;
    round();
    v[0] ^= word;
  }
  v[2] ^= 0xffn;
  for (let i = 0; i < 3; i++) round();
  return Number(v[1] ^ v[3]);
}

describe('the lane hash', () => {
  it('is MurmurHash3_x86_32 with seed 0 (published vectors)', () => {
    const vectors: readonly (readonly [Uint8Array, number])[] = [
      [utf8(''), 0],
      [Uint8Array.of(0xff, 0xff, 0xff, 0xff), 0x76293b50],
      [Uint8Array.of(0x21, 0x43, 0x65, 0x87), 0xf55b516b],
      [Uint8Array.of(0x21, 0x43, 0x65), 0x7e4a8634],
      [Uint8Array.of(0x21, 0x43), 0xa0f7b07a],
      [Uint8Array.of(0x21), 0x72661cf4],
      [Uint8Array.of(0, 0, 0, 0), 0x2362f9de],
      [Uint8Array.of(0, 0, 0), 0x85f0b427],
      [Uint8Array.of(0, 0), 0x30f4c306],
      [Uint8Array.of(0), 0x514e28b7],
      [utf8('test'), 0xba6bd213],
      [utf8('Hello, world!'), 0xc0363e43],
      [utf8('The quick brown fox jumps over the lazy dog'), 0x2e4ff723],
    ];
    for (const [bytes, want] of vectors) expect(hash(bytes).lane, String(bytes)).toBe(want);
  });

  it('gives lanes from 0, the same for powers of two as for the remainder', () => {
    for (const value of [0, 1, -1, 0x7fffffff, -0x80000000, 123456789]) {
      for (const lanes of [1, 2, 3, 7, 16, 256]) expect(laneOf(value, lanes)).toBe((value >>> 0) % lanes);
    }
  });
});

describe('the table hash', () => {
  it('is HalfSipHash-1-3 under its key', () => {
    const random = seededRandom(seed);
    for (let i = 0; i < 1500; i++) {
      const bytes = Uint8Array.from({ length: i % 300 }, () => random.int(256));
      const key = [random.uint32() | 0, random.uint32() | 0] as const;
      expect(hash(bytes, ...key).table, `seed ${seed}, ${i}`).toBe(halfSipHash13(key, bytes));
    }
  });

  it('differs by key', () => {
    expect(hash(utf8('user-1'), 1, 2).table).not.toBe(hash(utf8('user-1'), 1, 3).table);
  });
});

describe('both hashes', () => {
  it('do not see what stands around the key', () => {
    for (let length = 0; length < 40; length++) {
      const bytes = utf8('abcdefghijklmnopqrstuvwxyzabcdefghijklmn').subarray(0, length);
      expect(hash(bytes, 5, 6, 0xff), String(length)).toEqual(hash(bytes, 5, 6, 0));
    }
  });
});
