import { describe, expect, it } from 'vitest';
import { fullAckSet, PartialBatches } from '../../../../src/pulsar/consumer/partial-batches.js';

const id = (batchIndex: number, batchSize = 70) => ({
  ledgerId: 1,
  entryId: 2,
  partition: -1,
  batchIndex,
  batchSize,
});

describe('partial batches', () => {
  it('keep what is left, and tell the last message', () => {
    const batches = new PartialBatches();
    for (let i = 0; i < 69; i++) expect(batches.remove(id(i))?.left).toBe(69 - i);
    expect(batches.remove(id(3))?.left).toBe(1);
    expect([...(batches.remove(id(3))?.ackSet ?? [])]).toEqual([0, 0, 1 << 5, 0]);
    expect(batches.remove(id(69))).toBeUndefined();
  });

  it('make sets of 64-bit words, low first', () => {
    expect([...fullAckSet(3)]).toEqual([7, 0]);
    expect([...fullAckSet(65, 63)]).toEqual([0, 1 << 31, 1, 0]);
  });
});
