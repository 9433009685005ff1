import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Baseline, findBaseline, loadBaselines, saveBaseline } from '../../../bench/gate/baselines.js';
import { componentNames } from '../../../bench/gate/measure.js';

const baseline: Baseline = {
  version: 1,
  ratios: { decode: 1, aggregate: 2, encode: 3, total: 2 },
  nsPerEvent: {},
  recorded: '2026-01-01',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-baselines-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('keeps one baseline for each CPU, Node and version of the series', () => {
  const path = join(folder, 'baselines.json');
  expect(loadBaselines(path)).toEqual({});
  saveBaseline('one', 20, baseline, path);
  saveBaseline('one', 24, { ...baseline, recorded: '2026-01-02' }, path);
  saveBaseline('two', 20, baseline, path);
  const all = loadBaselines(path);
  expect(findBaseline(all, 'one', 24, 1)?.recorded).toBe('2026-01-02');
  expect(findBaseline(all, 'two', 20, 1)).toEqual(baseline);
  expect(findBaseline(all, 'two', 24, 1)).toBeUndefined();
  expect(findBaseline(all, 'three', 20, 1)).toBeUndefined();
  expect(findBaseline(all, 'one', 20, 2)).toBeUndefined();
});

it('has whole baselines in the checkout', () => {
  for (const byNode of Object.values(loadBaselines())) {
    for (const { ratios } of Object.values(byNode)) {
      for (const name of componentNames) expect(ratios[name]).toBeGreaterThan(0);
    }
  }
});
