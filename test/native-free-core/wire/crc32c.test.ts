import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../native-free-core/wire/crc32c.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();

/** Bit by bit, from the definition. */
function slow(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc;
}

describe('CRC-32C', () => {
  it('has the values of RFC 3720, B.4', () => {
    const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);
    const vectors: readonly (readonly [Uint8Array, number])[] = [
      [new TextEncoder().encode('123456789'), 0xe3069283],
      [new Uint8Array(32), 0x8a9136aa],
      [new Uint8Array(32).fill(0xff), 0x62a8ab43],
      [ascending, 0x46dd794e],
      [ascending.slice().reverse(), 0x113fdb5c],
      [new Uint8Array(0), 0],
    ];
    for (const [bytes, value] of vectors) expect(crc32c(bytes, 0, bytes.length) >>> 0).toBe(value);
  });

  it('is the same at every place, length and division, over shared memory and over part of a buffer', () => {
    const random = seededRandom(seed);
    const shared = new Uint8Array(new SharedArrayBuffer(4096), 1);
    const part = new Uint8Array(new ArrayBuffer(4099), 3, 4000);
    for (const memory of [shared, part]) {
      for (let i = 0; i < memory.length; i++) memory[i] = random.int(256);
      for (let round = 0; round < 400; round++) {
        const start = random.int(200);
        const end = start + random.int(round < 200 ? 100 : 3000);
        const middle = start + random.int(end - start + 1);
        const expected = slow(memory.slice(start, end));
        expect(crc32c(memory, start, end), `seed ${seed}`).toBe(expected);
        expect(crc32c(memory, middle, end, crc32c(memory, start, middle))).toBe(expected);
      }
    }
  });
});
