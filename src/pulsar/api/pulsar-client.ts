import type { Consumer, ConsumerOptions } from './consumer.js';
import type { Producer, ProducerOptions } from './producer.js';
import type { Reader, ReaderOptions } from './reader.js';

/** Where a token comes from; read again whenever the broker asks for a fresh one. */
export type TokenSource =
  | { readonly token: string }
  | { readonly file: string }
  | { readonly environment: string }
  | { readonly supply: () => string | Promise<string> };

export interface TlsOptions {
  /** PEM file of trusted authorities; default: Node's. */
  readonly caFile?: string | undefined;
  /** Client certificate and key (mTLS), PEM files. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Default true. */
  readonly verifyHostname?: boolean | undefined;
  /** Default false: an unknown authority is refused. */
  readonly allowInsecure?: boolean | undefined;
}

export interface ClientOptions {
  /** `pulsar://host:6650` or `pulsar+ssl://a:6651,b:6651`: several hosts are tried in turn. */
  readonly serviceUrl: string;
  readonly authentication?: TokenSource | undefined;
  readonly tls?: TlsOptions | undefined;
  /** For a request to the broker; default 30 s. */
  readonly operationTimeoutMs?: number | undefined;
  /** For TCP, TLS and handshake together; default 10 s. */
  readonly connectTimeoutMs?: number | undefined;
  /** Silence after which a ping is sent, and after which, unanswered, the connection is given up; default 30 s. */
  readonly keepAliveMs?: number | undefined;
  /** First and greatest delay of the jittered back-off between attempts; defaults 100 ms and 60 s. */
  readonly backoffFirstMs?: number | undefined;
  readonly backoffMaxMs?: number | undefined;
  /** Broker listener to ask for in lookups. */
  readonly listenerName?: string | undefined;
  /** Shared memory for received bytes, of one client; default 32 MiB. A full one slows the broker down. */
  readonly receiveArenaBytes?: number | undefined;
}

/** What both clients offer. @throws PulsarError from every method that returns a promise. */
export interface PulsarClient {
  subscribe(options: ConsumerOptions): Promise<Consumer>;
  createProducer(options: ProducerOptions): Promise<Producer>;
  createReader(options: ReaderOptions): Promise<Reader>;
  /** 0: the topic has no partitions. */
  partitionsOf(topic: string): Promise<number>;
  close(): Promise<void>;
}
