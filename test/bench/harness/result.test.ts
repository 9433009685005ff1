import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../bench/harness/dataset.js';
import {
  checkAnswer,
  median,
  type PeerResult,
  parseResults,
  speedRatio,
  summarize,
} from '../../../bench/harness/result.js';

const dataset: Dataset = {
  name: 'small',
  users: 10,
  skew: 'uniform',
  events: 100,
  perWindow: 8,
  seed: 42,
  bytes: 1,
  sha256: '',
  answers: { 'count-sum': { c: 500, s: 2453847099.33 } },
};

function run(peer: string, eventsPerSecond: number, rest: object = {}): PeerResult {
  return {
    peer,
    title: peer,
    dataset: 'small',
    workload: 'count-sum',
    events: 1_000_000,
    seconds: 1_000_000 / eventsPerSecond,
    eventsPerSecond,
    cpuSeconds: 2,
    peakRssBytes: 100e6,
    answer: 'equal',
    ...rest,
  };
}

describe('parseResults', () => {
  it('takes the result lines among others', () => {
    const output =
      'warming up\nRESULT {"events":5,"seconds":0.5,"c":1,"s":2}\n RESULT {"no":1}\nRESULT {"events":6,"seconds":1}';
    expect(parseResults(output)).toEqual([
      { events: 5, seconds: 0.5, c: 1, s: 2 },
      { events: 6, seconds: 1 },
    ]);
    expect(parseResults('')).toEqual([]);
  });

  it.each([
    '{"events":5}',
    '{"events":5,"seconds":0}',
    '{"seconds":1}',
    '{"events":"5","seconds":1}',
  ])('refuses %s', json => {
    expect(() => parseResults(`RESULT ${json}`)).toThrow('not a result');
  });

  it('refuses what is not JSON', () => {
    expect(() => parseResults('RESULT {')).toThrow(SyntaxError);
  });
});

describe('checkAnswer', () => {
  const right = { events: 100, seconds: 1, c: 500, s: 2453847099.33 };

  it('holds counts exactly and sums to 1e-9', () => {
    expect(checkAnswer(right, dataset, 'count-sum')).toBe('equal');
    expect(checkAnswer({ ...right, s: right.s * (1 + 0.9e-9) }, dataset, 'count-sum')).toBe('equal');
    expect(checkAnswer({ ...right, s: right.s * (1 + 1.1e-9) }, dataset, 'count-sum')).toContain('s is');
    expect(checkAnswer({ ...right, c: 501 }, dataset, 'count-sum')).toBe('c is 501, not 500');
    expect(checkAnswer({ events: 100, seconds: 1, c: 500 }, dataset, 'count-sum')).toContain(
      's is undefined',
    );
    expect(checkAnswer({ ...right, s: Number.NaN }, dataset, 'count-sum')).toContain('s is NaN');
  });

  it('does not judge a part, nor what nobody knows', () => {
    expect(checkAnswer({ ...right, events: 99 }, dataset, 'count-sum')).toBe('partial');
    expect(checkAnswer({ ...right, events: 101 }, dataset, 'count-sum')).toBe('101 events instead of 100');
    expect(checkAnswer(right, dataset, 'three-windows')).toBe('unknown');
  });
});

describe('median', () => {
  it('is the middle, or the mean of the two', () => {
    expect(median([])).toBeNull();
    expect(median([3])).toBe(3);
    expect(median([10, 9, 100])).toBe(10);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe('summarize', () => {
  it('takes medians over rounds, in the order of first appearance', () => {
    const [ours, theirs] = summarize([
      run('ours', 300),
      run('theirs', 100, { cpuSeconds: null, peakRssBytes: null }),
      run('ours', 100, { peakRssBytes: 300e6 }),
      run('ours', 200),
    ]);
    expect(ours).toMatchObject({
      peer: 'ours',
      runs: 3,
      eventsPerSecond: 200,
      cpuSecondsPerMillion: 2,
      peakRssBytes: 300e6,
    });
    expect(theirs).toMatchObject({
      runs: 1,
      cpuSecondsPerMillion: null,
      peakRssBytes: null,
      answer: 'equal',
    });
    expect(speedRatio(ours, theirs)).toBe(2);
  });

  it('shows one wrong answer among right ones, and why a peer is missing', () => {
    const skipped: PeerResult = {
      peer: 'gone',
      title: 'gone',
      dataset: 'small',
      workload: 'count-sum',
      skipped: 'no java',
    };
    const [wrong, gone] = summarize([run('a', 1), run('a', 1, { answer: 'c is 1, not 2' }), skipped]);
    expect(wrong.answer).toBe('c is 1, not 2');
    expect(gone).toMatchObject({ runs: 0, eventsPerSecond: null, answer: 'skipped: no java' });
    expect(speedRatio(wrong, gone)).toBeNull();
  });
});
