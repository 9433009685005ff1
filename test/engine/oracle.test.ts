import { describe, expect, it } from 'vitest';
import type { FeatureView } from '../../native-free-core/feature-view.js';
import { compareFeatures, NaiveEngine, type OracleEvent } from '../oracle/naive-engine.js';
import { randomStream, randomStreamOptions, randomView } from '../oracle/random-stream.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../seeded-random.js';
import {
  type EngineOptions,
  laneOfKey,
  linesOf,
  outcomesOf,
  SingleThreadEngine,
} from './single-thread-engine.js';

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
    if (got.text !== JSON.stringify(JSON.parse(got.text)))
      throw new Error(`${where}not as JavaScript writes it: ${got.text}`);
  }
}

/** Runs one random stream. @returns what is wrong, or null */
function complaintOf(roundSeed: number, draw: (random: SeededRandom) => FeatureView): string | null {
  const random = seededRandom(roundSeed);
  const view = draw(random);
  const lanes = [1, 1, 3, 16][random.int(4)];
  const stream = randomStreamOptions(random, view, 60 + random.int(400));
  const laneOf = (key: string): number => laneOfKey(key, lanes);
  const { events, publishTimeMs } = randomStream(random, { ...stream, laneOf });
  const chunkBytes = [256, 1000, 4096, 131_072][random.int(4)];
  try {
    compare(view, events, publishTimeMs, { lanes, sizes: { chunkBytes } });
    return null;
  } catch (error) {
    return `seed ${roundSeed}: ${(error as Error).stack}`;
  }
}

function complaintsOf(rounds: number, draw: (random: SeededRandom) => FeatureView): string[] {
  const complaints = Array.from({ length: rounds }, (_, round) => complaintOf(seed + round, draw));
  return complaints.filter(complaint => complaint !== null);
}

/** Count, sum and mean of one column over one window: what the fused kernel takes. */
function plainView(random: SeededRandom): FeatureView {
  const view = randomView(random, { small: random.int(2) === 0 });
  const { windowMs } = view.aggregations[0];
  const functions = ['count', 'sum', 'avg'] as const;
  const aggregations = functions.map(name => ({
    name,
    function: name,
    column: name === 'count' ? -1 : 0,
    windowMs,
  }));
  return { ...view, columns: ['amount'], aggregations: aggregations.slice(0, 2 + random.int(2)) };
}

describe('the engine against the definition', () => {
  it('agrees on random views and streams', () => {
    const complaints = complaintsOf(250 * effort, random =>
      randomView(random, { small: random.int(3) === 0 }),
    );
    expect(complaints.slice(0, 8), `${complaints.length} of them`).toEqual([]);
  }, 600_000);

  it('agrees on views of count and sum', () => {
    const complaints = complaintsOf(150 * effort, plainView);
    expect(complaints.slice(0, 8), `${complaints.length} of them`).toEqual([]);
  }, 600_000);
});
