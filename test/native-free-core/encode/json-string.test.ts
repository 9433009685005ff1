import { describe, expect, it } from 'vitest';
import { hasLongEscape, writeBase64, writeEscaped } from '../../../native-free-core/encode/json-string.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();
const before = 5;

function written(write: typeof writeEscaped, source: Uint8Array): string {
  const bytes = new Uint8Array(before + 6 * source.length + 8);
  const padded = Uint8Array.of(0xee, ...source, 0xee);
  const end = write(padded, 1, 1 + source.length, bytes, before);
  return Buffer.from(bytes.subarray(before, end)).toString();
}

describe('writeEscaped', () => {
  it('writes every character as JSON.stringify does', () => {
    for (let code = 0; code < 0x3000; code++) {
      const text = String.fromCodePoint(code);
      expect(`"${written(writeEscaped, Buffer.from(text))}"`).toBe(JSON.stringify(text));
    }
    const mixed = 'a"b\\c\n\u0001\u007f\u2028é🔑/';
    expect(`"${written(writeEscaped, Buffer.from(mixed))}"`).toBe(JSON.stringify(mixed));
  });
});

describe('hasLongEscape', () => {
  it('says whether twice the length may not hold it', () => {
    for (let code = 0; code < 256; code++) {
      const source = Uint8Array.of(0x61, code, 0x62);
      expect(hasLongEscape(source, 0, 3), String(code)).toBe(written(writeEscaped, source).length > 6);
    }
    expect(hasLongEscape(Uint8Array.of(1, 0x61, 1), 1, 2)).toBe(false);
  });
});

describe('writeBase64', () => {
  it('is that of Buffer', () => {
    const random = seededRandom(seed);
    for (let length = 0; length < 200; length++) {
      const source = Uint8Array.from({ length }, () => random.int(256));
      expect(written(writeBase64, source)).toBe(Buffer.from(source).toString('base64'));
    }
  });
});
