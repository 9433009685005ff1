import { describe, expect, it } from 'vitest';
import { workersMax } from '../../../native-free-core/limits.js';
import { availableCpus, defaultWorkers } from '../../../src/cli/available-cpus.js';

function probe(affinity: number, files: Record<string, string> = {}) {
  return { affinity: () => affinity, readText: (path: string) => files[path] };
}

const v2 = { '/proc/self/cgroup': '0::/pod/box\n' };
const v1 = { '/proc/self/cgroup': '4:memory:/m\n3:cpu,cpuacct:/docker/abc\n0::/\n' };

describe('availableCpus', () => {
  it.each([
    ['affinity alone', probe(6), 6],
    ['a v2 quota', probe(8, { ...v2, '/sys/fs/cgroup/pod/box/cpu.max': '300000 100000\n' }), 3],
    ['a v2 quota of a parent', probe(8, { ...v2, '/sys/fs/cgroup/pod/cpu.max': '200000 100000\n' }), 2],
    [
      'a v2 quota at the root, as in a container',
      probe(8, { ...v2, '/sys/fs/cgroup/cpu.max': '400000 100000' }),
      4,
    ],
    ['no v2 quota', probe(8, { ...v2, '/sys/fs/cgroup/cpu.max': 'max 100000\n' }), 8],
    ['part of a CPU, rounded down', probe(8, { ...v2, '/sys/fs/cgroup/cpu.max': '250000 100000' }), 2],
    ['less than one CPU', probe(8, { ...v2, '/sys/fs/cgroup/cpu.max': '50000 100000' }), 1],
    ['another period', probe(8, { ...v2, '/sys/fs/cgroup/cpu.max': '150000 50000' }), 3],
    ['affinity tighter than the quota', probe(2, { ...v2, '/sys/fs/cgroup/cpu.max': '600000 100000' }), 2],
    [
      'a v1 quota',
      probe(8, {
        ...v1,
        '/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us': '500000\n',
        '/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us': '100000\n',
      }),
      5,
    ],
    [
      'a v1 quota at the root, as in a container',
      probe(8, {
        ...v1,
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '200000',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
      }),
      2,
    ],
    ['no v1 quota', probe(8, { ...v1, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' }), 8],
    ['nonsense', probe(8, { '/proc/self/cgroup': 'x\n0::/\n', '/sys/fs/cgroup/cpu.max': '?? !!' }), 8],
    ['a zero quota', probe(8, { ...v2, '/sys/fs/cgroup/cpu.max': '0 100000' }), 8],
  ])('%s', (_what, source, cpus) => {
    expect(availableCpus(source)).toBe(cpus);
  });

  it('asks the real system', () => {
    expect(availableCpus()).toBeGreaterThanOrEqual(1);
  });
});

describe('defaultWorkers', () => {
  it.each([
    [1, 1],
    [2, 1],
    [8, 7],
    [500, workersMax],
  ])('of %d CPUs is %d', (cpus, workers) => {
    expect(defaultWorkers(probe(cpus))).toBe(workers);
  });
});
