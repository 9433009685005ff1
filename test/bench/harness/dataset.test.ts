import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Dataset, ensureDataset, findDataset, loadDatasets } from '../../../bench/harness/dataset.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-dataset-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const small: Dataset = {
  name: 'small',
  users: 100,
  skew: 'uniform',
  events: 2000,
  perWindow: 8,
  seed: 42,
  bytes: 132_058,
  sha256: '5c946982547141ed5e6189eb1bbee68e3bbcbcb5a66c250d474f673d99fe7bb2',
  answers: {},
};

describe('ensureDataset', () => {
  it('makes the file, keeps a whole one and replaces a torn one', () => {
    const path = ensureDataset(small, folder);
    const bytes = readFileSync(path);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(small.sha256);
    const made = statSync(path).mtimeMs;
    expect(statSync(ensureDataset(small, folder)).mtimeMs).toBe(made);
    truncateSync(path, 1000);
    ensureDataset(small, folder);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('leaves nothing behind when the bytes are not the expected ones', () => {
    const wrong = { ...small, sha256: '0'.repeat(64) };
    expect(() => ensureDataset(wrong, folder)).toThrow(/expected \d+ bytes with SHA-256 000/);
    expect(readdirSync(folder)).toEqual([]);
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
