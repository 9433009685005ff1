import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../bench/harness/dataset.js';
import { peers, runPeers } from '../../../bench/harness/run-peer.js';

let folder: string;
let cacheBefore: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-peers-'));
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
  answers: {},
};

describe('runPeers', () => {
  it('runs our own services without the peers’ folder, and says why the others are not run', async () => {
    const site = { sources: null, cache: folder };
    const names = peers.map(peer => peer.name);
    const results = await runPeers(small, names, { site });
    expect(results.map(result => result.peer)).toEqual(names);
    const [naive, running, ...others] = results;
    expect(naive).toMatchObject({ peer: 'naive-node', events: 2000, answer: 'unknown' });
    expect(running).toMatchObject({ peer: 'running-sum-node', events: 2000, answer: 'unknown' });
    for (const other of others)
      expect(other).toMatchObject({ skipped: expect.stringContaining('MILLRACE_PEERS') });
  });

  it('knows a wrong answer', async () => {
    const dataset = { ...small, answers: { 'count-sum': { c: 1, s: 1 } } };
    const [naive] = await runPeers(dataset, ['naive-node'], { site: { sources: null, cache: folder } });
    expect(naive).toMatchObject({ answer: expect.stringMatching(/^c is \d+, not 1$/) });
  });

  it('does not know every name', async () => {
    await expect(runPeers(small, ['sparc'])).rejects.toThrow('no peer "sparc"; there are naive-node,');
  });
});
