import { lookupRedirectsMax } from '../../../native-free-core/limits.js';
import { type Address, addressText } from '../connection/address.js';
import { BackOff, delay } from '../connection/back-off.js';
import type { Connection } from '../connection/connection.js';
import type { ConnectionPool, Purpose, Route } from '../connection/connection-pool.js';
import { asPulsarError, PulsarError } from '../errors/pulsar-error.js';
import { type LookupResponse, lookup, partitionedMetadata } from '../protocol/lookup-commands.js';
import { parseBrokerUrl } from './service-url.js';
import type { TopicName } from './topic-name.js';

export interface LookupOptions {
  readonly operationTimeoutMs: number;
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
  readonly listenerName?: string | undefined;
  /** Uniform in [0, 1); default Math.random. */
  readonly random?: (() => number) | undefined;
  /** Milliseconds that only grow; default `performance.now`. */
  readonly now?: (() => number) | undefined;
  /** Aborted when the client closes: retries end. */
  readonly signal?: AbortSignal | undefined;
}

/** Where topics are served. One of a client. */
export class TopicLookup {
  readonly #now: () => number;

  constructor(
    readonly pool: ConnectionPool,
    readonly options: LookupOptions,
  ) {
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * The broker of a topic (of one partition, if it has any), for `pool.get`.
   * @throws PulsarError AUTHORIZATION_FAILED, TOPIC_NOT_FOUND, LOOKUP_FAILED, TOO_MANY_REDIRECTS, ...; what may pass
   *   is retried until `operationTimeoutMs`
   */
  routeOf(topic: TopicName): Promise<Route> {
    return this.#retried(`LOOKUP ${topic.full}`, timeoutMs => this.#follow(topic.full, timeoutMs));
  }

  /** A connection to the topic's broker. @throws PulsarError as `routeOf` and `openConnection` */
  async connectionTo(topic: TopicName, purpose: Purpose): Promise<Connection> {
    return this.pool.get(await this.routeOf(topic), purpose);
  }

  /** Number of partitions; 0: the topic has none. @throws PulsarError as `routeOf` */
  partitionsOf(topic: TopicName): Promise<number> {
    return this.#retried(`PARTITIONED_METADATA ${topic.base}`, async timeoutMs => {
      const connection = await this.pool.anyHost('lookup');
      const reply = await connection.request(partitionedMetadata, { topic: topic.base }, timeoutMs);
      if (reply.response === 'failed') throw failed(`PARTITIONED_METADATA ${topic.base}`, reply.message);
      return reply.partitions;
    });
  }

  async #follow(topic: string, timeoutMs: number): Promise<Route> {
    const until = this.#now() + timeoutMs;
    let connection = await this.pool.anyHost('lookup');
    let isAuthoritative = false;
    for (let redirects = 0; redirects <= lookupRedirectsMax; redirects++) {
      const leftMs = Math.max(1, until - this.#now());
      const reply: LookupResponse = await connection.request(
        lookup,
        {
          topic,
          authoritative: isAuthoritative,
          ...(this.options.listenerName === undefined
            ? {}
            : { advertisedListenerName: this.options.listenerName }),
        },
        leftMs,
      );
      if (reply.response === 'failed') throw failed(`LOOKUP ${topic}`, reply.message);
      const route = this.#routeFrom(topic, reply);
      if (reply.response !== 'redirect') return route;
      isAuthoritative = reply.authoritative;
      connection = await this.pool.get(route, 'lookup');
    }
    throw new PulsarError('TOO_MANY_REDIRECTS', `LOOKUP ${topic}: more than ${lookupRedirectsMax} redirects`);
  }

  #routeFrom(topic: string, reply: LookupResponse): Route {
    const service = this.pool.serviceAddress;
    const url = service.isTls ? reply.brokerServiceUrlTls : reply.brokerServiceUrl;
    if (url === undefined || url === '') {
      const scheme = service.isTls ? 'pulsar+ssl' : 'pulsar';
      throw failed(`LOOKUP ${topic}`, `the broker names no ${scheme} address`);
    }
    let address: Address;
    try {
      address = parseBrokerUrl(url);
    } catch (error) {
      throw new PulsarError(
        'LOOKUP_FAILED',
        `LOOKUP ${topic}: the broker's address "${url}" cannot be read`,
        {
          cause: error,
        },
      );
    }
    if (!reply.proxyThroughServiceUrl) return { address };
    const behind = addressText(address);
    return behind === addressText(service) ? { address } : { address: service, proxyTo: behind };
  }

  /** Until it succeeds, fails for good, or the operation's time is over. */
  async #retried<T>(doing: string, attempt: (timeoutMs: number) => Promise<T>): Promise<T> {
    const { operationTimeoutMs, backoffFirstMs, backoffMaxMs, signal } = this.options;
    const random = this.options.random ?? Math.random;
    const backOff = new BackOff({ firstMs: backoffFirstMs, maxMs: backoffMaxMs, random });
    const until = this.#now() + operationTimeoutMs;
    let reason: PulsarError | undefined;
    for (;;) {
      try {
        return await attempt(Math.max(1, until - this.#now()));
      } catch (error) {
        const failure = asPulsarError(error, 'LOOKUP_FAILED', doing);
        // That the time ran out in the last attempt says less than why the ones before it failed.
        if (failure.code !== 'OPERATION_TIMEOUT' || reason === undefined) reason = failure;
        const waitMs = backOff.nextMs();
        if (!failure.retryable || signal?.aborted === true || this.#now() + waitMs >= until) throw reason;
        await delay(waitMs, signal);
      }
    }
  }
}

function failed(doing: string, words: string | undefined): PulsarError {
  return new PulsarError('LOOKUP_FAILED', `${doing}: ${words ?? 'the broker gave no reason'}`);
}
