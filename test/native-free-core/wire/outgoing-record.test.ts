import { expect, it } from 'vitest';
import { copyBytes } from '../../../native-free-core/wire/outgoing-record.js';

it('copies every length between any two places, and nothing beside it', () => {
  const from = Uint8Array.from({ length: 400 }, (_, i) => 1 + ((i * 31) % 251));
  for (let length = 0; length <= 260; length++) {
    const start = length % 13;
    const toStart = (length * 7) % 11;
    const to = new Uint8Array(toStart + length + 9);
    expect(copyBytes(from, start, start + length, to, toStart)).toBe(toStart + length);
    const expected = new Uint8Array(to.length);
    for (let i = 0; i < length; i++) expected[toStart + i] = from[start + i];
    expect(Buffer.compare(to, expected), `${length} bytes from ${start} to ${toStart}`).toBe(0);
  }
});

it('copies a whole buffer into one that has just the room', () => {
  for (const length of [0, 1, 3, 4, 7, 8, 11, 12, 119, 120, 200]) {
    const from = Uint8Array.from({ length }, (_, i) => i + 1);
    const to = new Uint8Array(length);
    expect(copyBytes(from, 0, length, to, 0)).toBe(length);
    expect(to).toEqual(from);
  }
});
