import type { FeatureView } from '../native-free-core/feature-view.js';

/** What a worker is given: shared memory and how it is laid out. */
export interface WorkerTask {
  readonly worker: number;
  readonly workers: number;
  readonly view: FeatureView;
  /** Control words of the run. */
  readonly words: SharedArrayBuffer;
  readonly arena: SharedArrayBuffer;
  /** Chunk slots in the arena, a power of two. */
  readonly slots: number;
  readonly chunkBytes: number;
  /** State shards by lane. Worker w owns the lanes l with l mod workers = w. */
  readonly shards: readonly SharedArrayBuffer[];
  /** Entities that a shard takes at most; undefined: as the layout says. */
  readonly entitiesPerShard: number | undefined;
  readonly counters: SharedArrayBuffer;
  /** Secret of the entity tables. */
  readonly seeds: readonly [number, number];
}
