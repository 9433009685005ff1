import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ensureDataset, findDataset, loadDatasets } from '../../../bench/harness/dataset.js';
import { smallDataset, useCacheFolder } from '../small-dataset.js';

const cacheFolder = useCacheFolder();
const small = smallDataset;

describe('ensureDataset', () => {
  it('makes the file, keeps a whole one and replaces a torn one', () => {
    const path = ensureDataset(small, cacheFolder());
    const bytes = readFileSync(path);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(small.sha256);
    const made = statSync(path).mtimeMs;
    expect(statSync(ensureDataset(small, cacheFolder())).mtimeMs).toBe(made);
    truncateSync(path, 1000);
    ensureDataset(small, cacheFolder());
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('leaves nothing behind when the bytes are not the expected ones', () => {
    const wrong = { ...small, sha256: '0'.repeat(64) };
    expect(() => ensureDataset(wrong, cacheFolder())).toThrow(/expected \d+ bytes with SHA-256 000/);
    expect(readdirSync(cacheFolder())).toEqual([]);
  });
});

describe('the table of data sets', () => {
  it('has the six files of the published figures, each with its answer', () => {
    const datasets = loadDatasets();
    expect(datasets.map(dataset => dataset.name)).toEqual([
      '1k-uniform',
      '1k-zipf',
      '100k-uniform',
      '100k-zipf',
      '1m-uniform',
      '1m-zipf',
    ]);
    for (const { events, seed, answers } of datasets) {
      expect([events, seed]).toEqual([5_000_000, 42]);
      expect(answers['count-sum']?.c).toBeGreaterThan(events);
    }
    expect(findDataset('1k-zipf').users).toBe(1000);
    expect(() => findDataset('2k-zipf')).toThrow('there are 1k-uniform,');
  });
});
