import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { posix } from 'node:path';
import { workersMax } from '../../native-free-core/limits.js';

/** What is asked of the system; a test answers in its place. */
export interface CpuProbe {
  /** CPUs that this process may be scheduled on. */
  affinity(): number;
  /** The file's text; undefined where it cannot be read. */
  readText(path: string): string | undefined;
}

const systemProbe: CpuProbe = {
  affinity: availableParallelism,
  readText: path => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
};

const cgroupRoot = '/sys/fs/cgroup';
/** Where a v1 hierarchy of the CPU controller may be mounted. */
const v1Controllers = ['cpu', 'cpu,cpuacct', 'cpuacct,cpu'];

/**
 * CPUs that this process may keep busy: by affinity and by the CPU quota of its cgroup, v2 or v1. At least 1.
 */
export function availableCpus(probe: CpuProbe = systemProbe): number {
  // A share of a CPU is rounded down: threads beyond the quota are throttled, all of them at once.
  return Math.max(1, Math.floor(Math.min(probe.affinity(), cpuQuota(probe))));
}

/** One CPU is left to the main thread, which reads and writes. */
export function defaultWorkers(probe: CpuProbe = systemProbe): number {
  return Math.min(workersMax, Math.max(1, availableCpus(probe) - 1));
}

/** The tightest quota from the process's cgroup up to the root, in CPUs; Infinity where there is none. */
function cpuQuota(probe: CpuProbe): number {
  let quota = Number.POSITIVE_INFINITY;
  for (const line of (probe.readText('/proc/self/cgroup') ?? '0::/').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (controllers === '')
      quota = Math.min(
        quota,
        tightest(path, folder => quotaV2(probe, folder)),
      );
    else if (controllers.split(',').includes('cpu')) {
      quota = Math.min(
        quota,
        tightest(path, folder => quotaV1(probe, folder)),
      );
    }
  }
  return quota;
}

function tightest(path: string, quotaOf: (folder: string) => number): number {
  // The root comes last: inside a container it is the container's own cgroup, whatever the path says.
  let quota = quotaOf('');
  for (let folder = path; folder !== '/' && folder !== '.'; folder = posix.dirname(folder)) {
    quota = Math.min(quota, quotaOf(folder));
  }
  return quota;
}

/** `cpu.max`: `QUOTA PERIOD` in microseconds, or `max PERIOD`. */
function quotaV2(probe: CpuProbe, folder: string): number {
  const [quota, period] = (probe.readText(`${cgroupRoot}${folder}/cpu.max`) ?? '').trim().split(/\s+/);
  return share(quota, period ?? '100000');
}

function quotaV1(probe: CpuProbe, folder: string): number {
  for (const controller of v1Controllers) {
    const base = `${cgroupRoot}/${controller}${folder}`;
    const quota = probe.readText(`${base}/cpu.cfs_quota_us`);
    if (quota !== undefined) return share(quota, probe.readText(`${base}/cpu.cfs_period_us`) ?? '');
  }
  return Number.POSITIVE_INFINITY;
}

/** -1, `max` and what is no number mean that there is no quota. */
function share(quota: string, period: string): number {
  const cpus = Number.parseInt(quota, 10) / Number.parseInt(period, 10);
  return cpus > 0 ? cpus : Number.POSITIVE_INFINITY;
}
