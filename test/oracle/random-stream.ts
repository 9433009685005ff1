import {
  type Aggregation,
  type FeatureView,
  type FunctionName,
  functionNames,
} from '../../native-free-core/feature-view.js';
import { eventsPerEntityMaxDefault, latenessBeyondWindowMs } from '../../native-free-core/limits.js';
import type { SeededRandom } from '../seeded-random.js';
import type { OracleEvent } from './naive-engine.js';

export type ValueKind = 'integer' | 'cents' | 'digits17' | 'extreme' | 'alternating';

/** Shares are probabilities per event, from 0 to 1. */
export interface StreamOptions {
  readonly events: number;
  readonly entities: number;
  readonly columns: number;
  readonly values: ValueKind;
  /** Mean distance in time of one event from the next. */
  readonly stepMs: number;
  /** Share of events that lie back in time, by up to `disorderMs`. */
  readonly disorder: number;
  readonly disorderMs: number;
  /** Share of events with exactly the time of the one before. */
  readonly ties: number;
  /** Share of events that repeat an earlier one whole. */
  readonly duplicates: number;
  /** Share of events of one entity, beside its fair share. */
  readonly hot: number;
  /** Share of events before which time jumps ahead by `jumpMs`, so that windows empty. */
  readonly jumps: number;
  readonly jumpMs: number;
  /** Share of events whose clock is far ahead of the publish time. */
  readonly future: number;
  /** The lane of a key; lane 0 for all, unless given. */
  readonly laneOf?: (key: string) => number;
}

export interface RandomStream {
  readonly events: OracleEvent[];
  /** Publish time of every record: past the last regular event. */
  readonly publishTimeMs: number;
}

const startMs = 1_700_000_000_000;
const farAheadMs = 1e12;

export function randomStream(random: SeededRandom, options: StreamOptions): RandomStream {
  const events: OracleEvent[] = [];
  let now = startMs;
  let greatest = startMs;
  for (let i = 0; i < options.events; i++) {
    if (events.length > 0 && random.next() < options.duplicates) {
      events.push(events[random.int(events.length)]);
      continue;
    }
    if (random.next() < options.jumps) now += options.jumpMs;
    if (random.next() >= options.ties) now += random.int(2 * options.stepMs + 1);
    greatest = Math.max(greatest, now);
    let timestamp = now;
    if (random.next() < options.disorder) timestamp = Math.max(0, now - random.int(options.disorderMs + 1));
    if (random.next() < options.future) timestamp += farAheadMs;
    const key = randomKey(random, options);
    const columns = Array.from({ length: options.columns }, () => randomValue(random, options.values));
    events.push({ key, lane: options.laneOf?.(key) ?? 0, timestamp, columns });
  }
  return { events, publishTimeMs: greatest };
}

function randomKey(random: SeededRandom, options: StreamOptions): string {
  if (random.next() < options.hot) return 'hot';
  const entity = random.int(options.entities);
  // Now and then a key that is long, or not ASCII: it stays the same for the entity.
  if (entity % 13 === 5) return `entity-${entity}-${'x'.repeat(entity % 97)}`;
  if (entity % 17 === 3) return `кл-${entity}-🔑`;
  return `e${entity}`;
}

const extremes = [
  0,
  1,
  -1,
  0.1,
  1e308,
  -1e308,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  5e-324,
  -5e-324,
  2.2250738585072014e-308,
  2 ** 53,
  -(2 ** 53),
  2 ** 53 - 1,
  1e16,
  1e-16,
  1e154,
  -1e154,
  1e-162,
  1e100,
  -1e100,
];

export function randomValue(random: SeededRandom, kind: ValueKind): number {
  switch (kind) {
    case 'integer':
      return random.int(2001) - 1000;
    case 'cents':
      return random.int(500_000) / 100;
    case 'digits17':
      return (random.next() - 0.5) * 10 ** (random.int(13) - 4) || 0;
    case 'extreme':
      return random.next() < 0.3 ? random.next() : extremes[random.int(extremes.length)];
    case 'alternating': {
      // Huge values that cancel, and small ones that only an exact sum keeps.
      const size = [1, 1e-3, 1e15, 2 ** 53, 1e30, 1e300][random.int(6)];
      return random.int(2) === 0 ? size : -size;
    }
  }
}

const scales = [1, 10, 250, 1000, 60_000, 600_000, 3_600_000];

function pick<T>(random: SeededRandom, choices: readonly T[]): T {
  return choices[random.int(choices.length)];
}

/** A view of 1..8 aggregations over 1..4 windows and 1..3 columns; `small` keeps its windows under ten seconds. */
export function randomView(random: SeededRandom, { small = false } = {}): FeatureView {
  const columns = ['amount', 'price', 'score'].slice(0, 1 + random.int(3));
  const windowScales = small ? scales.slice(0, 4) : scales;
  const windows = Array.from(
    { length: 1 + random.int(4) },
    () => pick(random, windowScales) * (1 + random.int(9)),
  );
  const drawn = Array.from({ length: 1 + random.int(8) }, (_, i): Aggregation => {
    const name: FunctionName = pick(random, functionNames);
    const column = name === 'count' ? -1 : random.int(columns.length);
    return { name: `f${i}_${name}`, function: name, column, windowMs: pick(random, windows) };
  });
  const used = columns.filter((_, column) => drawn.some(aggregation => aggregation.column === column));
  const aggregations = drawn.map(aggregation =>
    aggregation.column < 0
      ? aggregation
      : { ...aggregation, column: used.indexOf(columns[aggregation.column]) },
  );
  const greatest = Math.max(...aggregations.map(aggregation => aggregation.windowMs));
  const maxWindowMs = greatest * (1 + random.int(2));
  return {
    name: 'random_view',
    entity: 'userId',
    timestampField: 'timestamp',
    columns: used,
    aggregations,
    maxWindowMs,
    latenessMs: pick(random, [
      maxWindowMs + latenessBeyondWindowMs,
      maxWindowMs,
      Math.ceil(maxWindowMs / 2),
      1,
    ]),
    maxAheadMs: pick(random, [3_600_000, 0, 60_000]),
    eventsPerEntityMax: eventsPerEntityMaxDefault,
  };
}

/** Options that make the view's windows hold from none to about a hundred events, with every nuisance now and then. */
export function randomStreamOptions(random: SeededRandom, view: FeatureView, events: number): StreamOptions {
  const entities = pick(random, [1, 3, 20, 300]);
  const perWindow = pick(random, [0.5, 3, 12, 100]);
  const share = (): number => pick(random, [0, 0, 0.02, 0.2]);
  return {
    events,
    entities,
    columns: view.columns.length,
    values: pick(random, ['integer', 'cents', 'digits17', 'extreme', 'alternating'] as const),
    stepMs: Math.max(1, Math.round(view.maxWindowMs / (perWindow * entities))),
    disorder: pick(random, [0, 0.1, 0.5]),
    disorderMs: pick(random, [1, Math.ceil(view.maxWindowMs / 3), 2 * view.maxWindowMs]),
    ties: share(),
    duplicates: share(),
    hot: pick(random, [0, 0, 0.5]),
    jumps: pick(random, [0, 0.01]),
    jumpMs: 2 * view.maxWindowMs,
    future: pick(random, [0, 0, 0.01]),
  };
}
