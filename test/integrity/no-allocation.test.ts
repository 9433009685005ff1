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
  eventsPerEntityMax: 2000,
};

interface Collected {
  readonly scavenges: number;
  readonly others: number;
  readonly seconds: number;
  readonly chunks: number;
  readonly letters: number;
  readonly slowNumbers: number;
  readonly reclaimed: number;
  readonly merged: number;
  readonly entities: number;
}

function collectedIn(data: { events: number; warmUpEvents: number; allocates: boolean }): Promise<Collected> {
  return new Promise((resolve, reject) => {
    const file = new URL('./no-allocation-thread.mjs', import.meta.url);
    new Worker(file, { workerData: { view, ...data } }).once('message', resolve).once('error', reject);
  });
}
describe('x', () => {
  it('y', async () => {
    const n = { events, warmUpEvents: 1_500_000, allocates: false };
    console.log(await collectedIn(n));
    console.log(await collectedIn({ ...n, allocates: true }));
    expect(1).toBe(1);
  }, 300_000);
});
