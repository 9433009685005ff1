import { ChunkEncoder } from '../../native-free-core/encode/chunk-encoder.js';
import type { FeatureView } from '../../native-free-core/feature-view.js';
import { type EntityLayout, entityLayout } from '../../native-free-core/layout/entity-layout.js';
import { shardLayout } from '../../native-free-core/layout/shard-layout.js';
import {
  headRefusals,
  headRows,
  headVectorsEnd,
  rowStatus,
  rowWords,
  slotLayout,
  statusReasonMask,
} from '../../native-free-core/layout/slot-layout.js';
import { lanesDefault } from '../../native-free-core/limits.js';
import { accepted, reasonNames } from '../../native-free-core/reasons.js';
import { ChunkDecoder } from '../../native-free-core/scan/chunk-decoder.js';
import { Aggregator } from '../../native-free-core/window/aggregator.js';
import { ShardMemory } from '../../native-free-core/window/shard-memory.js';
import { ChunkBank } from './chunk-bank.js';

/** Fixed, unlike a run's: every measurement has the same collisions. */
const seeds = [0x5eed_0001, 0x5eed_0002] as const;

/**
 * The production stages of one worker that owns all lanes, each by itself over lines held in memory. The lines make
 * a lap; aggregating it again with the times moved on gives a stream without end.
 */
export class StageSet {
  readonly bank: ChunkBank;
  readonly entity: EntityLayout;
  readonly #decoders: readonly ChunkDecoder[];
  readonly #aggregators: readonly Aggregator[];
  readonly #encoders: readonly ChunkEncoder[];
  readonly #shards: readonly ShardMemory[];
  readonly #linesBefore = new Float64Array(1);
  #lap = 0;

  /**
   * @param lines NDJSON, in time order
   * @param lapMs by how much a lap's times lie after those of the lap before
   */
  constructor(
    readonly view: FeatureView,
    lines: Uint8Array,
    readonly lapMs: number,
    readonly lanes = lanesDefault,
  ) {
    const entity = entityLayout(view);
    const slots = slotLayout(view, entity.outputs, lanes);
    const bank = new ChunkBank(lines, slots);
    const reasons = new Float64Array(reasonNames.length);
    this.bank = bank;
    this.entity = entity;
    this.#decoders = bank.arenas.map(arena => new ChunkDecoder(arena, slots, view, lanes, ...seeds));
    this.#aggregators = bank.arenas.map(arena => new Aggregator(arena, slots, entity));
    this.#encoders = bank.arenas.map(arena => new ChunkEncoder(arena, slots, view, entity, reasons));
    const shape = shardLayout(entity.recordBytes);
    this.#shards = Array.from({ length: lanes }, () => {
      const shard = new ShardMemory(new SharedArrayBuffer(shape.bytes), shape, entity);
      shard.initialize(...seeds);
      return shard;
    });
  }

  /** Scans and decodes every chunk; the times are those of the lines again. */
  decode(): void {
    const { arenaOf, slotOf } = this.bank;
    for (let i = 0; i < slotOf.length; i++) this.#decoders[arenaOf[i]].decode(slotOf[i]);
    this.#lap = 0;
  }

  /** Moves the decoded times to a later lap. */
  moveToLap(lap: number): void {
    const { arenas, arenaOf, slotOf, layout } = this.bank;
    const shift = (lap - this.#lap) * this.lapMs;
    this.#lap = lap;
    for (let i = 0; i < slotOf.length; i++) {
      const { i32, f64 } = arenas[arenaOf[i]];
      const first = (slotOf[i] + layout.values) >> 3;
      const end = first + i32[(slotOf[i] >> 2) + headRows] * layout.rowDoubles;
      for (let at = first; at < end; at += layout.rowDoubles) f64[at] += shift;
    }
  }

  /** Takes every decoded chunk into the windows, lane by lane, as a worker does. */
  aggregate(): void {
    const { arenaOf, slotOf } = this.bank;
    for (let i = 0; i < slotOf.length; i++) {
      const aggregator = this.#aggregators[arenaOf[i]];
      for (let lane = 0; lane < this.lanes; lane++) {
        aggregator.aggregateLane(this.#shards[lane], slotOf[i], lane);
      }
    }
  }

  /** Writes the vectors of every aggregated chunk. */
  encode(): void {
    const { arenaOf, slotOf } = this.bank;
    for (let i = 0; i < slotOf.length; i++) this.#encoders[arenaOf[i]].encode(slotOf[i], this.#linesBefore);
  }

  /** Sums of the first two features (count and sum) over the lap's vectors; throws if one was refused. */
  answer(): { rows: number; c: number; s: number } {
    const { arenas, arenaOf, slotOf, layout } = this.bank;
    let [rows, c, s] = [0, 0, 0];
    for (let i = 0; i < slotOf.length; i++) {
      const { i32, f64 } = arenas[arenaOf[i]];
      const [counts, sums] = this.entity.outputOf.map(
        output => ((slotOf[i] + layout.values) >> 3) + layout.outputs + output,
      );
      const status = ((slotOf[i] + layout.rows) >> 2) + rowStatus;
      const n = i32[(slotOf[i] >> 2) + headRows];
      if (i32[(slotOf[i] >> 2) + headRefusals] !== 0)
        throw new Error(`chunk ${i} has lines that are refused`);
      for (let row = 0; row < n; row++) {
        const reason = i32[status + row * rowWords] & statusReasonMask;
        if (reason !== accepted) throw new Error(`row ${row} of chunk ${i} is ${reasonNames[reason]}`);
        c += f64[counts + row * layout.rowDoubles];
        s += f64[sums + row * layout.rowDoubles];
      }
      rows += n;
    }
    return { rows, c, s };
  }

  /** The encoded vectors of a chunk. */
  vectors(chunk: number): Uint8Array {
    const { arenas, arenaOf, slotOf, layout } = this.bank;
    const { u8, i32 } = arenas[arenaOf[chunk]];
    const slot = slotOf[chunk];
    return u8.subarray(slot + layout.vectors, i32[(slot >> 2) + headVectorsEnd]);
  }
}
