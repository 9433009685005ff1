import {
  type EntityLayout,
  metaClassMask,
  metaLarge,
  recordEvents,
  recordHead,
  recordMeta,
  recordRetained,
} from '../layout/entity-layout.js';
import { type Arena, indexEntryWords } from '../layout/slot-layout.js';
import { sliceEvents } from '../limits.js';
import { guessEntity } from './entity-table.js';
import type { ShardMemory } from './shard-memory.js';

const lineWords = 16;

/**
 * The passes over a slice before the one that updates: touch the index, guess and touch the records, touch the
 * events. They only load, one event independent of the next, so that their cache misses overlap.
 */
export class SliceTouches {
  /** The guessed record of each event of the slice; 0: none. */
  readonly records = new Int32Array(sliceEvents);
  readonly #addresses = new Int32Array(2 * sliceEvents);
  readonly #recordWords: number;
  /** Windows whose tails are touched: the longest one's is the head, or near it. */
  readonly #tails: number;
  /** Keeps the loads from being optimised away. */
  touched = 0;

  constructor(
    readonly arena: Arena,
    entity: EntityLayout,
  ) {
    this.#recordWords = entity.recordBytes >> 2;
    this.#tails = entity.windows.length - 1;
  }

  /** @param entries word address of the slice's index entries; fills `records` */
  run(s: ShardMemory, entries: number, n: number): void {
    const { i32 } = this.arena;
    const { records } = this;
    const addresses = this.#addresses;
    const base = s.indexBase;
    const mask = s.indexMask;
    for (let i = 0; i < n; i++) addresses[i] = base + (i32[entries + i * indexEntryWords + 1] & mask) * 2;
    let touched = touchAll(s.i32, addresses, n);
    for (let i = 0; i < n; i++) records[i] = guessEntity(s, i32[entries + i * indexEntryWords + 1]);
    touched ^= touchAll(s.i32, records, n);
    for (let line = lineWords; line < this.#recordWords; line += lineWords) {
      for (let i = 0; i < n; i++) addresses[i] = records[i] + line;
      touched ^= touchAll(s.i32, addresses, n);
    }
    this.#findEnds(s, n);
    touched ^= touchAll(s.i32, addresses, 2 * n);
    for (let w = 0; w < this.#tails; w++) {
      this.#findTails(s, w, n);
      touched ^= touchAll(s.i32, addresses, n);
    }
    this.touched ^= touched;
  }

  /** Where the slice's entities have their oldest events, and will have the next. */
  #findEnds(s: ShardMemory, n: number): void {
    const state = s.i32;
    const { records } = this;
    const addresses = this.#addresses;
    const words = 2 * s.entity.eventDoubles;
    for (let i = 0; i < n; i++) {
      const record = records[i];
      const meta = state[record + recordMeta];
      const isRing = record !== 0 && (meta & metaLarge) === 0;
      const mask = isRing ? (4 << (meta & metaClassMask)) - 1 : 0;
      const ring = isRing ? 2 * state[record + recordEvents] : 0;
      const head = isRing ? state[record + recordHead] : 0;
      addresses[2 * i] = ring + head * words;
      addresses[2 * i + 1] = ring + ((head + state[record + recordRetained]) & mask) * words;
    }
  }

  /** Where the slice's entities have the oldest event of window w. */
  #findTails(s: ShardMemory, w: number, n: number): void {
    const state = s.i32;
    const { records } = this;
    const addresses = this.#addresses;
    const words = 2 * s.entity.eventDoubles;
    const { count } = s.entity.windows[w];
    for (let i = 0; i < n; i++) {
      const record = records[i];
      const meta = state[record + recordMeta];
      const isRing = record !== 0 && (meta & metaLarge) === 0;
      const mask = isRing ? (4 << (meta & metaClassMask)) - 1 : 0;
      const tail = state[record + recordHead] + state[record + recordRetained] - state[record + count];
      addresses[i] = isRing ? 2 * state[record + recordEvents] + (tail & mask) * words : 0;
    }
  }
}

/**
 * Loads the words at the first n addresses (rounded up to eight; all of them are addresses of the shard). There is
 * nothing else in the loop, so that the processor has as many misses under way as it can: what it holds back is the
 * number of instructions between two loads.
 */
function touchAll(state: Int32Array, addresses: Int32Array, n: number): number {
  let touched = 0;
  for (let i = 0; i < n; i += 8) {
    touched ^=
      state[addresses[i]] ^
      state[addresses[i + 1]] ^
      state[addresses[i + 2]] ^
      state[addresses[i + 3]] ^
      state[addresses[i + 4]] ^
      state[addresses[i + 5]] ^
      state[addresses[i + 6]] ^
      state[addresses[i + 7]];
  }
  return touched;
}
