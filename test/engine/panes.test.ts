import { describe, expect, it } from 'vitest';
import type { Aggregation, FeatureView } from '../../native-free-core/feature-view.js';
import { countMerged } from '../../native-free-core/layout/shard-layout.js';
import { compareFeatures, NaiveEngine, type OracleEvent } from '../oracle/naive-engine.js';
import { randomValue, type ValueKind } from '../oracle/random-stream.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../seeded-random.js';
import { linesOf, outcomesOf, SingleThreadEngine } from './single-thread-engine.js';

/** Past `eventsPerEntityMax`: the oldest events live on in panes, and the vector says so. */

const seed = seedOfRun();
const effort = process.env.MILLRACE_LONG === '1' ? 20 : 1;
const bounds = [1, 2, 5, 16, 100, 1000];
const longMs = 6400;

const names = ['count', 'sum', 'min', 'max', 'first', 'last', 'avg', 'variance'] as const;
const features = [longMs, 700].flatMap(windowMs =>
  names.map(
    (name): Aggregation => ({
      name: `${name}_${windowMs}`,
      function: name,
      column: name === 'count' ? -1 : 0,
      windowMs,
    }),
  ),
);

function viewWith(eventsPerEntityMax: number): FeatureView {
  return {
    name: 'panes',
    entity: 'userId',
    timestampField: 'timestamp',
    columns: ['amount'],
    aggregations: features,
    maxWindowMs: longMs,
    latenessMs: 10_000,
    maxAheadMs: 3_600_000,
    eventsPerEntityMax,
  };
}

interface Phase {
  readonly events: number;
  readonly stepMs: number;
  readonly disorder: number;
  readonly pauseMs: number;
  readonly backMs?: number;
}

function hotEvents(random: SeededRandom, kind: ValueKind, phases: readonly Phase[]): OracleEvent[] {
  let now = 1_700_000_000_000;
  return phases.flatMap(({ events, stepMs, disorder, pauseMs, backMs = longMs }) => {
    now += pauseMs;
    return Array.from({ length: events }, () => {
      now += random.int(2 * stepMs + 1);
      const back = random.next() < disorder ? random.int(backMs) : 0;
      return { key: 'hot', lane: 0, timestamp: now - back, columns: [randomValue(random, kind)] };
    });
  });
}

function quietEvents(random: SeededRandom, hot: readonly OracleEvent[]): OracleEvent[] {
  return hot.flatMap(({ timestamp }) => {
    if (random.int(4) > 0) return [];
    const key = `e${random.int(7)}`;
    return [{ key, lane: 0, timestamp: timestamp - random.int(50), columns: [random.int(1000)] }];
  });
}

function run(view: FeatureView, events: readonly OracleEvent[]) {
  const engine = new SingleThreadEngine(view, { sizes: { chunkBytes: 700 } });
  return { outcomes: outcomesOf(view, engine.run(linesOf(view, events)), events.length), engine };
}

describe('an entity with too many events', () => {
  it('keeps whole counts, sums and extrema while everything merged lies within the window', () => {
    for (const [i, bound] of bounds.entries()) {
      const random = seededRandom(seed + i);
      const view = viewWith(bound);
      // All within the long window, so that no pane is ever partly out of it.
      const events = hotEvents(random, 'cents', [
        { events: 1500, stepMs: 1, disorder: 0.2, pauseMs: 0, backMs: 3000 },
      ]);
      const { outcomes, engine } = run(view, events);
      const oracle = new NaiveEngine(view);
      let merged = 0;
      for (const [at, got] of outcomes.entries()) {
        const where = `seed ${seed + i}, bound ${bound}, event ${at}`;
        const sampled = at % 37 === 0;
        const want = oracle.accept(events[at], Number.MAX_SAFE_INTEGER, sampled);
        expect(got.reason, where).toBe(want.reason);
        if (at + 1 > bound) merged++;
        expect(got.exact, where).toBe(at + 1 <= bound);
        expect(got.features[0], where).toBe(at + 1);
        if (!sampled) continue;
        // count, sum, min, max of the long window; the last event is never merged.
        for (const f of [2, 3, 5]) expect(got.features[f], `${where}, ${names[f]}`).toBe(want.features[f]);
        for (const f of [1, 6, 7]) {
          const [value, exact] = [got.features[f] as number, want.features[f] as number];
          expect(Math.abs(value - exact), `${where}, ${names[f]}`).toBeLessThanOrEqual(
            1e-12 * Math.abs(exact),
          );
        }
      }
      expect(merged).toBeGreaterThan(0);
      expect(engine.shards[0].f64[countMerged]).toBeGreaterThanOrEqual(1500 - bound);
    }
  });

  it('is inexact while merged events reach into a window, exact again later, and always as the definition then', () => {
    for (let round = 0; round < 6 * effort; round++) {
      const random = seededRandom(seed + round);
      const bound = bounds[round % bounds.length];
      const view = viewWith(bound);
      const kind = (['cents', 'digits17', 'alternating', 'extreme'] as const)[random.int(4)];
      const calm = { events: 30, stepMs: longMs, disorder: 0.1, pauseMs: 2 * longMs };
      const burst = { events: 1400, stepMs: 1 + random.int(4), disorder: 0.3, pauseMs: 0 };
      const events = hotEvents(random, kind, [calm, burst, calm, burst, calm]);
      const oracle = new NaiveEngine(view);
      let inexact = 0;
      let isExactAgain = false;
      for (const [at, got] of run(view, events).outcomes.entries()) {
        // The more events in the window, the fewer of the vectors are compared.
        const sampled = random.next() * (got.features[0] ?? 0) < 20;
        const want = oracle.accept(events[at], Number.MAX_SAFE_INTEGER, sampled);
        const where = `seed ${seed + round}, bound ${bound}, ${kind}, event ${at}`;
        expect(got.reason, where).toBe(want.reason);
        if (want.reason !== 'accepted') continue;
        if (!got.exact) {
          inexact++;
          isExactAgain = false;
          continue;
        }
        isExactAgain ||= inexact > 0;
        if (!sampled) continue;
        const complaint = compareFeatures(view, got.features, want);
        if (complaint !== null) throw new Error(`${where}: ${complaint}`);
      }
      expect(inexact, `seed ${seed + round}`).toBeGreaterThan(0);
      expect(isExactAgain || bound === 1, `seed ${seed + round}`).toBe(true);
    }
  });

  it('changes nothing for others', () => {
    for (const [i, bound] of bounds.entries()) {
      const random = seededRandom(seed + i);
      const view = viewWith(bound);
      const hot = hotEvents(random, 'extreme', [{ events: 2500, stepMs: 3, disorder: 0.3, pauseMs: 0 }]);
      const quiet = quietEvents(random, hot);
      const mixed: OracleEvent[] = [];
      for (let h = 0, q = 0; h < hot.length || q < quiet.length; ) {
        const takesHot = q === quiet.length || (h < hot.length && random.int(5) > 0);
        mixed.push(takesHot ? hot[h++] : quiet[q++]);
      }
      const isQuiet = (_: unknown, at: number): boolean => mixed[at].key !== 'hot';
      const together = run(view, mixed).outcomes.filter(isQuiet);
      const alone = run(view, quiet).outcomes;
      expect(together.map(outcome => outcome.reason)).toEqual(alone.map(outcome => outcome.reason));
      const texts = (outcomes: typeof alone) =>
        outcomes.flatMap(outcome => (outcome.reason === 'accepted' ? [outcome.text] : []));
      expect(texts(together), `seed ${seed + i}, bound ${bound}`).toEqual(texts(alone));
    }
  });
});
