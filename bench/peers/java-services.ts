import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildPeer } from './build-cache.js';
import type { Peer } from './peer.js';

const mavenBuild = {
  file: 'mvn',
  args: ['-q', '-B', 'compile', 'dependency:build-classpath', '-Dmdep.outputFile=cp.txt'],
};

function javaService(name: string, title: string, kind: 'naive' | 'deque'): Peer {
  return {
    name,
    title,
    async prepare(site) {
      const built = await buildPeer(site, {
        folder: 'jvm-naive',
        tools: ['java', 'mvn'],
        steps: [mavenBuild],
      });
      if (typeof built !== 'string') return built;
      const libraries = readFileSync(join(built, 'cp.txt'), 'utf8').trim();
      const classpath = [join(built, 'target', 'classes'), libraries].join(delimiter);
      return {
        command({ path, workload, limitSeconds }) {
          if (workload !== 'count-sum' && kind !== 'naive')
            return { skipped: 'has no form for three windows' };
          const mode = workload === 'count-sum' ? 'a' : 'a3';
          return {
            file: 'java',
            args: ['-Xmx8g', '-cp', classpath, 'Naive', path, kind, mode],
            env: { LIMIT_S: String(limitSeconds) },
          };
        },
      };
    },
  };
}

export const naiveJava = javaService('naive-java', 'naive Java service', 'naive');
export const runningSumJava = javaService('running-sum-java', 'Java ring + running sum', 'deque');

/** Starting a local cluster takes longer than the work: only where the published figure was made. */
const flinkDataset = '100k-uniform';

/** Flink's best hand-written operator: a ring in heap state, without checkpoints. */
export const flinkRing: Peer = {
  name: 'flink',
  title: 'Flink, ring in heap state',
  async prepare(site) {
    const built = await buildPeer(site, {
      folder: 'flink',
      tools: ['java', 'mvn', 'bash'],
      steps: [mavenBuild],
    });
    if (typeof built !== 'string') return built;
    return {
      command({ dataset, path, workload, limitSeconds }) {
        if (workload !== 'count-sum') return { skipped: 'has no form for three windows' };
        if (dataset.name !== flinkDataset) return { skipped: `is run on ${flinkDataset} only` };
        return {
          file: 'bash',
          args: [join(built, 'run.sh'), path, 'ring', 'heap', '1', 'a'],
          env: { LIMIT_S: String(limitSeconds) },
        };
      },
    };
  },
};
