import { describe, expect, it } from 'vitest';
import { MessageRouter } from '../../../../src/pulsar/producer/message-router.js';

const key = (text: string): Uint8Array => new TextEncoder().encode(text);
const settings = { routingHash: 'java-string', isBatching: true, batchDelayMs: 1 } as const;

describe('a message with a key', () => {
  it('goes where the hash says, whatever surrounds the key', () => {
    // "abc".hashCode() is 96354; Murmur3 of "abc" with the seed 0 is 0xb3dd93fa.
    const java = new MessageRouter(
      settings,
      () => 0,
      () => 0,
    );
    expect(java.ofKey(key('abc'), 0, 3, 7)).toBe(96_354 % 7);
    expect(java.ofKey(key('xxabcyy'), 2, 5, 7)).toBe(96_354 % 7);
    const murmur = new MessageRouter(
      { ...settings, routingHash: 'murmur3' },
      () => 0,
      () => 0,
    );
    expect(murmur.ofKey(key('abc'), 0, 3, 1000)).toBe((0xb3dd93fa & 0x7fff_ffff) % 1000);
  });
});

describe('a message without a key', () => {
  it('stays with a partition for ten batch delays, then takes the next', () => {
    let now = 1_000_000;
    const router = new MessageRouter(
      { ...settings, batchDelayMs: 5 },
      () => now,
      () => 0,
    );
    const first = router.ofNone(3);
    now += 49;
    expect(router.ofNone(3)).toBe(first);
    now += 1;
    expect(router.ofNone(3)).toBe((first + 1) % 3);
    now += 100;
    expect(router.ofNone(3)).toBe(first);
  });

  it('takes turns without batches, beginning where chance says', () => {
    const router = new MessageRouter(
      { ...settings, isBatching: false },
      () => 0,
      () => 2 / 2 ** 31,
    );
    expect(Array.from({ length: 6 }, () => router.ofNone(4))).toEqual([2, 3, 0, 1, 2, 3]);
  });

  it('is sent on at once where batches do not wait', () => {
    let now = 7;
    const router = new MessageRouter(
      { ...settings, batchDelayMs: 0 },
      () => now,
      () => 0.999_999,
    );
    const seen = new Set<number>();
    for (; now < 11; now++) seen.add(router.ofNone(4));
    expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  });
});
