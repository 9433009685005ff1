import { join } from 'node:path';
import { buildPeer } from './build-cache.js';
import type { Peer, Skip } from './peer.js';

/** One thread, a scanner for exactly this schema: what a specialist would write by hand. */
function rust(name: string, title: string, mode: 'a' | 'ab'): Peer {
  return {
    name,
    title,
    async prepare(site) {
      const built = await buildPeer(site, {
        folder: 'rust',
        tools: ['cargo'],
        steps: [
          {
            file: 'cargo',
            args: ['build', '--release', '--target-dir', 'target'],
            env: { RUSTFLAGS: '-C target-cpu=native', CARGO_BUILD_JOBS: '1' },
          },
        ],
      });
      if (typeof built !== 'string') return built;
      const file = join(built, 'target', 'release', 'lower');
      return {
        command({ path, workload }) {
          if (workload === 'count-sum') return { file, args: [path, mode] };
          return mode === 'a' ? { file, args: [path, 'a3'] } : noThreeWindows;
        },
      };
    },
  };
}

const noThreeWindows: Skip = { skipped: 'has no form for three windows' };

export const rustByEvent = rust('rust', 'Rust, event by event, one thread', 'a');
export const rustBatched = rust('rust-batched', 'Rust, decode 512 then aggregate', 'ab');
