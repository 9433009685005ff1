import { join } from 'node:path';
import { buildPeer } from './build-cache.js';
import type { Peer } from './peer.js';

const threads = 2;
/** The version that the recorded figures were made with. */
const requirement = 'duckdb==2.0.0';

/** Batch SQL over the whole file: the anchor for a backfill. */
export const duckdb: Peer = {
  name: 'duckdb',
  title: `DuckDB, ${threads} threads, batch`,
  async prepare(site) {
    const built = await buildPeer(site, {
      folder: 'python',
      tools: ['python3'],
      steps: [
        { file: 'python3', args: ['-m', 'venv', 'venv'] },
        { file: join('venv', 'bin', 'pip'), args: ['install', '-q', requirement] },
      ],
    });
    if (typeof built !== 'string') return built;
    return {
      command: ({ path, workload }) => ({
        file: join(built, 'venv', 'bin', 'python'),
        args: [join(built, 'duck.py'), path, String(threads), workload === 'count-sum' ? 'a' : 'a3'],
      }),
    };
  },
};
