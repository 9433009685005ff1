import { expect, it } from 'vitest';
import { chunkSlots, lanesMax, workersMax } from '../../native-free-core/limits.js';
import { entitiesIn, reserveMemory, stateBytesIn } from '../../src/engine-memory.js';
import { defaultFeatureView } from '../../src/view/default-feature-view.js';

it('gives every worker the same memory and a number of its own', () => {
  const memory = reserveMemory(defaultFeatureView, 3, 5, { shardBytes: 1 << 20 });
  expect(memory.tasks.map(task => task.worker)).toEqual([0, 1, 2]);
  for (const task of memory.tasks) {
    expect(task).toMatchObject({ workers: 3, slots: chunkSlots, view: defaultFeatureView });
    expect(task.words === memory.words && task.arena === memory.arena.memory).toBe(true);
    expect(task.shards.every((shard, lane) => shard === memory.shards[lane].memory)).toBe(true);
  }
  expect(memory.shards).toHaveLength(5);
  expect([entitiesIn(memory.shards), stateBytesIn(memory.shards)]).toEqual([0, 5 * 1024 * 8]);
});

it('seeds tables with a secret of this run', () => {
  const seeds = Array.from(
    { length: 3 },
    () => reserveMemory(defaultFeatureView, 1, 1, { shardBytes: 1 << 20 }).tasks[0].seeds,
  );
  expect(new Set(seeds.map(String)).size).toBe(3);
});

it('costs address space only, at the greatest sizes too', () => {
  const before = process.memoryUsage.rss();
  const memory = reserveMemory(defaultFeatureView, workersMax, lanesMax);
  expect(memory.shards).toHaveLength(lanesMax);
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 << 20);
});
