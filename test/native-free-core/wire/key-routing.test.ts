import { describe, expect, it } from 'vitest';
import { javaStringHash, murmur3Hash, partitionOf } from '../../../native-free-core/wire/key-routing.js';

/** Key, JavaStringHash, Murmur3_32Hash: printed by those classes of the Java client 4.0.8. */
const vectors: readonly (readonly [string, number, number])[] = [
  ['', 0, 0],
  ['a', 97, 1009084850],
  ['key1', 3288498, 462881061],
  ['key2', 3288499, 1936800180],
  ['user-12345', 440384433, 685934240],
  ['üñï', 249882, 168452698],
  ['日本語', 25921943, 631534231],
  ['😀 smile', 587791883, 1281238395],
  ['0123456789abcdef0123456789abcdef', 364166480, 860036590],
  ['c2VjcmV0', 433132103, 1120342218],
];

describe('routing by key', () => {
  it.each(vectors)('of %j is as the Java client computes it', (key, javaString, murmur3) => {
    const bytes = Buffer.from(`..${key}..`);
    const end = bytes.length - 2;
    expect(javaStringHash(bytes, 2, end)).toBe(javaString);
    expect(murmur3Hash(bytes, 2, end)).toBe(murmur3);
    expect(partitionOf(javaString, 7)).toBe(javaString % 7);
  });

  it('gives bytes that are not UTF-8 some hash, without reading on', () => {
    for (const tail of [[0xf0], [0xe2, 0x82], [0x80], [0xff, 0xff]]) {
      const alone = javaStringHash(Uint8Array.of(65, ...tail), 0, 1 + tail.length);
      expect(javaStringHash(Uint8Array.of(65, ...tail, 0xbf, 0xbf, 0xbf), 0, 1 + tail.length)).toBe(alone);
      expect(alone).toBeGreaterThanOrEqual(0);
    }
  });
});
