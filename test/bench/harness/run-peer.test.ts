import { describe, expect, it } from 'vitest';
import { peers, runPeers } from '../../../bench/harness/run-peer.js';
import { smallDataset, useCacheFolder } from '../small-dataset.js';

const cacheFolder = useCacheFolder();
const small = smallDataset;

describe('runPeers', () => {
  it('runs our own services without the peers’ folder, and says why the others are not run', async () => {
    const site = { sources: null, cache: cacheFolder() };
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
    const [naive] = await runPeers(dataset, ['naive-node'], {
      site: { sources: null, cache: cacheFolder() },
    });
    expect(naive).toMatchObject({ answer: expect.stringMatching(/^c is \d+, not 1$/) });
  });

  it('does not know every name', async () => {
    await expect(runPeers(small, ['sparc'])).rejects.toThrow('no peer "sparc"; there are naive-node,');
  });
});
