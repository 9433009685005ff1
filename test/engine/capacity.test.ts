import { describe, expect, it } from 'vitest';
import type { FeatureView } from '../../native-free-core/feature-view.js';
import { ringFirstClass } from '../../native-free-core/layout/entity-layout.js';
import {
  countReclaimed,
  heapFreeDoubles,
  heapNext,
  indexMask,
  indexSlotsFirst,
  oldIndexBase,
  recordsLive,
  recordsUsed,
} from '../../native-free-core/layout/shard-layout.js';
import type { EngineSizes } from '../../src/engine-memory.js';
import { compareFeatures, NaiveEngine, type OracleEvent } from '../oracle/naive-engine.js';
import { randomValue } from '../oracle/random-stream.js';
import { seededRandom, seedOfRun } from '../seeded-random.js';
import { linesOf, type Outcome, outcomesOf, SingleThreadEngine } from './single-thread-engine.js';

/** Full shards, forgetting, and the growth of the table, against the definition. */

const seed = seedOfRun();
const effort = process.env.MILLRACE_LONG === '1' ? 20 : 1;

const view: FeatureView = {
  name: 'small',
  entity: 'userId',
  timestampField: 'timestamp',
  columns: ['amount'],
  aggregations: [
    { name: 'n', function: 'count', column: -1, windowMs: 1000 },
    { name: 'total', function: 'sum', column: 0, windowMs: 1000 },
    { name: 'least', function: 'min', column: 0, windowMs: 300 },
    { name: 'spread', function: 'variance', column: 0, windowMs: 300 },
  ],
  maxWindowMs: 1000,
  latenessMs: 1000,
  maxAheadMs: 3_600_000,
  eventsPerEntityMax: 1_048_576,
};

function event(key: string, timestamp: number, amount = 1): OracleEvent {
  return { key, lane: 0, timestamp, columns: [amount] };
}

function run(engine: SingleThreadEngine, events: readonly OracleEvent[]): Outcome[] {
  return outcomesOf(view, engine.run(linesOf(view, events)), events.length);
}

/** Runs it, and compares everything but what was refused for want of room. @returns how many those were */
function compareInSmall(events: readonly OracleEvent[], sizes: EngineSizes, where: string): number {
  const engine = new SingleThreadEngine(view, { sizes });
  const oracle = new NaiveEngine(view);
  let refused = 0;
  for (const [i, got] of run(engine, events).entries()) {
    if (got.reason === 'capacity') {
      refused++;
      continue;
    }
    const wanted = i % 7 === 0 || (got.features[0] ?? 0) < 20;
    const want = oracle.accept(events[i], Number.MAX_SAFE_INTEGER, wanted);
    if (got.reason !== want.reason)
      throw new Error(`${where}, event ${i}: ${got.reason}, not ${want.reason}`);
    const complaint = got.reason === 'accepted' && wanted ? compareFeatures(view, got.features, want) : null;
    if (complaint !== null) throw new Error(`${where}, event ${i}: ${complaint}`);
  }
  expectNoLeak(engine, events[events.length - 1].timestamp, where);
  return refused;
}

/** Long after, everything but one entity is forgotten, and the heap is free but for its ring. */
function expectNoLeak(engine: SingleThreadEngine, last: number, where: string): void {
  const [shard] = engine.shards;
  for (let step = 1; step < 40; step++) run(engine, [event('last', last + step * 10_000)]);
  expect(shard.i32[recordsLive], where).toBe(1);
  const used = shard.i32[heapNext] - shard.layout.heap - shard.f64[heapFreeDoubles];
  expect(used, where).toBe(shard.heapUnit << ringFirstClass);
}

describe('a shard with few records', () => {
  const keys = Array.from({ length: 20 }, (_, i) => `user-${i}`);

  it('refuses new entities, never known ones, and takes new ones again once it may forget', () => {
    const engine = new SingleThreadEngine(view, { sizes: { entitiesPerShard: 8 } });
    const first = run(
      engine,
      keys.map(key => event(key, 5000)),
    );
    expect(first.map(outcome => outcome.reason)).toEqual(
      keys.map((_, i) => (i < 8 ? 'accepted' : 'capacity')),
    );
    const again = run(
      engine,
      keys.map(key => event(key, 6999)),
    );
    expect(again.map(outcome => outcome.reason)).toEqual(
      keys.map((_, i) => (i < 8 ? 'accepted' : 'capacity')),
    );
    // The first new entity that is late enough to let all others go moves the shard's clock.
    const later = run(engine, [event(keys[8], 8998), ...keys.slice(8, 17).map(key => event(key, 8999))]);
    expect(later.map(outcome => outcome.reason)).toEqual([
      'capacity',
      ...Array(8).fill('accepted'),
      'capacity',
    ]);
    expect(engine.shards[0].f64[countReclaimed]).toBe(8);
  });

  it('forgets everything that it may before it refuses', () => {
    const engine = new SingleThreadEngine(view, { sizes: { entitiesPerShard: 8 } });
    run(
      engine,
      keys.slice(0, 8).map(key => event(key, 5000)),
    );
    const line = 5000 + view.latenessMs + view.maxWindowMs;
    expect(run(engine, [event(keys[0], line - 1), event('x', line - 1)])[1].reason).toBe('capacity');
    // Seven are forgotten: the eighth has just moved on.
    const later = run(engine, [event(keys[0], line), ...keys.slice(8, 16).map(key => event(key, line))]);
    expect(later.map(outcome => outcome.reason)).toEqual([...Array(8).fill('accepted'), 'capacity']);
    expect(later.slice(1, 8).map(outcome => outcome.features[0])).toEqual(Array(7).fill(1));
    expect(engine.shards[0].f64[countReclaimed]).toBe(7);
  });

  it('does not take a forgotten record for its old entity (within one slice)', () => {
    const engine = new SingleThreadEngine(view, { sizes: { entitiesPerShard: 4 } });
    run(
      engine,
      ['a', 'b', 'c', 'd'].map(key => event(key, 5000)),
    );
    const late = 5000 + 10_000;
    const slice = [
      event('b', late),
      event('new', late),
      event('a', late),
      event('a', late),
      event('c', late),
    ];
    const outcomes = run(engine, slice);
    expect(outcomes.map(outcome => [outcome.reason, outcome.features[0]])).toEqual([
      ['accepted', 1],
      ['accepted', 1],
      ['accepted', 1],
      ['accepted', 2],
      ['accepted', 1],
    ]);
    expectNoLeak(engine, late, 'at the end');
  });

  it('refuses nothing where a large one would not', () => {
    const random = seededRandom(seed);
    const events = keys.flatMap((_, round) =>
      keys.map(() => event(`k${random.int(40)}`, 5000 + round * 40 + random.int(40), random.int(100))),
    );
    expect(compareInSmall(events, { entitiesPerShard: 8 }, `seed ${seed}`)).toBeGreaterThan(50);
    expect(compareInSmall(events, {}, `seed ${seed}`)).toBe(0);
  });
});

describe('a shard with a small heap', () => {
  it('goes on without harm when it is full, and gives everything back', () => {
    let refused = 0;
    for (let round = 0; round < 20 * effort; round++) {
      const random = seededRandom(seed + round);
      const shardBytes = (36 + random.int(160)) * 1024;
      let now = 10_000;
      const events = Array.from({ length: 3000 }, () => {
        now += random.next() < 0.01 ? 700 : random.int(3);
        const key =
          random.int(3) > 0 ? `hot${random.int(2)}` : `e${random.int(60)}${'y'.repeat(random.int(2) * 20)}`;
        const back = random.int(4) === 0 ? random.int(1000) : 0;
        return event(key, now - back, randomValue(random, 'alternating'));
      });
      refused += compareInSmall(events, { shardBytes, entitiesPerShard: 64 }, `seed ${seed + round}`);
    }
    expect(refused, `seed ${seed}`).toBeGreaterThan(100);
  }, 600_000);
});

describe('the table', () => {
  it('grows, forgets and stays flat under entities that come once or twice', () => {
    const random = seededRandom(seed);
    const events = Array.from({ length: 40_000 }, (_, i) => {
      const key = `user-${Math.floor(i / 2) + random.int(40)}`;
      return event(key, 10_000 + (i >> 2) - random.int(300), random.int(1000));
    });
    let isMoving = false;
    let most = 0;
    const engine = new SingleThreadEngine(view, {
      sizes: { chunkBytes: 4096 },
      afterChunk: ({ shards: [s] }) => {
        if (s.i32[oldIndexBase] !== 0) isMoving = true;
        most = Math.max(most, s.i32[recordsLive]);
      },
    });
    const oracle = new NaiveEngine(view);
    for (const [i, got] of run(engine, events).entries()) {
      const want = oracle.accept(events[i], Number.MAX_SAFE_INTEGER);
      const complaint = want.reason === 'accepted' ? compareFeatures(view, got.features, want) : null;
      expect([got.reason, complaint], `seed ${seed}, event ${i}`).toEqual([want.reason, null]);
    }
    const [shard] = engine.shards;
    expect(isMoving).toBe(true);
    expect(shard.i32[indexMask]).toBeGreaterThan(indexSlotsFirst);
    expect(shard.f64[countReclaimed]).toBeGreaterThan(10_000);
    expect(most).toBeLessThan(8000);
    expect(shard.i32[recordsUsed]).toBeLessThan(8000);
    expectNoLeak(engine, 30_000, `seed ${seed}`);
  });
});
