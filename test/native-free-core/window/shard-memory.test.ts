import { describe, expect, it } from 'vitest';
import { heapFreeDoubles, heapNext } from '../../../native-free-core/layout/shard-layout.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';
import { freeBlocks, plainView, shardFor } from './shard-for-test.js';

const seed = seedOfRun();

describe('the heap of a shard', () => {
  it('never gives a double twice, and knows what is free', () => {
    const random = seededRandom(seed);
    const s = shardFor(plainView, 1 << 18, 100);
    const taken = new Map<number, number>();
    let refused = 0;
    for (let step = 0; step < 20_000; step++) {
      const sizeClass = random.int(random.int(9) + 1);
      if (random.int(100) < (step % 4000 < 2000 ? 70 : 30)) {
        const canAllocate = s.canAllocate(sizeClass);
        const at = s.allocate(sizeClass);
        expect(at !== 0, `seed ${seed}, step ${step}`).toBe(canAllocate);
        if (at === 0) refused++;
        else {
          const size = s.heapUnit << sizeClass;
          expect(at + size).toBeLessThanOrEqual(s.layout.heapEnd);
          s.f64.fill(step, at, at + size);
          taken.set(at, sizeClass);
        }
      } else if (taken.size > 0) {
        const [at, held] = [...taken][random.int(taken.size)];
        const size = s.heapUnit << held;
        expect(s.f64.subarray(at, at + size).every(value => value === s.f64[at])).toBe(true);
        taken.delete(at);
        s.free(at, held);
      }
      if (step % 500 > 0) continue;
      const free = freeBlocks(s).reduce((sum, [, size]) => sum + size, 0);
      expect(free).toBe(s.f64[heapFreeDoubles]);
      const used = [...taken.values()].reduce((sum, held) => sum + (s.heapUnit << held), 0);
      expect(used + free).toBe(s.i32[heapNext] - s.layout.heap);
    }
    expect(refused).toBeGreaterThan(10);
  });

  it('takes a block again before it touches new memory, and splits a larger one before it gives up', () => {
    const s = shardFor(plainView, 1 << 16, 100);
    const first = s.allocate(3);
    s.free(first, 3);
    expect(s.allocate(3)).toBe(first);
    let last = 0;
    for (let at = s.allocate(4); at !== 0; at = s.allocate(4)) last = at;
    while (s.allocate(0) !== 0);
    s.free(last, 4);
    expect(s.canAllocate(4)).toBe(true);
    const parts = [0, 0, 1, 2, 3].map(sizeClass => s.allocate(sizeClass) - last);
    expect(parts).toEqual([0, 1, 2, 4, 8].map(units => units * s.heapUnit));
    expect(s.canAllocate(0)).toBe(false);
    expect(s.f64[heapFreeDoubles]).toBe(0);
  });

  it('is full for new entities while an eighth of it is left', () => {
    const s = shardFor(plainView, 1 << 16, 100);
    const total = s.layout.heapEnd - s.layout.heap;
    let blocks = 0;
    while (!s.isFull()) {
      s.allocate(0);
      blocks++;
    }
    const left = total - blocks * s.heapUnit;
    expect(left).toBeLessThan(total / 8);
    expect(left + s.heapUnit).toBeGreaterThanOrEqual(total / 8);
  });

  it('finds the least class that holds', () => {
    const s = shardFor(plainView);
    const unit = s.heapUnit;
    expect([1, unit, unit + 1, 2 * unit, 2 * unit + 1].map(doubles => s.classFor(doubles))).toEqual([
      0, 0, 1, 1, 2,
    ]);
  });
});
