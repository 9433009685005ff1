import { describe, expect, it } from 'vitest';
import type { Summary } from '../../../bench/harness/result.js';
import {
  formatRate,
  formatRatio,
  printMarkdown,
  printTable,
  summaryTable,
} from '../../../bench/harness/table.js';

function summary(peer: string, eventsPerSecond: number | null, answer = 'equal'): Summary {
  return {
    peer,
    title: `the ${peer}`,
    dataset: '1k',
    workload: 'count-sum',
    runs: eventsPerSecond === null ? 0 : 3,
    eventsPerSecond,
    cpuSecondsPerMillion: eventsPerSecond === null ? null : 0.612,
    peakRssBytes: eventsPerSecond === null ? null : 150.4e6,
    answer,
  };
}

const summaries = [
  summary('ours', 3_214_000),
  summary('naive', 500_000),
  summary('gone', null, 'skipped: no a|b'),
];

describe('tables', () => {
  it('are aligned as text', () => {
    expect(printTable(summaryTable(summaries, 'ours'))).toBe(
      [
        'data  work       engine     runs  events/s  ours is  CPU s/M  RSS MB  answer',
        '----  ---------  ---------  ----  --------  -------  -------  ------  ---------------',
        '1k    count-sum  the ours      3    3.21 M        -     0.61     150  equal',
        '1k    count-sum  the naive     3     500 k   6.43 x     0.61     150  equal',
        '1k    count-sum  the gone      0         -        -        -       -  skipped: no a|b',
        '',
      ].join('\n'),
    );
  });

  it('are Markdown, with bars escaped', () => {
    const lines = printMarkdown(summaryTable(summaries)).split('\n');
    expect(lines[0]).toBe('| data | work | engine | runs | events/s | CPU s/M | RSS MB | answer |');
    expect(lines[1]).toBe('|---|---|---|---:|---:|---:|---:|---|');
    expect(lines[4]).toBe('| 1k | count-sum | the gone | 0 | - | - | - | skipped: no a\\|b |');
  });
});

describe('figures', () => {
  it('have three digits and a unit', () => {
    expect([12.3456, 999.4, 999.6, 56_120, 999_499, 999_501, 12_345_678].map(formatRate)).toEqual([
      '12.3',
      '999',
      '1.00 k',
      '56.1 k',
      '999 k',
      '1.00 M',
      '12.3 M',
    ]);
    expect([6.4321, 83.49, 1234.5].map(formatRatio)).toEqual(['6.43 x', '83.5 x', '1235 x']);
  });
});
