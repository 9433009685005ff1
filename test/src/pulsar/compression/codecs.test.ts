import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EntryReader } from '../../../../native-free-core/wire/entry-reader.js';
import { ok } from '../../../../native-free-core/wire/wire-status.js';
import type { Codec } from '../../../../src/pulsar/compression/codec.js';
import {
  checkUncompressedBytes,
  codecByName,
  codecByWireId,
} from '../../../../src/pulsar/compression/codecs.js';
import { zstdCodec } from '../../../../src/pulsar/compression/zstd.js';
import { PulsarError } from '../../../../src/pulsar/errors/pulsar-error.js';
import { golden } from '../../../golden/pulsar-frames.js';
import { bordersOf } from '../../../native-free-core/wire/wire-content.js';
import { seededRandom, seedOfRun } from '../../../seeded-random.js';

const seed = seedOfRun();
const names = ['lz4', 'zlib', 'zstd', 'snappy'] as const;

function codecOf(name: (typeof names)[number]): Codec {
  const codec = codecByName(name);
  if (codec === undefined) throw new Error(`no codec ${name}`);
  return codec;
}

/** The compressed payload in a golden MESSAGE, and how long it declares to be. */
function payloadOf(scenario: string): { source: Uint8Array; declared: number } {
  const { bytes, commandStart, commandEnd, frameEnd } = bordersOf(golden(scenario, 'MESSAGE')[0]);
  const reader = new EntryReader();
  expect(reader.read(bytes, commandStart, commandEnd, frameEnd)).toBe(ok);
  const { entry } = reader;
  return {
    source: bytes.slice(entry.payloadStart, entry.payloadEnd),
    declared: entry.uncompressedBytes,
  };
}

const plain = `{"user": "u7", "amount": 10.5, "tags": ["${'a'.repeat(24)}", "${'a'.repeat(24)}", "${'a'.repeat(24)}"]}`;

function failureOf(attempt: () => void): PulsarError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof PulsarError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe.each(names)('%s', name => {
  const codec = codecOf(name);
  const canCompress = name !== 'zstd' || 'zstdCompressSync' in process.getBuiltinModule('node:zlib');

  it('reads what the official client wrote, into shared memory too', () => {
    const { source, declared } = payloadOf(`single-${name}`);
    const target = new Uint8Array(new SharedArrayBuffer(declared + 20)).fill(0xee).subarray(7, 7 + declared);
    codec.decompress(source, target);
    expect(Buffer.from(target).toString()).toBe(plain.repeat(3));
    const around = new Uint8Array(target.buffer);
    expect([around[6], around[7 + declared]]).toEqual([0xee, 0xee]);
    const shared = new Uint8Array(new SharedArrayBuffer(source.length));
    shared.set(source);
    const again = new Uint8Array(declared);
    codec.decompress(shared, again);
    expect(Buffer.from(again).equals(Buffer.from(target))).toBe(true);
  });

  it('refuses a size that lies, in both directions, and truncated bytes', () => {
    const { source, declared } = payloadOf(`batch-${name}`);
    for (const length of [0, 1, declared - 1, declared + 1, declared * 3]) {
      const { code } = failureOf(() => codec.decompress(source, new Uint8Array(length)));
      expect(code).toBe('DECOMPRESSION_FAILED');
    }
    for (let end = 0; end < source.length; end++) {
      const target = new Uint8Array(declared);
      expect(failureOf(() => codec.decompress(source.subarray(0, end), target)).code).toBe(
        'DECOMPRESSION_FAILED',
      );
    }
  });

  it('answers mutated bytes with the right content or a typed error, and writes nowhere else', () => {
    const random = seededRandom(seed);
    const { source, declared } = payloadOf(`batch-${name}`);
    for (let round = 0; round < (process.env.MILLRACE_LONG ? 50_000 : 1500); round++) {
      const bytes = source.slice();
      for (let i = random.int(4); i >= 0; i--) bytes[random.int(bytes.length)] = random.int(256);
      const memory = new Uint8Array(declared + 128).fill(0xee);
      try {
        codec.decompress(bytes, memory.subarray(64, 64 + declared));
      } catch (error) {
        expect(error, `seed ${seed}`).toBeInstanceOf(PulsarError);
      }
      const canaries = [...memory.subarray(0, 64), ...memory.subarray(64 + declared)];
      expect(
        canaries.every(byte => byte === 0xee),
        `seed ${seed}`,
      ).toBe(true);
    }
  });

  it.runIf(canCompress)('reads again what it wrote, of every kind of bytes', () => {
    const random = seededRandom(seed);
    const lengths = [0, 1, 3, 4, 12, 13, 60, 61, 256, 257, 70_000, 140_000];
    for (let round = 0; round < 30; round++) lengths.push(random.int(5000));
    for (const length of lengths) {
      for (const letters of [1, 2, 16, 256]) {
        const source = Uint8Array.from({ length }, () => random.int(letters));
        const target = new Uint8Array(length);
        codec.decompress(codec.compress(source), target);
        expect(Buffer.from(target).equals(Buffer.from(source)), `seed ${seed}, ${length}, ${letters}`).toBe(
          true,
        );
      }
    }
    const repeating = Buffer.from(plain.repeat(50));
    expect(codec.compress(repeating).length).toBeLessThan(repeating.length / 4);
  });
});

describe('bombs and strangers', () => {
  it('stops zlib at the declared size', () => {
    const bomb = deflateSync(Buffer.alloc(50 << 20));
    expect(bomb.length).toBeLessThan(60_000);
    const { code } = failureOf(() => codecOf('zlib').decompress(bomb, new Uint8Array(1000)));
    expect(code).toBe('DECOMPRESSION_FAILED');
  });

  it.each([
    ['that ask for a window of a gigabyte', [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x01, 0x00, 0x00]],
    ['that declare 2^40 bytes', [0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 1, 0, 0, 0x01, 0x00, 0x00]],
    // 100 blocks that repeat one byte 2 MB times, without a declared size.
    [
      'of repeated blocks',
      [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58].concat(Array(100).fill([2, 0, 0x80, 7]).flat(), [3, 0, 0x80, 7]),
    ],
    [
      'that are two',
      [0x28, 0xb5, 0x2f, 0xfd, 0x20, 4, 33, 0, 0, 1, 2, 3, 4, 0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0],
    ],
  ])('refuses Zstandard frames %s', (_, bytes) => {
    for (const codec of [codecOf('zstd'), zstdCodec({})]) {
      const { code } = failureOf(() => codec.decompress(Uint8Array.from(bytes), new Uint8Array(4)));
      expect(code).toBe('DECOMPRESSION_FAILED');
    }
  });

  it('reads Zstandard without the help of Node, and says what writing it needs', () => {
    const { source, declared } = payloadOf('batch-zstd');
    const target = new Uint8Array(declared);
    zstdCodec({}).decompress(source, target);
    expect(Buffer.from(target).toString('latin1')).toContain('"user": "u4"');
    const error = failureOf(() => zstdCodec({}).compress(source));
    expect(error.code).toBe('NOT_SUPPORTED');
    expect(error.message).toContain('22.15');
  });

  it('refuses sizes over the bound and compressions that do not exist', () => {
    expect(() => checkUncompressedBytes(1000, 1000)).not.toThrow();
    expect(failureOf(() => checkUncompressedBytes(1001, 1000)).code).toBe('DECOMPRESSION_FAILED');
    expect(failureOf(() => codecByWireId(5)).code).toBe('DECOMPRESSION_FAILED');
    expect(names.map(name => codecByWireId(codecOf(name).wireId).name)).toEqual(names);
    expect(codecByName('none')).toBeUndefined();
  });
});
