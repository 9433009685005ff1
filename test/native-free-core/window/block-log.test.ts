import { describe, expect, it } from 'vitest';
import {
  groupBits,
  logBack,
  logDirectoryBits,
  logFront,
  logFrontStart,
  logTails,
} from '../../../native-free-core/layout/block-log-layout.js';
import {
  metaLarge,
  recordEvents,
  recordMeta,
  recordRetained,
} from '../../../native-free-core/layout/entity-layout.js';
import { heapFreeDoubles, heapNext } from '../../../native-free-core/layout/shard-layout.js';
import { entryOf, logOf } from '../../../native-free-core/window/block-directory.js';
import {
  advanceLog,
  appendToLog,
  findTails,
  insertIntoLog,
  scanLog,
} from '../../../native-free-core/window/block-log.js';
import { addEntity } from '../../../native-free-core/window/entity-table.js';
import { freeLog, ringToLog } from '../../../native-free-core/window/log-conversion.js';
import type { ShardMemory } from '../../../native-free-core/window/shard-memory.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../seeded-random.js';
import { freeBlocks, keyData, plainView, shardFor } from './shard-for-test.js';

const seed = seedOfRun();
const view = {
  ...plainView,
  columns: ['amount', 'price'],
  aggregations: [
    ...plainView.aggregations,
    { name: 'most', function: 'max' as const, column: 1, windowMs: 90_000 },
    { name: 'n9', function: 'count' as const, column: -1, windowMs: 90_000 },
  ],
  maxWindowMs: 100_000,
};

type Event = readonly [time: number, amount: number, price: number];

/** A log with a sequence that is about to wrap, beside the same events in a plain array. */
class Twin {
  readonly s: ShardMemory = shardFor(view, 1 << 26);
  readonly record: number;
  readonly empty: number;
  events: Event[] = [];
  clock = 0;

  constructor() {
    const { data, length } = keyData('hot');
    this.record = addEntity(this.s, 1, data, 0, length);
    this.empty = this.#used();
    this.s.i32[this.record + recordEvents] = this.s.allocate(0);
    ringToLog(this.s, this.record);
    const { i32 } = this.s;
    const log = logOf(this.s, this.record);
    // Fifteen blocks before the wrap; entry 0 of sixteen is where such a sequence falls, too.
    const start = 0x7fffffff - 15;
    i32[log + logFront] = start;
    i32[log + logBack] = start;
    for (let w = 0; w < view.aggregations.length && w < this.s.entity.windows.length; w++)
      i32[log + logTails + 2 * w] = start;
  }

  #used(): number {
    return this.s.i32[heapNext] - this.s.layout.heap - this.s.f64[heapFreeDoubles];
  }

  add(event: Event): void {
    const { s, record } = this;
    const staged = Float64Array.from(event);
    const before = this.events.findLastIndex(([time]) => time <= event[0]) + 1;
    this.events.splice(before, 0, event);
    if (event[0] >= this.clock) {
      this.clock = event[0];
      // With few events it would turn into a ring again.
      if (this.events.length > 40) advanceLog(s, record, staged);
      appendToLog(s, record, staged);
    } else {
      insertIntoLog(s, record, staged);
      findTails(s, record, Float64Array.of(this.clock));
    }
    for (const { windowMs, count } of s.entity.windows) {
      s.i32[record + count] = this.#within(windowMs).length;
    }
    this.events = this.#within(view.maxWindowMs);
  }

  #within(windowMs: number): Event[] {
    const first = this.events.findIndex(([time]) => time > this.clock - windowMs);
    return first < 0 ? [] : this.events.slice(first);
  }

  /** Every event, tail, entry and extremum of the log, against the array. */
  check(where: string): void {
    const { s, record } = this;
    const { i32, f64 } = s;
    const log = logOf(s, record);
    const found: Event[] = [];
    const front = i32[log + logFront];
    const blocks = ((i32[log + logBack] - front) | 0) + 1;
    const startOf = new Map<number, number>();
    for (let b = 0; b < blocks; b++) {
      const entry = entryOf(s, log, (front + b) | 0) * 2;
      const start = b === 0 ? i32[log + logFrontStart] : 0;
      startOf.set((front + b) | 0, found.length - start);
      for (let i = start; i < i32[entry + 1]; i++) {
        const at = i32[entry] + i * 3;
        found.push([f64[at], f64[at + 1], f64[at + 2]]);
      }
    }
    expect(found, where).toEqual(this.events);
    expect(i32[record + recordRetained], where).toBe(found.length);
    const out = s.layout.heapEnd - 1;
    s.entity.windows.forEach(({ windowMs }, w) => {
      const inside = this.#within(windowMs);
      const tail = log + logTails + 2 * w;
      const place = (startOf.get(i32[tail]) as number) + i32[tail + 1];
      expect(place, where).toBe(found.length - inside.length);
      for (const [column, sign] of [
        [0, 1],
        [1, -1],
      ] as const) {
        scanLog(s, record, w, column, sign, out);
        const values = inside.map(event => event[1 + column] * sign);
        expect(f64[out] * sign, where).toBe(values.reduce((least, value) => Math.min(least, value)));
      }
    });
  }

  end(): void {
    const blocks = freeBlocks(this.s);
    expect(blocks.length).toBeGreaterThan(0);
    freeLog(this.s, this.record);
    expect(this.#used()).toBe(this.empty);
    freeBlocks(this.s);
  }
}

function randomEvent(random: SeededRandom, time: number): Event {
  return [time, random.int(2000) - 1000, random.int(2000) - 1000];
}

describe('the block log', () => {
  it('is a sorted array with tails, under appends, insertions and dropping', () => {
    const random = seededRandom(seed);
    const twin = new Twin();
    let now = 1_000_000;
    let most = 0;
    for (let i = 0; i < 30_000; i++) {
      now += random.int(i % 10_000 < 8000 ? 12 : 300);
      const isBack = twin.events.length > 40 && random.int(4) === 0;
      // Mostly far back; now and then many at one place, so that a block splits again and again.
      const back = random.int(3) === 0 ? 5000 : random.int(99_000);
      const time = isBack ? Math.max(now - back, twin.clock - 99_000) : now;
      twin.add(randomEvent(random, time));
      expect(twin.s.i32[twin.record + recordMeta] & metaLarge).not.toBe(0);
      most = Math.max(most, twin.s.i32[logOf(twin.s, twin.record) + logDirectoryBits]);
      if (i % 1511 === 0) twin.check(`seed ${seed}, event ${i}`);
    }
    expect(most).toBeGreaterThan(groupBits);
    twin.check(`seed ${seed}, at the end`);
    twin.end();
  });
});
