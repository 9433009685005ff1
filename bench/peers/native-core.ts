import { join } from 'node:path';
import { runChild } from '../harness/run-child.js';
import { buildPeer } from './build-cache.js';
import type { PeerSite, Skip } from './peer.js';

export interface NativeCoreOptions {
  readonly users: number;
  readonly perWindow: number;
  /** Events that are timed, after a warm-up that fills every window. */
  readonly events: number;
  /** Events whose memory is prefetched together; a power of two up to 4096. 256 was the fastest of 64, 256, 1024. */
  readonly batch?: number;
}

const limitMs = 120_000;
const batchDefault = 256;

/**
 * Aggregation alone in C++ with prefetch, on events that are already decoded: the limit for the core, not an engine.
 * Gives its events/s. It has no checksums.
 */
export async function runNativeCore(
  site: PeerSite,
  { users, perWindow, events, batch = batchDefault }: NativeCoreOptions,
): Promise<{ eventsPerSecond: number } | Skip> {
  const built = await buildPeer(site, {
    folder: 'native',
    tools: ['g++'],
    steps: [{ file: 'g++', args: ['-O3', '-march=native', '-o', 'core-native', 'core-native.cpp'] }],
  });
  if (typeof built !== 'string') return built;
  const args = [users, events, perWindow, batch].map(String);
  const outcome = await runChild({ file: join(built, 'core-native'), args }, limitMs);
  const nanoseconds = parseNativeCore(outcome.stdout);
  if (outcome.exitCode !== 0 || nanoseconds === null) {
    return { skipped: `it ended with ${outcome.exitCode}: ${outcome.stderr.trim().slice(0, 200)}` };
  }
  return { eventsPerSecond: 1e9 / nanoseconds };
}

/** Nanoseconds per event from a line like `C++ users=1000 21.3 M ev/s 46.9 ns/ev huge=0 5.1`. */
export function parseNativeCore(output: string): number | null {
  const match = /([\d.]+) ns\/ev/.exec(output);
  return match === null ? null : Number(match[1]);
}
