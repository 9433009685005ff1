import { describe, expect, it } from 'vitest';
import type { ReasonName } from '../../native-free-core/reasons.js';
import { seededRandom, seedOfRun } from '../seeded-random.js';
import { compareFeatures, NaiveEngine } from './naive-engine.js';
import { randomStream, randomStreamOptions, randomView } from './random-stream.js';

const seed = seedOfRun();

function drawn(offset: number, events: number) {
  const random = seededRandom(seed + offset);
  const view = randomView(random);
  return { view, options: randomStreamOptions(random, view, events), random };
}

describe('randomStream', () => {
  it('is the same for the same seed', () => {
    const once = drawn(0, 200);
    const again = drawn(0, 200);
    expect(again.view).toEqual(once.view);
    expect(randomStream(again.random, again.options)).toEqual(randomStream(once.random, once.options));
  });

  it('makes events that the view can take, and every nuisance somewhere', () => {
    const reasons = new Map<ReasonName, number>();
    let alone = 0;
    let crowded = 0;
    for (let round = 0; round < 60; round++) {
      const { view, options, random } = drawn(round, 300);
      const { events, publishTimeMs } = randomStream(random, options);
      const oracle = new NaiveEngine(view);
      expect(events).toHaveLength(300);
      expect(events.every(event => event.columns.length === view.columns.length)).toBe(true);
      expect(events.every(event => Number.isSafeInteger(event.timestamp))).toBe(true);
      for (const event of events) {
        const result = oracle.accept(event, publishTimeMs);
        reasons.set(result.reason, (reasons.get(result.reason) ?? 0) + 1);
        if (result.reason !== 'accepted') continue;
        const complaint = compareFeatures(view, result.features, result);
        if (complaint !== null) throw new Error(`seed ${seed}: ${complaint}`);
        if (result.windows[0].length === 1) alone++;
        if (result.windows[0].length > 20) crowded++;
      }
    }
    expect([...reasons.keys()].sort(), `seed ${seed}`).toEqual(['accepted', 'future', 'late']);
    for (const count of [...reasons.values(), alone, crowded])
      expect(count, `seed ${seed}`).toBeGreaterThan(20);
    expect(reasons.get('accepted'), `seed ${seed}`).toBeGreaterThan(0.6 * 60 * 300);
  });

  it('draws views whose columns are all read', () => {
    for (let round = 0; round < 200; round++) {
      const view = randomView(seededRandom(seed + round), { small: round % 2 === 0 });
      const read = new Set(
        view.aggregations.map(aggregation => aggregation.column).filter(column => column >= 0),
      );
      expect([...read].sort(), `seed ${seed + round}`).toEqual(view.columns.map((_, column) => column));
      expect(view.latenessMs).toBeGreaterThan(0);
      for (const { windowMs } of view.aggregations) expect(windowMs).toBeLessThanOrEqual(view.maxWindowMs);
    }
  });
});
