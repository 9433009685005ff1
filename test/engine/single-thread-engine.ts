import type { FeatureView } from '../../native-free-core/feature-view.js';
import { hashKey, laneHash, laneOf, tableHash } from '../../native-free-core/hash/key-hash.js';
import { headDeadLettersEnd, headLines, headVectorsEnd } from '../../native-free-core/layout/slot-layout.js';
import type { ReasonName } from '../../native-free-core/reasons.js';
import { SlotRing } from '../../native-free-core/ring/slot-ring.js';
import { findEntity } from '../../native-free-core/window/entity-table.js';
import type { ShardMemory } from '../../native-free-core/window/shard-memory.js';
import { type EngineMemory, type EngineSizes, reserveMemory } from '../../src/engine-memory.js';
import { LineChunker } from '../../src/source/line-chunker.js';
import type { Source } from '../../src/source/source.js';
import { DutyCycle } from '../../workers/duty-cycle.js';
import type { OracleEvent } from '../oracle/naive-engine.js';

export interface EngineOptions {
  readonly lanes?: number;
  readonly sizes?: EngineSizes;
  readonly publishTimeMs?: number;
  /** Called after each chunk, with the engine as it is. */
  readonly afterChunk?: (engine: SingleThreadEngine) => void;
}

/** What became of one record of the input. */
export interface Outcome {
  readonly reason: ReasonName;
  /** One a feature of the view; empty unless accepted. */
  readonly features: readonly (number | null)[];
  readonly exact: boolean;
  readonly windowComplete: boolean;
  /** The vector or dead letter as it was written, without its line break. */
  readonly text: string;
}

export interface EngineOutput {
  /** Lines of earlier runs: those of this one are counted after them. */
  readonly linesBefore: number;
  readonly vectors: Buffer;
  readonly deadLetters: Buffer;
}

/** Small enough that hundreds can be made in a test, large enough that none of them is ever full. */
const roomyShardBytes = 1 << 26;

/** The production decode, windows and encode, driven by the calling thread, without workers. */
export class SingleThreadEngine {
  readonly memory: EngineMemory;
  readonly #cycle: DutyCycle;
  readonly #ring: SlotRing;
  readonly #options: EngineOptions;
  #sequence = 0;
  #lines = 0;

  constructor(view: FeatureView, options: EngineOptions = {}) {
    this.#options = options;
    const sizes = { shardBytes: roomyShardBytes, slots: 2, ...options.sizes };
    this.memory = reserveMemory(view, 1, options.lanes ?? 1, sizes);
    this.#cycle = new DutyCycle(this.memory.tasks[0]);
    this.#ring = new SlotRing(new Int32Array(this.memory.words), this.memory.slots, 1);
  }

  get shards(): readonly ShardMemory[] {
    return this.memory.shards;
  }

  /** Takes a whole input, through to its last output. May be called again: the state goes on. */
  run(input: Uint8Array | string): EngineOutput {
    const { arena, slotLayout } = this.memory;
    const bytes = typeof input === 'string' ? Buffer.from(input) : input;
    const chunker = new LineChunker(arena, slotLayout, bytesSource(bytes, this.#options.publishTimeMs));
    const linesBefore = this.#lines;
    const vectors: Buffer[] = [];
    const deadLetters: Buffer[] = [];
    for (;;) {
      const slot = this.#ring.slotOf(this.#sequence) * slotLayout.strideBytes;
      const filled = chunker.fill(slot);
      if (filled === 'more') continue;
      if (filled !== 'chunk') break;
      this.#ring.publish();
      while (this.#cycle.turn());
      if (!this.#ring.isEncoded(this.#sequence)) throw new Error(`chunk ${this.#sequence} was not encoded`);
      vectors.push(this.#bytes(slot + slotLayout.vectors, arena.i32[(slot >> 2) + headVectorsEnd]));
      deadLetters.push(
        this.#bytes(slot + slotLayout.deadLetters, arena.i32[(slot >> 2) + headDeadLettersEnd]),
      );
      this.#lines += arena.i32[(slot >> 2) + headLines];
      this.#ring.acked(this.#sequence++);
      this.#options.afterChunk?.(this);
    }
    return { linesBefore, vectors: Buffer.concat(vectors), deadLetters: Buffer.concat(deadLetters) };
  }

  #bytes(from: number, to: number): Buffer {
    return Buffer.from(this.memory.arena.u8.slice(from, to));
  }
}

export function bytesSource(bytes: Uint8Array, publishTimeMs = Number.MAX_SAFE_INTEGER): Source {
  let at = 0;
  return {
    publishTimeMs,
    read(target) {
      const n = Math.min(target.length, bytes.length - at);
      target.set(bytes.subarray(at, at + n));
      at += n;
      return n;
    },
    close() {},
  };
}

/** The events as NDJSON in the view's fields. */
export function linesOf(view: FeatureView, events: readonly OracleEvent[]): string {
  const lines = events.map(({ key, timestamp, columns }) => {
    const fields = view.columns.map((name, c) => `,${JSON.stringify(name)}:${columns[c]}`).join('');
    const entity = `${JSON.stringify(view.entity)}:${JSON.stringify(key)}`;
    return `{${entity}${fields},${JSON.stringify(view.timestampField)}:${timestamp}}\n`;
  });
  return lines.join('');
}

interface DeadLetter {
  readonly reason: ReasonName;
  readonly position: { readonly line: number; readonly offset: number };
}

/** What became of each of the records: vectors and dead letters, both in input order, merged by line. */
export function outcomesOf(view: FeatureView, output: EngineOutput, records: number): Outcome[] {
  const vectors = nonEmptyLines(output.vectors);
  const letters = nonEmptyLines(output.deadLetters);
  if (vectors.length + letters.length !== records) {
    throw new Error(`${vectors.length} vectors and ${letters.length} dead letters of ${records} records`);
  }
  let vector = 0;
  let letter = 0;
  return Array.from({ length: records }, (_, i) => {
    const refused = letter < letters.length ? (JSON.parse(letters[letter]) as DeadLetter) : undefined;
    if (refused?.position.line !== output.linesBefore + i + 1) return vectorOf(view, vectors[vector++]);
    const text = letters[letter++];
    return { reason: refused.reason, features: [], exact: true, windowComplete: true, text };
  });
}

function vectorOf(view: FeatureView, text: string): Outcome {
  const fields = JSON.parse(text) as Record<string, number | null | boolean>;
  const features = view.aggregations.map(({ name }) => fields[name] as number | null);
  const { exact = true, windowComplete = true } = fields;
  return {
    reason: 'accepted',
    features,
    exact: exact !== false,
    windowComplete: windowComplete !== false,
    text,
  };
}

function nonEmptyLines(bytes: Buffer): string[] {
  return bytes.toString().split('\n').slice(0, -1);
}

/** The lane that the engine gives a key. */
export function laneOfKey(key: string, lanes: number): number {
  const bytes = Buffer.from(`${key}\0\0\0\0`);
  const hashes = new Int32Array(2);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  hashKey(data, 0, bytes.length - 4, 0, 0, hashes);
  return laneOf(hashes[laneHash], lanes);
}

/** The record of a key in its shard, or 0. */
export function recordOf(engine: SingleThreadEngine, key: string): number {
  const { shards, tasks } = engine.memory;
  const shard = shards[laneOfKey(key, shards.length)];
  const bytes = Buffer.from(`${key}\0\0\0\0`);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const hashes = new Int32Array(2);
  hashKey(data, 0, bytes.length - 4, ...tasks[0].seeds, hashes);
  return findEntity(shard, hashes[tableHash], data, 0, bytes.length - 4);
}
