import type { FeatureView } from '../../../native-free-core/feature-view.js';
import { type EntityLayout, entityLayout } from '../../../native-free-core/layout/entity-layout.js';
import { heapFreeBase, heapNext, shardLayout } from '../../../native-free-core/layout/shard-layout.js';
import { ShardMemory } from '../../../native-free-core/window/shard-memory.js';

export const plainView: FeatureView = {
  name: 'plain',
  entity: 'userId',
  timestampField: 'timestamp',
  columns: ['amount'],
  aggregations: [
    { name: 'n', function: 'count', column: -1, windowMs: 1000 },
    { name: 'total', function: 'sum', column: 0, windowMs: 1000 },
    { name: 'least', function: 'min', column: 0, windowMs: 400 },
  ],
  maxWindowMs: 1000,
  latenessMs: 500,
  maxAheadMs: 0,
  eventsPerEntityMax: 1_048_576,
};

export function shardFor(view: FeatureView, bytes = 1 << 24, recordsMax?: number): ShardMemory {
  const entity: EntityLayout = entityLayout(view);
  const layout = shardLayout(entity.recordBytes, bytes, recordsMax);
  const shard = new ShardMemory(new SharedArrayBuffer(bytes), layout, entity);
  shard.initialize(11, 22);
  return shard;
}

/** A key's bytes, as they lie in the arena. */
export function keyData(key: string): { data: DataView; length: number } {
  const bytes = Buffer.from(`${key}\0\0\0\0`);
  return { data: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), length: bytes.length - 4 };
}

/** The free blocks of the heap, as [address, doubles]; throws if two of them overlap or one lies outside. */
export function freeBlocks(s: ShardMemory): [number, number][] {
  const blocks: [number, number][] = [];
  for (let sizeClass = 0; sizeClass < 28; sizeClass++) {
    for (let at = s.i32[heapFreeBase + sizeClass]; at !== 0; at = s.i32[at * 2]) {
      blocks.push([at, s.heapUnit * 2 ** sizeClass]);
    }
  }
  blocks.sort((a, b) => a[0] - b[0]);
  blocks.forEach(([at, size], i) => {
    const end = i + 1 < blocks.length ? blocks[i + 1][0] : s.i32[heapNext];
    if (at < s.layout.heap || at + size > end) throw new Error(`the block at ${at} overlaps the next`);
  });
  return blocks;
}
