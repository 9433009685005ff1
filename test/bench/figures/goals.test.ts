import { describe, expect, it } from 'vitest';
import { type Evidence, judge, outcome, verdictTable } from '../../../bench/figures/goals.js';
import { figureMatches } from '../../../bench/figures/matches.js';
import type { Summary } from '../../../bench/harness/result.js';

function summary(peer: string, eventsPerSecond: number, rest: Partial<Summary> = {}): Summary {
  return {
    peer,
    title: peer,
    dataset: '100k-uniform',
    workload: 'count-sum',
    runs: 3,
    eventsPerSecond,
    cpuSecondsPerMillion: 0.5,
    peakRssBytes: 150e6,
    answer: 'equal',
    ...rest,
  };
}

const nothing: Evidence = { summaries: [], cores: [], paces: [], nodes: { running: 20, second: undefined } };

function outcomes(evidence: Evidence): Map<string, string> {
  return new Map(
    judge(evidence).map(verdict => [`${verdict.what} | ${verdict.against.split(':')[0]}`, outcome(verdict)]),
  );
}

describe('the figures to reach', () => {
  it('has no figure for what was not measured, and says so', () => {
    for (const verdict of judge(nothing)) expect(outcome(verdict)).toBe('no figure');
    const table = verdictTable(judge(nothing));
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
  });

  it('tells a hit, a miss and a stretch that was not reached', () => {
    const three = { workload: 'three-windows' } as const;
    const found = outcomes({
      ...nothing,
      summaries: [
        summary('millrace-none', 3.3e6),
        summary('naive-node', 0.5e6),
        summary('duckdb', 2e6),
        summary('millrace-none', 0.7e6, three),
        summary('rust', 0.8e6, three),
      ],
      cores: [{ dataset: '1m-uniform', eventsPerSecond: 6e6, nativePerSecond: 8e6, nativeSkipped: '' }],
      paces: [{ name: 'idle', events: 0, cores: 0.02 }],
    });
    expect(found.get('to none, 100 k users, uniform | naive-node')).toBe('ok');
    expect(found.get('to none, 100 k users, uniform | duckdb')).toBe('MISS');
    expect(found.get('three windows x five functions | rust')).toBe('not reached (stretch)');
    expect(found.get('aggregation alone, one thread, 1m-uniform | native core')).toBe('ok');
    expect(found.get('peak RSS, 100 k users, MB | ')).toBe('ok');
    expect(found.get('idle, cores | ')).toBe('MISS');
  });

  it('holds the older Node against the newer, whichever runs', () => {
    const summaries = [summary('millrace-none', 2e6), summary('millrace-none-node', 2.5e6)];
    const value = (running: number, second: number): number | null | undefined =>
      judge({ ...nothing, summaries, nodes: { running, second } }).find(({ what }) =>
        /^to none, Node/.test(what),
      )?.value;
    expect(value(20, 24)).toBe(0.8);
    expect(value(24, 20)).toBe(1.25);
  });

  it('needs only matches that have an engine to none', () => {
    for (const match of figureMatches(2, undefined)) expect(match.engines[0].name).toBe('millrace-none');
  });
});
