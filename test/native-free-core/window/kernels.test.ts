import { describe, expect, it } from 'vitest';
import type { FeatureView } from '../../../native-free-core/feature-view.js';
import { headRows, rowStatus, rowWords } from '../../../native-free-core/layout/slot-layout.js';
import { ChunkDecoder } from '../../../native-free-core/scan/chunk-decoder.js';
import { Aggregator } from '../../../native-free-core/window/aggregator.js';
import { CountSumKernel } from '../../../native-free-core/window/count-sum-kernel.js';
import { WindowsKernel } from '../../../native-free-core/window/windows-kernel.js';
import { type EngineMemory, reserveMemory } from '../../../src/engine-memory.js';
import { LineChunker } from '../../../src/source/line-chunker.js';
import { parseFeatureView } from '../../../src/view/parse-feature-view.js';
import { bytesSource, linesOf } from '../../engine/single-thread-engine.js';
import { randomStream, type ValueKind } from '../../oracle/random-stream.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();
const rounds = process.env.MILLRACE_LONG === '1' ? 600 : 60;

function viewOf(aggregations: readonly string[], extra: string) {
  const text = `{feature_view: v, entity: userId, timestamp_field: timestamp, ${extra}
    aggregations: [${aggregations.map((body, i) => `{name: f${i}, ${body}}`).join(', ')}]}`;
  const parsed = parseFeatureView(text, 'test');
  if (!parsed.ok) throw new Error(parsed.problems[0].message);
  return parsed.view;
}

/** Count, sum and mean of one column over one window. */
function hotView(random: SeededRandom) {
  const windowMs = [500, 20_000, 600_000][random.int(3)];
  const extra = ['', `max_window: ${windowMs * 3}ms,`, 'lateness: 40s,', 'events_per_entity_max: 9,'];
  const of = (name: string): string => `function: ${name}, column: amount, time_window: ${windowMs}ms`;
  return viewOf(
    [`function: count, time_window: ${windowMs}ms`, of('sum'), of('avg')],
    extra[random.int(extra.length)],
  );
}

/** Up to twelve features of up to three columns over up to three windows, at random. */
function manyWindowsView(random: SeededRandom) {
  const windows = [700, 20_000, 600_000].slice(0, 2 + random.int(2));
  const wanted = new Set<string>();
  for (const windowMs of windows) wanted.add(`function: max, column: amount, time_window: ${windowMs}ms`);
  for (let left = random.int(12); left > 0; left--) {
    const name = ['count', 'sum', 'avg', 'min', 'max'][random.int(5)];
    const column = name === 'count' ? '' : `column: ${['amount', 'fee', 'tip'][random.int(3)]}, `;
    wanted.add(`function: ${name}, ${column}time_window: ${windows[random.int(windows.length)]}ms`);
  }
  const extra = ['', 'max_window: 20m,', 'lateness: 40s,', 'events_per_entity_max: 9,'];
  return viewOf([...wanted], extra[random.int(extra.length)]);
}

/** Every row's status and outputs, chunk by chunk, with or without the kernel. */
function results(memory: EngineMemory, bytes: Buffer, withKernel: boolean): string[] {
  const { arena, slotLayout, entity, shards, tasks } = memory;
  const { view, seeds } = tasks[0];
  const chunker = new LineChunker(arena, slotLayout, bytesSource(bytes));
  const decoder = new ChunkDecoder(arena, slotLayout, view, shards.length, ...seeds);
  const aggregator = new Aggregator(arena, slotLayout, entity, withKernel);
  const found: string[] = [];
  for (let filled = chunker.fill(0); filled !== 'end'; filled = chunker.fill(0)) {
    if (filled !== 'chunk') continue;
    decoder.decode(0);
    for (const [lane, shard] of shards.entries()) aggregator.aggregateLane(shard, 0, lane);
    for (let row = 0; row < arena.i32[headRows]; row++) {
      const status = arena.i32[(slotLayout.rows >> 2) + row * rowWords + rowStatus];
      const values = (slotLayout.values >> 3) + row * slotLayout.rowDoubles;
      const outputs = arena.f64.subarray(values + slotLayout.outputs, values + slotLayout.rowDoubles);
      found.push(`${row} ${status} ${status === 0 ? [...outputs].join(' ') : ''}`);
    }
  }
  return found;
}

function streamOf(random: SeededRandom, view: FeatureView) {
  const values: ValueKind = (['cents', 'digits17', 'extreme', 'alternating'] as const)[random.int(4)];
  const { events } = randomStream(random, {
    events: 2500,
    entities: 1 + random.int(60),
    columns: view.columns.length,
    values,
    stepMs: 1 + random.int(2000),
    disorder: random.int(2) * 0.1,
    disorderMs: 30_000,
    ties: 0.1,
    duplicates: 0.02,
    hot: random.int(2) * 0.5,
    jumps: 0.002,
    jumpMs: 4_000_000,
    future: 0,
  });
  return Buffer.from(linesOf(view, events));
}

describe.each([
  ['the hot view', CountSumKernel, hotView],
  ['several windows', WindowsKernel, manyWindowsView],
])('the kernel of %s', (_, kernel, viewFor) => {
  it(`gives what the general path gives (seed ${seed})`, () => {
    for (let round = 0; round < rounds; round++) {
      const random = seededRandom(seed + round);
      const view = viewFor(random);
      const bytes = streamOf(random, view);
      const sizes = { slots: 1, shardBytes: 1 << 26 };
      const fast = reserveMemory(view, 1, 3, sizes);
      expect(kernel.fits(fast.entity)).toBe(true);
      const got = results(fast, bytes, true);
      expect(got, `seed ${seed + round}`).toEqual(results(reserveMemory(view, 1, 3, sizes), bytes, false));
      expect(got.length).toBe(2500);
    }
  });
});
