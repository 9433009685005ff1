import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BrokerAddress } from '../../tools/servers/broker-address.js';
import { connectionTask, type JavaPeer } from '../../tools/servers/java-peer.js';
import { findCheckout } from '../harness/checkout.js';

/** The task of a child, as JSON on its standard input. Java's has the same fields. */
export interface PulsarTask {
  readonly serviceUrl: string;
  readonly topic: string;
  /** Drain: prefix of the subscriptions, which the child makes, from the earliest message. Latency: from the latest. */
  readonly subscription?: string;
  /** Messages to receive or to send. */
  readonly count?: number;
  /** Produce: NDJSON; each line is a payload (without its line feed), keyed by its `userId`. */
  readonly file?: string;
  /** Produce: sent first, untimed, to `<topic>-warm-up`. */
  readonly warmUpMessages?: number;
  /** Drain: `walk` counts; `decode` decodes strict JSON into columns. */
  readonly work?: 'walk' | 'decode';
  /** Latency: open loop; each message carries when it was meant to be sent. */
  readonly ratePerSecond?: number;
  readonly seconds?: number;
  readonly warmUpSeconds?: number;
  readonly payloadBytes?: number;
  readonly batching?: boolean;
  readonly batchDelayMs?: number;
  readonly pendingMessages?: number;
  readonly receiverQueue?: number;
}

/** What a child prints, as one line of JSON, its last. */
export interface PulsarResult {
  /** Received (drain, latency) or confirmed by a receipt (produce), in the timed part. */
  readonly messages: number;
  /** Of the timed part: drain from before `subscribe` to the last message; produce to the last receipt. */
  readonly seconds: number;
  /** User and system time of the process and all its threads, in the same part. */
  readonly cpuSeconds: number;
  /** The process's greatest so far. */
  readonly rssMaxBytes: number;
  /** Drain: bytes of the payloads in the timed pass. */
  readonly bytes?: number;
  /** Drain: CRC-32 over all payloads in their order, from an untimed pass before, which also warms up. */
  readonly crc32?: number;
  /** Drain with `decode`, timed pass: sum of the amounts in cents, rounded, and of the times less `startMs`. */
  readonly cents?: number;
  readonly timesMs?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly p999Ms?: number;
}

export interface Side {
  readonly name: string;
  /** Reads a `PulsarTask`, prints a `PulsarResult`. */
  readonly command: readonly string[];
  /** Beside the task's own fields. */
  readonly task?: Partial<PulsarTask>;
}

/** Room enough that its collector is no bottleneck. */
const javaFlags = ['-Xmx1g'];
/** The default of 1000 makes `batchReceive` wait for its timeout. */
const javaReceiverQueue = 50_000;

export type Work = 'drain' | 'produce' | 'latency';

export function javaSide(peer: JavaPeer, work: Work): Side {
  return {
    name: 'Java client',
    command: peer.command(`bench-${work}`, javaFlags),
    task: { receiverQueue: javaReceiverQueue },
  };
}

/** `bench/pulsar/our-<name>.ts`, built; undefined while there is none. */
export function ourSide(name: string, child: string, task: Partial<PulsarTask> = {}): Side | undefined {
  const script = join(findCheckout(), 'dist', 'bench', 'pulsar', `our-${child}.js`);
  return existsSync(script) ? { name, command: [process.execPath, script], task } : undefined;
}

export function connection(address: BrokerAddress): Pick<PulsarTask, 'serviceUrl'> {
  return connectionTask(address) as Pick<PulsarTask, 'serviceUrl'>;
}
