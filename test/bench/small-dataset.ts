import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Dataset } from '../../bench/harness/dataset.js';

/** A data file that takes no time to make; its bytes are pinned. */
export const smallDataset: Dataset = {
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

/** Gives each test of the file an empty cache folder of its own. @returns where to ask for it */
export function useCacheFolder(): () => string {
  let folder = '';
  let cacheBefore: string | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
    cacheBefore = process.env.MILLRACE_CACHE;
    process.env.MILLRACE_CACHE = folder;
  });
  afterEach(() => {
    if (cacheBefore === undefined) delete process.env.MILLRACE_CACHE;
    else process.env.MILLRACE_CACHE = cacheBefore;
    rmSync(folder, { recursive: true });
  });
  return () => folder;
}
