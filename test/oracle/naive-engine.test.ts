import { describe, expect, it } from 'vitest';
import type { Aggregation, FeatureView } from '../../native-free-core/feature-view.js';
import { compareFeatures, NaiveEngine, type OracleResult } from './naive-engine.js';

const far = Number.MAX_SAFE_INTEGER;

function aggregation(name: Aggregation['function'], windowMs = 100): Aggregation {
  return { name, function: name, column: name === 'count' ? -1 : 0, windowMs };
}

function viewOf(aggregations: Aggregation[], bounds: Partial<FeatureView> = {}): FeatureView {
  return {
    name: 'view',
    entity: 'userId',
    timestampField: 'timestamp',
    columns: ['amount'],
    aggregations,
    maxWindowMs: Math.max(...aggregations.map(({ windowMs }) => windowMs)),
    latenessMs: 1000,
    maxAheadMs: 10,
    eventsPerEntityMax: 1 << 20,
    ...bounds,
  };
}

/** Feeds `[key, timestamp, amount]` in turn, in lane 0. */
function feed(view: FeatureView, rows: [string, number, number][], publishTimeMs = far): OracleResult[] {
  const engine = new NaiveEngine(view);
  return rows.map(([key, timestamp, amount]) =>
    engine.accept({ key, lane: 0, timestamp, columns: [amount] }, publishTimeMs),
  );
}

describe('NaiveEngine', () => {
  it('takes a window open at its start and closed at its end', () => {
    const view = viewOf([aggregation('count'), aggregation('sum')]);
    const results = feed(view, [
      ['a', 1000, 1],
      ['a', 1001, 2],
      ['a', 1100, 4],
      ['a', 1101, 8],
      ['b', 1101, 16],
    ]);
    expect(results.map(result => result.features)).toEqual([
      [1, 1],
      [2, 3],
      [2, 6],
      [2, 12],
      [1, 16],
    ]);
  });

  it('computes the nine functions', () => {
    const view = viewOf(
      (['count', 'sum', 'avg', 'min', 'max', 'variance', 'stddev', 'first', 'last'] as const).map(name =>
        aggregation(name),
      ),
    );
    const results = feed(view, [
      ['a', 1, 4],
      ['a', 2, -2],
      ['a', 3, 1],
    ]);
    expect(results[2].features).toEqual([3, 3, 1, -2, 4, 6, Math.sqrt(6), 4, 1]);
  });

  it('gives a vector as of the clock for an event out of order, and orders ties by arrival', () => {
    const view = viewOf([aggregation('first'), aggregation('last'), aggregation('sum', 5)]);
    const results = feed(view, [
      ['a', 1000, 1],
      ['a', 990, 2],
      ['a', 1000, 3],
      ['a', 990, 4],
      ['a', 996, 5],
    ]);
    expect(results.map(result => result.features)).toEqual([
      [1, 1, 1],
      [2, 1, 1],
      [2, 3, 4],
      [2, 3, 4],
      [2, 3, 9],
    ]);
  });

  it('refuses what no window of the entity can see, and only that', () => {
    const view = viewOf([aggregation('count')]);
    const results = feed(view, [
      ['a', 1000, 1],
      ['a', 900, 1],
      ['a', 901, 1],
      ['b', 900, 1],
    ]);
    expect(results.map(result => result.reason)).toEqual(['accepted', 'late', 'accepted', 'accepted']);
    expect(results[1]).toEqual({ reason: 'late', features: [], windows: [] });
  });

  it('refuses what is older than the lateness of its lane, not of another', () => {
    const view = viewOf([aggregation('count')], { latenessMs: 50 });
    const engine = new NaiveEngine(view);
    const reasonOf = (key: string, lane: number, timestamp: number) =>
      engine.accept({ key, lane, timestamp, columns: [0] }, far).reason;
    expect(reasonOf('a', 0, 1000)).toBe('accepted');
    expect(reasonOf('b', 0, 950)).toBe('late');
    expect(reasonOf('b', 0, 951)).toBe('accepted');
    expect(reasonOf('c', 1, 950)).toBe('accepted');
    expect(reasonOf('a', 0, 940)).toBe('late');
  });

  it('refuses wrong clocks, which move nobody else', () => {
    const view = viewOf([aggregation('count')]);
    const results = feed(
      view,
      [
        ['a', 1011, 1],
        ['a', 1010, 1],
        ['a', 911, 1],
      ],
      1000,
    );
    expect(results.map(result => result.reason)).toEqual(['future', 'accepted', 'accepted']);
  });

  it('has no number for an overflowing sum, but a mean', () => {
    const view = viewOf([aggregation('sum'), aggregation('avg'), aggregation('variance')]);
    const results = feed(view, [
      ['a', 1, 1e308],
      ['a', 2, 1e308],
      ['a', 3, -1e308],
      ['a', 500, 3],
    ]);
    expect(results[1].features).toEqual([null, 1e308, 0]);
    expect(results[2].features.slice(0, 2)).toEqual([1e308, 1e308 / 3]);
    expect(results[2].features[2]).toBeNull();
    expect(results[3].features).toEqual([3, 3, 0]);
  });
});

describe('compareFeatures', () => {
  function complaint(name: Aggregation['function'], values: number[], got: number | null): string | null {
    const view = viewOf([aggregation(name)]);
    const want = feed(
      view,
      values.map((value, i): [string, number, number] => ['a', i, value]),
    ).at(-1);
    if (want === undefined) throw new Error('no values');
    return compareFeatures(view, [got], want);
  }

  it('holds a sum to the correctly rounded one and a mean to two places', () => {
    expect(complaint('sum', [0.1, 0.2, 0.3], 0.6)).toBeNull();
    expect(complaint('sum', [0.1, 0.2, 0.3], 0.6000000000000001)).toContain('sum (sum over 100 ms) is');
    expect(complaint('sum', [1e308, 1e308], null)).toBeNull();
    expect(complaint('avg', [1], 1 + 2 * Number.EPSILON)).toBeNull();
    expect(complaint('avg', [1], 1 + 3 * Number.EPSILON)).not.toBeNull();
    expect(complaint('last', [0], -0)).not.toBeNull();
    expect(complaint('count', [0, 0], null)).not.toBeNull();
  });

  it('holds a variance to 1e-9 of it, or of a millionth of the greatest square', () => {
    expect(complaint('variance', [1, 3], 1 + 0.99e-9)).toBeNull();
    expect(complaint('variance', [1, 3], 1 + 1.01e-9)).not.toBeNull();
    expect(complaint('variance', [1e6, 1e6], 0.99e-3)).toBeNull();
    expect(complaint('variance', [1e6, 1e6], 1.01e-3)).not.toBeNull();
    expect(complaint('stddev', [1, 3], 1 + 0.49e-9)).toBeNull();
    expect(complaint('stddev', [1, 3], 1 + 0.51e-9)).not.toBeNull();
    expect(complaint('variance', [1, 1], -1e-16)).not.toBeNull();
  });

  it('decides at both ends of the doubles', () => {
    expect(complaint('variance', [1e200, -1e200], null)).toBeNull();
    expect(complaint('variance', [1e200, -1e200], Number.MAX_VALUE)).not.toBeNull();
    expect(complaint('stddev', [1e200, -1e200], null)).toBeNull();
    expect(complaint('stddev', [1e200, -1e200], 1e200)).toBeNull();
    expect(complaint('stddev', [1e200, -1e200], 2e200)).not.toBeNull();
    expect(complaint('variance', [1e-200, 3e-200], 0)).toBeNull();
    expect(complaint('stddev', [1e-200, 3e-200], 0)).toBeNull();
    expect(complaint('variance', [1, 3], null)).not.toBeNull();
    expect(complaint('variance', [1, 3], Number.NaN)).not.toBeNull();
  });

  it('notices a missing feature', () => {
    const view = viewOf([aggregation('count'), aggregation('sum')]);
    const [want] = feed(view, [['a', 1, 1]]);
    expect(compareFeatures(view, [1], want)).toBe('1 features instead of 2');
  });
});
