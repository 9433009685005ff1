import { describe, expect, it } from 'vitest';
import { EntryQueue } from '../../../../src/pulsar/consumer/entry-queue.js';

const frame = (start: number) =>
  ({ start, commandStart: start + 8, commandEnd: start + 20, end: start + 50, segment: start % 7 }) as never;

describe('the queue of entries', () => {
  it('keeps the order while it grows and wraps, and refuses past its bound', () => {
    const queue = new EntryQueue(200);
    let pushed = 0;
    let taken = 0;
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < 13 && queue.push(frame(pushed)); i++) pushed++;
      for (let i = 0; i < 9 && queue.take(); i++) {
        expect([queue.start, queue.end, queue.segment]).toEqual([taken, taken + 50, taken % 7]);
        taken++;
      }
    }
    expect(queue.length).toBe(pushed - taken);
    while (queue.push(frame(pushed))) pushed++;
    expect(queue.length).toBe(200);
  });
});
