import { describe, expect, it } from 'vitest';
import { hashKey, tableHash } from '../../../native-free-core/hash/key-hash.js';
import { recordClock, recordEvents } from '../../../native-free-core/layout/entity-layout.js';
import {
  leastClockMs,
  newestMs,
  recordsLive,
  sweepLeastMs,
  tableSeed0,
  tableSeed1,
} from '../../../native-free-core/layout/shard-layout.js';
import { addEntity, findEntity } from '../../../native-free-core/window/entity-table.js';
import { hasRoomForEntity, sweep, sweepAll } from '../../../native-free-core/window/reclaim.js';
import type { ShardMemory } from '../../../native-free-core/window/shard-memory.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';
import { keyData, plainView, shardFor } from './shard-for-test.js';

const seed = seedOfRun();
/** What an entity's clock must be behind the shard's for it to be forgotten. */
const reachMs = plainView.latenessMs + plainView.maxWindowMs;

function hashOf(s: ShardMemory, key: string): number {
  const { data, length } = keyData(key);
  const hashes = new Int32Array(2);
  hashKey(data, 0, length, s.i32[tableSeed0], s.i32[tableSeed1], hashes);
  return hashes[tableHash];
}

function isKnown(s: ShardMemory, key: string): boolean {
  const { data, length } = keyData(key);
  return findEntity(s, hashOf(s, key), data, 0, length) !== 0;
}

/** As the aggregator makes one. */
function make(s: ShardMemory, key: string, clock: number): number {
  const { data, length } = keyData(key);
  const record = addEntity(s, hashOf(s, key), data, 0, length);
  s.i32[record + recordEvents] = s.allocate(0);
  setClock(s, record, clock);
  if (clock < s.f64[leastClockMs]) s.f64[leastClockMs] = clock;
  if (clock < s.f64[sweepLeastMs]) s.f64[sweepLeastMs] = clock;
  return record;
}

function setClock(s: ShardMemory, record: number, clock: number): void {
  s.f64[(record >> 1) + recordClock] = clock;
  if (clock > s.f64[newestMs]) s.f64[newestMs] = clock;
}

describe('the sweep', () => {
  it('forgets all that it may within one round of bounded steps, and nothing else', () => {
    const random = seededRandom(seed);
    const s = shardFor(plainView, 1 << 22, 5000);
    const clocks = new Map<string, { record: number; clock: number }>();
    let now = 10_000;
    for (let round = 0; round < 150; round++) {
      for (let i = 0; i < 20; i++) {
        now += random.int(10);
        const key = random.int(2) === 0 ? `u${random.int(3000)}` : `a-long-key-of-user-${random.int(3000)}`;
        const known = clocks.get(key);
        if (known === undefined) clocks.set(key, { record: make(s, key, now), clock: now });
        else {
          known.clock = now;
          setClock(s, known.record, now);
        }
      }
      const may = (clock: number): boolean => clock <= now - reachMs;
      sweep(s, round % 50 === 49 ? 10_000 : 32);
      if (round % 50 === 49) sweep(s, 10_000);
      for (const [key, { clock }] of clocks) {
        const known = isKnown(s, key);
        if (!may(clock)) expect(known, `seed ${seed}, ${key}`).toBe(true);
        else if (round % 50 === 49) expect(known, `seed ${seed}, ${key}`).toBe(false);
        if (!known) clocks.delete(key);
      }
      expect(s.i32[recordsLive]).toBe(clocks.size);
      for (const { clock } of clocks.values()) expect(s.f64[leastClockMs]).toBeLessThanOrEqual(clock);
    }
    expect(clocks.size).toBeLessThan(600);
  });
});

describe('a full shard', () => {
  it('makes room only by forgetting what the new event itself lets go', () => {
    const s = shardFor(plainView, 1 << 18, 3);
    for (const [i, key] of ['a', 'b', 'c'].entries()) make(s, key, 1000 + i);
    expect(hasRoomForEntity(s, 1, Float64Array.of(999 + reachMs, 0))).toBe(false);
    expect(['a', 'b', 'c'].map(key => isKnown(s, key))).toEqual([true, true, true]);
    expect(hasRoomForEntity(s, 1, Float64Array.of(1001 + reachMs, 0))).toBe(true);
    expect(['a', 'b', 'c'].map(key => isKnown(s, key))).toEqual([false, false, true]);
  });

  it('looks at everything at once', () => {
    const s = shardFor(plainView, 1 << 20, 1000);
    for (let i = 0; i < 1000; i++) make(s, `u${i}`, i);
    s.f64[newestMs] = 499 + reachMs;
    sweepAll(s);
    expect(s.i32[recordsLive]).toBe(500);
  });
});
