import { receiveArenaBytesDefault } from '../../native-free-core/limits.js';
import type { Producer, ProducerOptions } from './api/producer.js';
import type { ClientOptions } from './api/pulsar-client.js';
import type { ClientContext } from './client-context.js';
import { checkClientOptions } from './client-options.js';
import { codecByWireId } from './compression/codecs.js';
import { ConnectionPool, consumerArena } from './connection/connection-pool.js';
import { PulsarError } from './errors/pulsar-error.js';
import { TopicLookup } from './lookup/lookup.js';
import { parseServiceUrl } from './lookup/service-url.js';

export interface OpenContext {
  readonly context: ClientContext;
  /** Ends retries and waits, then the connections. */
  close(): Promise<void>;
}

/**
 * What a client's parts share. Nothing is connected before it is used.
 * @throws PulsarError INVALID_SERVICE_URL; INVALID_ARGUMENT that names the option
 */
export function openContext(
  options: ClientOptions,
  createProducer: (options: ProducerOptions) => Promise<Producer>,
): OpenContext {
  const checked = checkClientOptions(options);
  const arena = consumerArena(options.receiveArenaBytes ?? receiveArenaBytesDefault);
  const { addresses } = parseServiceUrl(options.serviceUrl);
  const { tls, authentication, listenerName } = options;
  const pool = new ConnectionPool({ ...checked, tls, authentication, serviceAddresses: addresses, arena });
  const closing = new AbortController();
  const lookup = new TopicLookup(pool, { ...checked, listenerName, signal: closing.signal });
  let consumers = 0;
  let producers = 0;
  const context: ClientContext = {
    pool,
    lookup,
    arena,
    operationTimeoutMs: checked.operationTimeoutMs,
    backoffFirstMs: checked.backoffFirstMs,
    backoffMaxMs: checked.backoffMaxMs,
    codecByWireId,
    epochMs: Date.now,
    nowMs: () => performance.now(),
    random: Math.random,
    nextConsumerId: () => consumers++,
    nextProducerId: () => producers++,
    closing: closing.signal,
    createProducer,
  };
  return {
    context,
    async close() {
      closing.abort(new PulsarError('CLOSED', 'the client is closed'));
      await pool.close();
    },
  };
}
