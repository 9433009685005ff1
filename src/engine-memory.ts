import { randomInt } from 'node:crypto';
import type { FeatureView } from '../native-free-core/feature-view.js';
import { type EntityLayout, entityLayout } from '../native-free-core/layout/entity-layout.js';
import { runWordsBytes } from '../native-free-core/layout/run-words.js';
import {
  heapFreeDoubles,
  heapNext,
  recordsLive,
  recordsUsed,
  shardLayout,
} from '../native-free-core/layout/shard-layout.js';
import { Arena, type SlotLayout, slotLayout } from '../native-free-core/layout/slot-layout.js';
import { counterStride } from '../native-free-core/layout/worker-counters.js';
import { chunkBytes, chunkSlots } from '../native-free-core/limits.js';
import { ShardMemory } from '../native-free-core/window/shard-memory.js';
import type { WorkerTask } from '../workers/worker-task.js';

/** Sizes that tests make small; a run takes them from `limits.ts`. */
export interface EngineSizes {
  readonly slots?: number;
  readonly chunkBytes?: number;
  readonly shardBytes?: number;
  readonly entitiesPerShard?: number;
}

/** All the shared memory of a run, reserved at start. */
export interface EngineMemory {
  readonly words: SharedArrayBuffer;
  readonly arena: Arena;
  readonly slots: number;
  readonly slotLayout: SlotLayout;
  readonly entity: EntityLayout;
  readonly shards: readonly ShardMemory[];
  readonly counters: SharedArrayBuffer;
  readonly tasks: readonly WorkerTask[];
}

const int32 = 2 ** 32;

export function reserveMemory(
  view: FeatureView,
  workers: number,
  lanes: number,
  sizes: EngineSizes = {},
): EngineMemory {
  const slots = sizes.slots ?? chunkSlots;
  const entity = entityLayout(view);
  const layout = slotLayout(view, entity.outputs, lanes, sizes.chunkBytes ?? chunkBytes);
  const words = new SharedArrayBuffer(runWordsBytes(slots));
  const arena = new SharedArrayBuffer(layout.strideBytes * slots);
  const counters = new SharedArrayBuffer(counterStride * 8 * workers);
  const seeds = [randomInt(int32) | 0, randomInt(int32) | 0] as const;
  const shape = shardLayout(entity.recordBytes, sizes.shardBytes, sizes.entitiesPerShard);
  const shards = Array.from({ length: lanes }, () => {
    const shard = new ShardMemory(new SharedArrayBuffer(shape.bytes), shape, entity);
    shard.initialize(...seeds);
    return shard;
  });
  const tasks = Array.from({ length: workers }, (_, worker) => ({
    worker,
    workers,
    view,
    words,
    arena,
    slots,
    chunkBytes: sizes.chunkBytes ?? chunkBytes,
    shards: shards.map(shard => shard.memory),
    entitiesPerShard: sizes.entitiesPerShard,
    counters,
    seeds,
  }));
  return { words, arena: new Arena(arena), slots, slotLayout: layout, entity, shards, counters, tasks };
}

/** Entities that the shards know now. */
export function entitiesIn(shards: readonly ShardMemory[]): number {
  return shards.reduce((sum, shard) => sum + shard.i32[recordsLive], 0);
}

/** Bytes of state that were ever touched, less what is free again. */
export function stateBytesIn(shards: readonly ShardMemory[]): number {
  return shards.reduce((sum, shard) => {
    const heap = shard.i32[heapNext] - shard.layout.heap - shard.f64[heapFreeDoubles];
    return sum + shard.i32[recordsUsed] * shard.entity.recordBytes + heap * 8 + (shard.indexMask + 1) * 8;
  }, 0);
}
