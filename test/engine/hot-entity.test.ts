import { describe, expect, it } from 'vitest';
import type { Aggregation, FeatureView } from '../../native-free-core/feature-view.js';
import {
  blockEvents,
  groupBits,
  logBack,
  logExact,
  logFront,
  ringAgainClass,
} from '../../native-free-core/layout/block-log-layout.js';
import { metaClassMask, metaLarge, recordMeta } from '../../native-free-core/layout/entity-layout.js';
import { countExactSums } from '../../native-free-core/layout/shard-layout.js';
import { eventsPerEntityMaxDefault } from '../../native-free-core/limits.js';
import { entryOf, logOf } from '../../native-free-core/window/block-directory.js';
import { compareFeatures, NaiveEngine, type OracleEvent } from '../oracle/naive-engine.js';
import { randomValue, type ValueKind } from '../oracle/random-stream.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../seeded-random.js';
import { linesOf, outcomesOf, recordOf, SingleThreadEngine } from './single-thread-engine.js';

/** One entity with thousands of events in its windows: everything that a ring cannot hold. */

const seed = seedOfRun();
const isLong = process.env.MILLRACE_LONG === '1';
const shortMs = 7_000;
const longMs = 60_000;

function aggregation(name: Aggregation['function'], column: number, windowMs: number): Aggregation {
  return { name: `${name}_${column}_${windowMs}`, function: name, column, windowMs };
}

const view: FeatureView = {
  name: 'hot',
  entity: 'userId',
  timestampField: 'timestamp',
  columns: ['amount', 'price'],
  aggregations: [
    aggregation('count', -1, longMs),
    aggregation('count', -1, shortMs),
    aggregation('sum', 0, longMs),
    aggregation('variance', 0, longMs),
    aggregation('min', 0, longMs),
    aggregation('max', 1, longMs),
    aggregation('max', 0, shortMs),
    aggregation('min', 1, shortMs),
    aggregation('stddev', 1, shortMs),
    aggregation('avg', 1, shortMs),
    aggregation('first', 0, longMs),
    aggregation('first', 1, shortMs),
    aggregation('last', 1, longMs),
  ],
  maxWindowMs: 70_000,
  latenessMs: 100_000,
  maxAheadMs: 3_600_000,
  eventsPerEntityMax: eventsPerEntityMaxDefault,
};

/** A trickle, a burst of about ten thousand events a window, a pause, ties; some other entities. */
function hotEvents(random: SeededRandom, kind: ValueKind, burst: number): OracleEvent[] {
  const events: OracleEvent[] = [];
  let now = 1_700_000_000_000;
  const phase = (count: number, stepMs: number, disorder: number): void => {
    for (let i = 0; i < count; i++) {
      now += random.int(2 * stepMs + 1);
      const isBack = random.next() < disorder;
      const columns = [randomValue(random, kind), randomValue(random, 'cents')];
      const key = random.int(20) === 0 ? `e${random.int(5)}` : 'hot';
      events.push({
        key,
        lane: 0,
        timestamp: isBack ? now - random.int(view.maxWindowMs + 5000) : now,
        columns,
      });
    }
  };
  for (let round = 0; round < (isLong ? 2 : 1); round++) {
    phase(60, 2000, 0.1);
    phase(burst, 6, 0.1);
    now += longMs - 2000;
    phase(100, 2000, 0.2);
    // Ties everywhere, and all values of a window within a few milliseconds.
    phase(1000, 0, 0.5);
  }
  phase(60, 40_000, 0.1);
  return events;
}

/** Which ways through the code were taken, seen from the hot entity's record after each chunk. */
class Paths {
  readonly taken = new Set<string>();
  #class = 0;
  #wasLarge = false;

  look(engine: SingleThreadEngine): void {
    const record = recordOf(engine, 'hot');
    if (record === 0) return;
    const s = engine.shards[0];
    const meta = s.i32[record + recordMeta];
    const isLarge = (meta & metaLarge) !== 0;
    if (this.#wasLarge && !isLarge) this.taken.add('demotion');
    const from = this.#wasLarge ? ringAgainClass : this.#class;
    if (!isLarge && (meta & metaClassMask) > from) this.taken.add('growth');
    if (!isLarge && (meta & metaClassMask) < from) this.taken.add('shrinking');
    this.#wasLarge = isLarge;
    this.#class = meta & metaClassMask;
    if (!isLarge) return;
    this.taken.add('log');
    const log = logOf(s, record);
    const blocks = ((s.i32[log + logBack] - s.i32[log + logFront]) | 0) + 1;
    if (s.i32[log + logExact] !== 0) this.taken.add('accumulators');
    if (blocks > 2 << groupBits) this.taken.add('groups');
    for (let i = 1; i < blocks - 1; i++) {
      const entry = entryOf(s, log, (s.i32[log + logFront] + i) | 0) * 2;
      if (s.i32[entry + 1] < blockEvents) this.taken.add('split');
    }
  }
}

function compareHot(kind: ValueKind, burst: number, runSeed: number): Paths {
  const random = seededRandom(runSeed);
  const events = hotEvents(random, kind, burst);
  const paths = new Paths();
  const engine = new SingleThreadEngine(view, {
    sizes: { chunkBytes: 2048 },
    afterChunk: after => paths.look(after),
  });
  const outcomes = outcomesOf(view, engine.run(linesOf(view, events)), events.length);
  const oracle = new NaiveEngine(view);
  for (const [i, event] of events.entries()) {
    const got = outcomes[i];
    const where = `seed ${runSeed}, ${kind}, event ${i} (${JSON.stringify(event)}): `;
    // The more events in the window, the fewer of the vectors are compared.
    const wanted = random.next() * ((got.features[0] ?? 0) + 1) < 6;
    const want = oracle.accept(event, Number.MAX_SAFE_INTEGER, wanted);
    if (got.reason !== want.reason) throw new Error(`${where}${got.reason}, not ${want.reason}`);
    if (got.reason !== 'accepted' || !wanted) continue;
    const complaint = compareFeatures(view, got.features, want);
    if (complaint !== null) throw new Error(where + complaint);
  }
  if (engine.shards[0].f64[countExactSums] > 0) paths.taken.add('exact sums');
  return paths;
}

describe('a hot entity', () => {
  const always = ['demotion', 'groups', 'growth', 'log', 'shrinking', 'split'];

  for (const kind of ['cents', 'digits17'] as const) {
    it(`has the features of the definition (${kind})`, () => {
      const paths = compareHot(kind, 12_000, seed);
      expect([...paths.taken], `seed ${seed}`).toEqual(expect.arrayContaining(always));
    });
  }

  for (const kind of ['alternating', 'extreme'] as const) {
    it(`has exact sums where a running sum cannot tell (${kind})`, () => {
      const paths = compareHot(kind, 12_000, seed);
      const wanted = [...always, 'accumulators', 'exact sums'];
      expect([...paths.taken], `seed ${seed}`).toEqual(expect.arrayContaining(wanted));
    });
  }

  it.runIf(isLong)(
    'has them in twenty more runs',
    () => {
      for (let round = 1; round <= 20; round++) {
        const kinds = ['integer', 'cents', 'digits17', 'alternating', 'extreme'] as const;
        compareHot(kinds[round % kinds.length], 500 * round, seed + round);
      }
    },
    600_000,
  );
});
