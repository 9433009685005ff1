import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measurePace } from '../../../bench/figures/pace.js';
import type { Dataset } from '../../../bench/harness/dataset.js';
import { runPeers } from '../../../bench/harness/run-peer.js';
import { benchPath } from '../../../bench/path/path.js';
import { sumVectors } from '../../../bench/path/vector-sums.js';
import { smallDataset, useCacheFolder } from '../small-dataset.js';

const cacheFolder = useCacheFolder();
const small: Dataset = { ...smallDataset, answers: { 'count-sum': { c: 16_303, s: 0 } } };

describe('the path', () => {
  it('runs small, with the answers of the naive service', async () => {
    const site = { sources: null, cache: cacheFolder() };
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
    const path = join(cacheFolder(), 'vectors.ndjson');
    writeFileSync(path, '{"userId":"7","c1m":1,"c1h":2,"av1m":0.5}\n{"userId":"8","c1m":3,"s1h":-2.5}\n');
    expect(await sumVectors(path)).toEqual({ vectors: 2, answer: { c: 6, s: -2.5, av: 0.5 } });
  });

  it('watches a slow stream', async () => {
    const { events, cores } = await measurePace('10k', 1, 1);
    expect(events).toBeGreaterThan(9000);
    expect(cores).toBeGreaterThan(0);
  });
});
