import type { ReceiveArena } from '../../native-free-core/wire/receive-arena.js';
import type { Producer, ProducerOptions } from './api/producer.js';
import type { Codec } from './compression/codec.js';
import type { ConnectionPool } from './connection/connection-pool.js';
import type { TopicLookup } from './lookup/lookup.js';

/**
 * What the consumers, producers and readers of one client share. Time and randomness come from here, so that tests
 * can hold them.
 */
export interface ClientContext {
  readonly pool: ConnectionPool;
  readonly lookup: TopicLookup;
  /** Where the connections of consumers receive; `pool.arena`. */
  readonly arena: ReceiveArena;
  readonly operationTimeoutMs: number;
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
  /** @throws PulsarError DECOMPRESSION_FAILED for a number that is none */
  readonly codecByWireId: (wireId: number) => Codec;
  /** Epoch milliseconds, whole. */
  readonly epochMs: () => number;
  /** Milliseconds that only grow. */
  readonly nowMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Ids of consumers and of producers, each unique in the client. */
  readonly nextConsumerId: () => number;
  readonly nextProducerId: () => number;
  /** Aborted when the client closes: retries and waits end; the reason is a PulsarError CLOSED. */
  readonly closing: AbortSignal;
  /** For dead letters. */
  readonly createProducer: (options: ProducerOptions) => Promise<Producer>;
}
