import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { measurePace } from '../../../bench/figures/pace.js';
import type { Dataset } from '../../../bench/harness/dataset.js';
import { runPeers } from '../../../bench/harness/run-peer.js';
import { benchPath } from '../../../bench/path/path.js';
import { sumVectors } from '../../../bench/path/vector-sums.js';

let folder: string;
let cacheBefore: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-path-'));
  cacheBefore = process.env.MILLRACE_CACHE;
  process.env.MILLRACE_CACHE = folder;
});
afterEach(() => {
  if (cacheBefore === undefined) delete process.env.MILLRACE_CACHE;
  else process.env.MILLRACE_CACHE = cacheBefore;
  rmSync(folder, { recursive: true });
});

const small: Dataset = {
  name: 'small',
  users: 100,
  skew: 'uniform',
  events: 2000,
  perWindow: 8,
  seed: 42,
  bytes: 132_058,
  sha256: '5c946982547141ed5e6189eb1bbee68e3bbcbcb5a66c250d474f673d99fe7bb2',
  answers: { 'count-sum': { c: 16_303, s: 0 } },
};

describe('the path', () => {
  it('runs small, with the answers of the naive service', async () => {
    const site = { sources: null, cache: folder };
    const [naive] = await runPeers(small, ['naive-node'], { site });
    const section = await benchPath([small], { rounds: 1, workers: [1, 2] });
    expect(section.table.rows).toHaveLength(4);
    // Both are asked for the same wrong answer, and so tell the right one.
    const told = 'answer' in naive ? naive.answer : '';
    expect(told).toMatch(/^[cs] is /);
    for (const row of section.table.rows) expect(row.at(-1)).toBe(told);
    expect(section.wrong).toHaveLength(4);
  });

  it('adds features up by the letters of their names', async () => {
    const path = join(folder, 'vectors.ndjson');
    writeFileSync(path, '{"userId":"7","c1m":1,"c1h":2,"av1m":0.5}\n{"userId":"8","c1m":3,"s1h":-2.5}\n');
    expect(await sumVectors(path)).toEqual({ vectors: 2, answer: { c: 6, s: -2.5, av: 0.5 } });
  });

  it('watches a slow stream', async () => {
    const { events, cores } = await measurePace('10k', 1, 1);
    expect(events).toBeGreaterThan(9000);
    expect(cores).toBeGreaterThan(0);
  });
});
