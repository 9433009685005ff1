import { javaStringHash, murmur3Hash, partitionOf } from '../../../native-free-core/wire/key-routing.js';
import type { RoutingHash } from '../api/producer.js';
import type { ProducerSettings } from './producer-settings.js';

/** How many batch delays keyless messages stay with one partition: the Java client's default. */
const delaysPerPartition = 10;

/** Chooses partitions as the Java client does with its default router. */
export class MessageRouter {
  readonly #hash: (bytes: Uint8Array, start: number, end: number) => number;
  readonly #switchMs: number;
  /** Producers of one program begin at different partitions. */
  readonly #first: number;
  #turn = 0;

  constructor(
    readonly settings: Pick<ProducerSettings, 'routingHash' | 'isBatching' | 'batchDelayMs'>,
    readonly epochMs: () => number,
    random: () => number,
  ) {
    this.#hash = hashOf(settings.routingHash);
    this.#switchMs = Math.max(1, Math.floor(settings.batchDelayMs * delaysPerPartition));
    this.#first = Math.floor(random() * 2 ** 31);
  }

  /** By the hash of a key, in UTF-8. */
  ofKey(key: Uint8Array, start: number, end: number, partitions: number): number {
    return partitionOf(this.#hash(key, start, end), partitions);
  }

  /** Without a key: in turn, each for a while when there are batches to be filled. */
  ofNone(partitions: number): number {
    const turn = this.settings.isBatching ? Math.floor(this.epochMs() / this.#switchMs) : this.#turn++;
    return (this.#first + turn) % partitions;
  }
}

export function hashOf(name: RoutingHash): (bytes: Uint8Array, start: number, end: number) => number {
  return name === 'murmur3' ? murmur3Hash : javaStringHash;
}
