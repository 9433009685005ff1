import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { type FeatureView, functionNames } from '../../native-free-core/feature-view.js';

const isLong = process.env.MILLRACE_LONG === '1' || process.env.CI !== undefined;
const events = isLong ? 10_000_000 : 3_000_000;
const windows = [60_000, 600_000, 120_000];

/** All nine functions, over three windows. */
const view: FeatureView = {
  name: 'nine',
  entity: 'userId',
  timestampField: 'timestamp',
  columns: ['amount'],
  aggregations: functionNames.map((name, i) => ({
    name: `${name}Amount`,
    function: name,
    column: name === 'count' ? -1 : 0,
    windowMs: windows[i % windows.length],
  })),
  maxWindowMs: 600_000,
  latenessMs: 60_000,
  maxAheadMs: 3_600_000,
  eventsPerEntityMax: 1500,
};

interface Collected {
  readonly scavenges: number;
  readonly seconds: number;
  readonly chunks: number;
  readonly letters: number;
  readonly slowNumbers: number;
  readonly reclaimed: number;
  readonly merged: number;
  readonly entities: number;
}

/** The bytes that one chunk may cost: the views with which main cuts and hands it over. Measured: 600. */
const chunkBytesMax = 1024;
/** V8 begins with a semi-space of this size, and only ever makes it larger. */
const semiSpaceBytesMin = 1 << 20;

/** What one chunk costs is not the data plane's; a single small object per event would be fifty times as much. */
function scavengesAllowed({ chunks }: Collected): number {
  return 1 + Math.ceil((chunks * chunkBytesMax) / semiSpaceBytesMin);
}

function collectedIn(data: { events: number; warmUpEvents: number; allocates: boolean }): Promise<Collected> {
  return new Promise((resolve, reject) => {
    const file = new URL('./no-allocation-thread.mjs', import.meta.url);
    new Worker(file, { workerData: { view, ...data } }).once('message', resolve).once('error', reject);
  });
}

describe('decode, windows and encode', () => {
  // Until V8 has compiled everything for good, interpreted code boxes its doubles.
  const warmUpEvents = 2_500_000;

  it(`allocate nothing per event, over ${events / 1e6} million events`, async () => {
    const collected = await collectedIn({ events, warmUpEvents, allocates: false });
    // What was to be exercised was: entities that come and go, a hot one past its bound.
    expect(collected.reclaimed).toBeGreaterThan(events / 100);
    expect(collected.merged).toBeGreaterThan(events / 100);
    expect(collected.entities).toBeLessThan(10_000);
    expect(collected.letters).toBe(0);
    expect(collected.scavenges).toBeLessThanOrEqual(scavengesAllowed(collected));
  }, 300_000);

  it('would be found out by one small object per event', async () => {
    const collected = await collectedIn({ events: 1_500_000, warmUpEvents: 300_000, allocates: true });
    expect(collected.scavenges).toBeGreaterThan(3 * scavengesAllowed(collected));
  }, 120_000);
});
