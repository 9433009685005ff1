import { ChunkEncoder } from '../native-free-core/encode/chunk-encoder.js';
import { entityLayout } from '../native-free-core/layout/entity-layout.js';
import { shardLayout } from '../native-free-core/layout/shard-layout.js';
import {
  Arena,
  headLines,
  headRefusals,
  headRows,
  headVectors,
  type SlotLayout,
  slotLayout,
} from '../native-free-core/layout/slot-layout.js';
import {
  counterStride,
  countLongestBatchMs,
  countReasons,
  countRecords,
  countSlowNumbers,
  countVectors,
} from '../native-free-core/layout/worker-counters.js';
import { reasonNames } from '../native-free-core/reasons.js';
import { SlotRing } from '../native-free-core/ring/slot-ring.js';
import { ChunkDecoder } from '../native-free-core/scan/chunk-decoder.js';
import { slowPathCount } from '../native-free-core/scan/decimal-to-double.js';
import { Aggregator } from '../native-free-core/window/aggregator.js';
import { ShardMemory } from '../native-free-core/window/shard-memory.js';
import type { WorkerTask } from './worker-task.js';

/**
 * What a worker does, one step at a time: encode if a chunk waits for it, else aggregate its lanes of the next
 * chunk, else decode. The order empties the ring before it fills it.
 */
export class DutyCycle {
  readonly ring: SlotRing;
  readonly words: Int32Array;
  readonly #worker: number;
  readonly #workers: number;
  readonly #slots: SlotLayout;
  readonly #arena: Arena;
  readonly #shards: readonly ShardMemory[];
  readonly #decoder: ChunkDecoder;
  readonly #aggregator: Aggregator;
  readonly #encoder: ChunkEncoder;
  readonly #counters: Float64Array;
  /** Lines of the source before the chunk in each slot, and before the next chunk. */
  readonly #linesBefore: Float64Array;
  readonly #lines = new Float64Array(1);

  constructor(task: WorkerTask) {
    const entity = entityLayout(task.view);
    this.words = new Int32Array(task.words);
    this.ring = new SlotRing(this.words, task.slots, task.workers);
    this.#worker = task.worker;
    this.#workers = task.workers;
    this.#slots = slotLayout(task.view, entity.outputs, task.shards.length, task.chunkBytes);
    this.#arena = new Arena(task.arena);
    const layout = shardLayout(entity.recordBytes, task.shards[0].byteLength, task.entitiesPerShard);
    this.#shards = task.shards.map(memory => new ShardMemory(memory, layout, entity));
    const bytes = counterStride * 8;
    this.#counters = new Float64Array(task.counters, task.worker * bytes, counterStride);
    const reasons = this.#counters.subarray(countReasons, countReasons + reasonNames.length);
    const [seed0, seed1] = task.seeds;
    this.#decoder = new ChunkDecoder(this.#arena, this.#slots, task.view, task.shards.length, seed0, seed1);
    this.#aggregator = new Aggregator(this.#arena, this.#slots, entity);
    this.#encoder = new ChunkEncoder(this.#arena, this.#slots, task.view, entity, reasons);
    this.#linesBefore = new Float64Array(task.slots + 1);
  }

  /** One step. @returns whether there was anything to do */
  turn(): boolean {
    const { ring } = this;
    const toEncode = ring.takeEncode();
    if (toEncode !== -1) {
      this.#encode(toEncode);
      return true;
    }
    const toAggregate = ring.nextAggregate(this.#worker);
    if (toAggregate !== -1) {
      this.#aggregate(toAggregate);
      return true;
    }
    const toDecode = ring.takeDecode();
    if (toDecode === -1) return false;
    this.#decoder.decode(this.#slotAt(toDecode));
    this.#counters[countSlowNumbers] = slowPathCount[0];
    ring.decoded(toDecode, this.#worker);
    return true;
  }

  #slotAt(sequence: number): number {
    return this.ring.slotOf(sequence) * this.#slots.strideBytes;
  }

  #aggregate(sequence: number): void {
    const slot = this.#slotAt(sequence);
    const before = performance.now();
    for (let lane = this.#worker; lane < this.#shards.length; lane += this.#workers) {
      this.#aggregator.aggregateLane(this.#shards[lane], slot, lane);
    }
    const took = performance.now() - before;
    if (took > this.#counters[countLongestBatchMs]) this.#counters[countLongestBatchMs] = took;
    // Every worker takes every chunk in order: so each can count the source's lines by itself.
    const next = this.ring.slots;
    this.#linesBefore[this.ring.slotOf(sequence)] = this.#linesBefore[next];
    this.#linesBefore[next] += this.#arena.i32[(slot >> 2) + headLines];
    this.ring.aggregated(sequence, this.#worker);
  }

  #encode(sequence: number): void {
    const slot = this.#slotAt(sequence);
    const { i32 } = this.#arena;
    this.#lines[0] = this.#linesBefore[this.ring.slotOf(sequence)];
    this.#encoder.encode(slot, this.#lines);
    const head = slot >> 2;
    this.#counters[countVectors] += i32[head + headVectors];
    this.#counters[countRecords] += i32[head + headRows] + i32[head + headRefusals];
    this.ring.encoded(sequence);
  }
}
