import {
  answerSegmentBytes,
  framePaddingBytes,
  messageBytesMaxDefault,
  receiveSegmentBytes,
} from '../../../native-free-core/limits.js';
import { ReceiveArena } from '../../../native-free-core/wire/receive-arena.js';
import { wrongArgument } from '../arguments/wrong-argument.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { type Address, addressText } from './address.js';
import type { BrokerConnection } from './broker-connection.js';
import type { Connection } from './connection.js';
import { type OpenConnectionOptions, openConnection } from './open-connection.js';

/** Consumers have connections of their own: a paused input must not hold back receipts or answers. */
export type Purpose = 'consumer' | 'producer' | 'lookup';

export type PoolOptions = Omit<OpenConnectionOptions, 'address' | 'proxyTo' | 'arena'> & {
  /** Hosts of the service URL. */
  readonly serviceAddresses: readonly Address[];
  /** Shared by all consumers. */
  readonly arena: ReceiveArena;
};

/** Where to go: the broker itself, or a proxy that is told the broker. */
export interface Route {
  readonly address: Address;
  /** `host:port` of the broker behind the proxy. */
  readonly proxyTo?: string | undefined;
}

const frameBytesDefault = messageBytesMaxDefault + framePaddingBytes;

/** The consumers' arena. @throws PulsarError INVALID_ARGUMENT if not even one connection could be served */
export function consumerArena(receiveArenaBytes: number): ReceiveArena {
  const least = frameBytesDefault + 2 * receiveSegmentBytes;
  if (!Number.isSafeInteger(receiveArenaBytes) || receiveArenaBytes < least) {
    throw wrongArgument('receiveArenaBytes', receiveArenaBytes, `a whole number of bytes from ${least}`);
  }
  const segments = Math.floor((receiveArenaBytes - frameBytesDefault) / receiveSegmentBytes);
  return new ReceiveArena(segments, receiveSegmentBytes, frameBytesDefault);
}

/** One connection for each route and purpose, opened when it is asked for and again when it was lost. */
export class ConnectionPool {
  readonly #open = new Map<string, Promise<BrokerConnection>>();
  /** Which host of the service URL answered last: the next attempt begins there. */
  #host = 0;
  #isClosed = false;

  constructor(readonly options: PoolOptions) {}

  get arena(): ReceiveArena {
    return this.options.arena;
  }

  /** @throws PulsarError as `openConnection`; CLOSED */
  get(route: Route, purpose: Purpose): Promise<Connection> {
    if (this.#isClosed) return Promise.reject(new PulsarError('CLOSED', 'the client is closed'));
    const key = `${purpose} ${route.address.isTls} ${addressText(route.address)} ${route.proxyTo ?? ''}`;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const opening = this.#connect(route, purpose);
    this.#open.set(key, opening);
    const forget = () => {
      if (this.#open.get(key) === opening) this.#open.delete(key);
    };
    opening.then(connection => {
      connection.onLost(forget);
      if (!connection.isOpen) forget();
    }, forget);
    return opening;
  }

  /**
   * Any host of the service URL, beginning with the one that answered last.
   * @throws PulsarError of the last host; at once what no other host will mend (a refused token)
   */
  async anyHost(purpose: Purpose): Promise<Connection> {
    const hosts = this.options.serviceAddresses;
    for (let tried = 1; ; tried++) {
      const index = this.#host;
      try {
        return await this.get({ address: hosts[index] }, purpose);
      } catch (error) {
        if (this.#host === index) this.#host = (index + 1) % hosts.length;
        const isOfHost = error instanceof PulsarError && hostErrors.has(error.code);
        if (!isOfHost || tried >= hosts.length) throw error;
      }
    }
  }

  /** The host of the service URL that is in use: the physical address when a lookup says to go through the proxy. */
  get serviceAddress(): Address {
    return this.options.serviceAddresses[this.#host];
  }

  /** Ends every connection; those that are being opened, as soon as they are. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#open.values()];
    await Promise.all(
      all.map(opening =>
        opening.then(
          connection => connection.close(),
          () => {},
        ),
      ),
    );
    this.#open.clear();
  }

  async #connect(route: Route, purpose: Purpose): Promise<BrokerConnection> {
    const arena =
      purpose === 'consumer'
        ? this.options.arena
        : new ReceiveArena(2, answerSegmentBytes, frameBytesDefault);
    return openConnection({ ...this.options, ...route, arena });
  }
}

/** Codes of a host that cannot be used, where the next one may do. */
const hostErrors: ReadonlySet<string> = new Set([
  'CONNECT_FAILED',
  'CONNECT_TIMEOUT',
  'CONNECTION_LOST',
  'TLS_HOSTNAME_MISMATCH',
  'TLS_UNTRUSTED',
  'TLS_EXPECTED',
  'PLAINTEXT_EXPECTED',
  'TLS_FAILED',
  'PROTOCOL_ERROR',
]);
