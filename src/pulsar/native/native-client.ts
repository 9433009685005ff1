import type { Consumer, ConsumerOptions } from '../api/consumer.js';
import type { Producer, ProducerOptions } from '../api/producer.js';
import type { ClientOptions, PulsarClient } from '../api/pulsar-client.js';
import type { Reader, ReaderOptions } from '../api/reader.js';
import { checkClientOptions } from '../client-options.js';
import { readToken } from '../connection/token-reader.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { parseServiceUrl } from '../lookup/service-url.js';
import { parseTopicName } from '../lookup/topic-name.js';
import { subscribeNative } from './native-consumer.js';
import { translated } from './native-errors.js';
import { loadNativePackage, type NativeClientHandle, type NativePackage } from './native-package.js';
import { createNativeProducer } from './native-producer.js';
import { createNativeReader } from './native-reader.js';

/**
 * The official `pulsar-client` behind the same interface. `keepAliveMs`, the back-off's bounds and
 * `receiveArenaBytes` have no meaning for it. A missing or refused token is reported as a time-out: it says no more.
 * @throws PulsarError PACKAGE_MISSING, INVALID_SERVICE_URL, INVALID_ARGUMENT
 */
export async function createNativeClient(options: ClientOptions): Promise<PulsarClient> {
  const checked = checkClientOptions(options);
  const { isTls } = parseServiceUrl(options.serviceUrl);
  const of = await loadNativePackage();
  const { authentication, tls = {} } = options;
  const handle = new of.Client({
    serviceUrl: options.serviceUrl,
    operationTimeoutSeconds: Math.max(1, Math.ceil(checked.operationTimeoutMs / 1000)),
    connectionTimeoutMs: checked.connectTimeoutMs,
    log: () => undefined,
    ...(options.listenerName === undefined ? {} : { listenerName: options.listenerName }),
    ...(authentication === undefined
      ? {}
      : { authentication: new of.AuthenticationToken({ token: () => readToken(authentication) }) }),
    ...(isTls
      ? {
          tlsValidateHostname: tls.verifyHostname ?? true,
          tlsAllowInsecureConnection: tls.allowInsecure ?? false,
          ...(tls.caFile === undefined ? {} : { tlsTrustCertsFilePath: tls.caFile }),
          ...(tls.certFile === undefined ? {} : { tlsCertificateFilePath: tls.certFile }),
          ...(tls.keyFile === undefined ? {} : { tlsPrivateKeyFilePath: tls.keyFile }),
        }
      : {}),
  });
  return new NativeClient(of, handle);
}

class NativeClient implements PulsarClient {
  #isClosed = false;
  readonly #producers = new Set<Producer>();

  constructor(
    readonly of: NativePackage,
    readonly handle: NativeClientHandle,
  ) {}

  async subscribe(options: ConsumerOptions): Promise<Consumer> {
    return subscribeNative(this.of, this.#openHandle(), options);
  }

  async createProducer(options: ProducerOptions): Promise<Producer> {
    const producer = await createNativeProducer(this.#openHandle(), options);
    this.#producers.add(producer);
    return producer;
  }

  async createReader(options: ReaderOptions): Promise<Reader> {
    return createNativeReader(this.of, this.#openHandle(), options);
  }

  async partitionsOf(topic: string): Promise<number> {
    const { full } = parseTopicName(topic);
    const found = await translated(`partitions of ${full}`, () =>
      this.#openHandle().getPartitionsForTopic(full),
    );
    return found.length === 1 && found[0] === full ? 0 : found.length;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await Promise.allSettled([...this.#producers].map(producer => producer.close()));
    this.#isClosed = true;
    await translated('close the client', () => this.handle.close());
  }

  #openHandle(): NativeClientHandle {
    if (this.#isClosed) throw new PulsarError('CLOSED', 'the client is closed');
    return this.handle;
  }
}
