import { expect, it } from 'vitest';
import { OutgoingRecord } from '../../../../native-free-core/wire/outgoing-record.js';
import { BatchKey } from '../../../../src/pulsar/producer/batch-key.js';

const utf8 = new TextEncoder();

/** `undefined`: none; the bytes lie in the middle of others. */
function record(key?: string, orderingKey?: string, keyIsBase64 = false): OutgoingRecord {
  const made = new OutgoingRecord();
  if (key !== undefined) {
    made.key = utf8.encode(`--${key}-`);
    made.keyStart = 2;
    made.keyEnd = made.key.length - 1;
  }
  if (orderingKey !== undefined) {
    made.orderingKey = utf8.encode(`-${orderingKey}---`);
    made.orderingKeyStart = 1;
    made.orderingKeyEnd = made.orderingKey.length - 3;
  }
  made.keyIsBase64 = keyIsBase64;
  return made;
}

it('tells one key and ordering key from every other', () => {
  const parts = [undefined, '', 'a', 'ab', 'b', 'x'.repeat(300)];
  const all = parts.flatMap(key => parts.map(ordering => [key, ordering] as const));
  for (const [key, ordering] of all) {
    const batchKey = new BatchKey();
    const taken = record(key, ordering);
    batchKey.take(taken);
    taken.key.fill(0);
    taken.orderingKey.fill(0);
    for (const [otherKey, otherOrdering] of all) {
      const isSame = key === otherKey && ordering === otherOrdering;
      expect(batchKey.isOf(record(otherKey, otherOrdering)), `${key} ${ordering}`).toBe(isSame);
    }
    expect(batchKey.isOf(record(key, ordering, true))).toBe(false);
  }
});
