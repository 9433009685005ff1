import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { duckdb } from '../peers/duckdb.js';
import { flinkRing, naiveJava, runningSumJava } from '../peers/java-services.js';
import { naiveNode, runningSumNode } from '../peers/node-services.js';
import { isSkip, type Job, type Peer, type PeerSite, type ReadyPeer, type Skip } from '../peers/peer.js';
import { rustBatched, rustByEvent } from '../peers/rust-lower.js';
import { findCheckout } from './checkout.js';
import { cacheDirectory, type Dataset, ensureDataset, type Workload } from './dataset.js';
import { checkAnswer, type PeerResult, type PeerRun, parseResults } from './result.js';
import { type ChildOutcome, type Command, runChild } from './run-child.js';

/** Every peer, from the one that users have today to the ones that hold the limits. */
export const peers: readonly Peer[] = [
  naiveNode,
  runningSumNode,
  naiveJava,
  runningSumJava,
  flinkRing,
  duckdb,
  rustByEvent,
  rustBatched,
];

export interface RunPeersOptions {
  /** Default `count-sum`. */
  readonly workload?: Workload;
  /**
   * After how long a peer that can stop early does so. Default: 20 s on Zipf, where naive services get ever slower
   * (their rate until then flatters them), else 120 s.
   */
  readonly limitSeconds?: number;
  readonly site?: PeerSite;
}

/** The peers' sources: `MILLRACE_PEERS`, or a folder `shared/peers` beside the checkout. */
export function findPeerSite(): PeerSite {
  const named = process.env.MILLRACE_PEERS;
  const sources =
    named === undefined || named === '' ? join(findCheckout(), '..', 'shared', 'peers') : resolve(named);
  return { sources: existsSync(sources) ? sources : null, cache: cacheDirectory() };
}

/**
 * Runs each of the named peers once, in turn, each in a process of its own: one round. Call it again for more, with
 * runs of one's own between. Peers that this machine cannot have come back with `skipped: why`.
 */
export async function runPeers(
  dataset: Dataset,
  which: readonly string[],
  options: RunPeersOptions = {},
): Promise<PeerResult[]> {
  const site = options.site ?? findPeerSite();
  const job: Job = {
    dataset,
    path: ensureDataset(dataset),
    workload: options.workload ?? 'count-sum',
    limitSeconds: options.limitSeconds ?? (dataset.skew === 'zipf' ? 20 : 120),
  };
  const results: PeerResult[] = [];
  for (const name of which) results.push(await runPeer(findPeer(name), job, site));
  return results;
}

function findPeer(name: string): Peer {
  const found = peers.find(peer => peer.name === name);
  if (found !== undefined) return found;
  throw new Error(`no peer "${name}"; there are ${peers.map(peer => peer.name).join(', ')}`);
}

/** What was found or built, once a process. */
const prepared = new Map<string, Promise<ReadyPeer | Skip>>();

function preparePeer(peer: Peer, site: PeerSite): Promise<ReadyPeer | Skip> {
  const id = `${peer.name} ${site.sources} ${site.cache}`;
  const ready = prepared.get(id) ?? peer.prepare(site);
  prepared.set(id, ready);
  return ready;
}

async function runPeer(peer: Peer, job: Job, site: PeerSite): Promise<PeerResult> {
  const named = { peer: peer.name, title: peer.title, dataset: job.dataset.name, workload: job.workload };
  const ready = await preparePeer(peer, site);
  if (isSkip(ready)) return { ...named, skipped: ready.skipped };
  const command = ready.command(job);
  if (isSkip(command)) return { ...named, skipped: command.skipped };
  return { ...named, ...(await measure(command, job)) };
}

export type MeasuredRun = Pick<
  PeerRun,
  'events' | 'seconds' | 'eventsPerSecond' | 'cpuSeconds' | 'peakRssBytes' | 'answer'
>;

/** Past its own limit a peer may still have to load, stop and print. */
const graceSeconds = 120;

/** Runs a command that prints a `RESULT` line; the engine's own runs may be measured by it too. */
export async function measure(command: Command, job: Job): Promise<MeasuredRun | Skip> {
  const outcome = await runChild(command, (job.limitSeconds + graceSeconds) * 1000);
  const result = outcome.exitCode === 0 ? parseResults(outcome.stdout).at(-1) : undefined;
  if (result === undefined) return { skipped: failureOf(outcome) };
  return {
    events: result.events,
    seconds: result.seconds,
    eventsPerSecond: result.events / result.seconds,
    cpuSeconds: outcome.cpuSeconds,
    peakRssBytes: outcome.peakRssBytes,
    answer: checkAnswer(result, job.dataset, job.workload),
  };
}

function failureOf({ exitCode, timedOut, stderr }: ChildOutcome): string {
  if (timedOut) return 'it did not end in time';
  if (exitCode === 0) return 'it printed no result';
  return `it ended with ${exitCode}: ${stderr.trim().split('\n').slice(-3).join(' / ').slice(0, 300)}`;
}
