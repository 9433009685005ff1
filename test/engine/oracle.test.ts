import { describe, expect, it } from 'vitest';
import type { FeatureView } from '../../native-free-core/feature-view.js';
import { compareFeatures, NaiveEngine, type OracleEvent } from '../oracle/naive-engine.js';
import { randomStream, randomStreamOptions, randomView } from '../oracle/random-stream.js';
import { seededRandom, seedOfRun } from '../seeded-random.js';
import { type EngineOptions, laneOfKey, linesOf, outcomesOf, SingleThreadEngine } from './single-thread-engine.js';

const seed = seedOfRun();
const effort = process.env.MILLRACE_LONG === '1' ? 20 : 1;

/** Throws where the engine and the definition differ. */
function compare(
  view: FeatureView,
  events: readonly OracleEvent[],
  publishTimeMs: number,
  options: EngineOptions,
): void {
  const engine = new SingleThreadEngine(view, { ...options, publishTimeMs });
  const outcomes = outcomesOf(view, engine.run(linesOf(view, events)), events.length);
  const oracle = new NaiveEngine(view);
  for (const [i, event] of events.entries()) {
    const want = oracle.accept(event, publishTimeMs);
    const got = outcomes[i];
    const where = `event ${i} (${JSON.stringify(event)}): `;
    if (got.reason !== want.reason) throw new Error(`${where}${got.reason}, not ${want.reason}`);
    if (got.reason !== 'accepted') continue;
    if (!got.exact || !got.windowComplete) throw new Error(`${where}${got.text}`);
    const complaint = compareFeatures(view, got.features, want);
    if (complaint !== null) throw new Error(where + complaint);
    if (got.text !== JSON.stringify(JSON.parse(got.text))) throw new Error(`${where}not as JavaScript writes it: ${got.text}`);
  }
}

describe('the engine against the definition', () => {
  it(`agrees on random views and streams (seed ${seed})`, () => {
    const failures: string[] = [];
    for (let round = 0; round < 300 * effort; round++) {
      const random = seededRandom(seed + round);
      const view = randomView(random, { small: random.int(3) === 0 });
      const lanes = [1, 1, 3, 16][random.int(4)];
      const stream = randomStreamOptions(random, view, 60 + random.int(400));
      const laneOf = (key: string): number => laneOfKey(key, lanes);
      const { events, publishTimeMs } = randomStream(random, { ...stream, laneOf });
      const chunkBytes = [256, 1000, 4096, 131_072][random.int(4)];
      try {
        compare(view, events, publishTimeMs, { lanes, sizes: { chunkBytes } });
      } catch (error) {
        failures.push(`seed ${seed + round}: ${(error as Error).stack}`);
      }
    }
    expect(failures.slice(0, 8), `${failures.length} failures`).toEqual([]);
  });
});
