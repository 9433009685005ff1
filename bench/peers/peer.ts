import type { Dataset, Workload } from '../harness/dataset.js';
import type { Command } from '../harness/run-child.js';

/** Where the sources of the peers are (null: not on this machine) and where they may be built. */
export interface PeerSite {
  readonly sources: string | null;
  readonly cache: string;
}

export interface Job {
  readonly dataset: Dataset;
  /** Absolute path of the data file. */
  readonly path: string;
  readonly workload: Workload;
  /** A peer that can stop early does so after this long, and reports the rate until then. */
  readonly limitSeconds: number;
}

/** Why something is not run. */
export interface Skip {
  readonly skipped: string;
}

export interface ReadyPeer {
  /** The process that prints a `RESULT` line for the job. */
  command(job: Job): Command | Skip;
}

/** One of the things that users would pick instead. */
export interface Peer {
  /** As given on the command line. */
  readonly name: string;
  readonly title: string;
  /** Builds what is missing into the cache: minutes, the first time. */
  prepare(site: PeerSite): Promise<ReadyPeer | Skip>;
}

export function isSkip(value: object): value is Skip {
  return 'skipped' in value;
}
