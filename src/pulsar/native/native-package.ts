import { PulsarError } from '../errors/pulsar-error.js';

/** What is used of the npm package `pulsar-client` 1.18; it is optional, so its own types may not be there. */
export interface NativePackage {
  readonly Client: new (config: object) => NativeClientHandle;
  readonly AuthenticationToken: new (params: { token: string | (() => string | Promise<string>) }) => object;
  readonly MessageId: {
    earliest(): NativeMessageId;
    latest(): NativeMessageId;
    deserialize(bytes: Buffer): NativeMessageId;
  };
}

export interface NativeClientHandle {
  createProducer(config: object): Promise<NativeProducerHandle>;
  subscribe(config: object): Promise<NativeConsumerHandle>;
  createReader(config: object): Promise<NativeReaderHandle>;
  getPartitionsForTopic(topic: string): Promise<string[]>;
  close(): Promise<unknown>;
}

export interface NativeMessageId {
  serialize(): Buffer;
}

export interface NativeProducerHandle {
  send(message: object): Promise<NativeMessageId>;
  flush(): Promise<unknown>;
  close(): Promise<unknown>;
  getProducerName(): string;
  isConnected(): boolean;
}

export interface NativeConsumerHandle {
  batchReceive(): Promise<NativeMessage[]>;
  acknowledgeId(id: NativeMessageId): Promise<unknown>;
  acknowledgeCumulativeId(id: NativeMessageId): Promise<unknown>;
  negativeAcknowledgeId(id: NativeMessageId): void;
  seek(id: NativeMessageId): Promise<unknown>;
  seekTimestamp(epochMs: number): Promise<unknown>;
  isConnected(): boolean;
  unsubscribe(): Promise<unknown>;
  close(): Promise<unknown>;
}

export interface NativeReaderHandle {
  readNext(timeoutMs?: number): Promise<NativeMessage>;
  hasNext(): boolean;
  seek(id: NativeMessageId): Promise<unknown>;
  seekTimestamp(epochMs: number): Promise<unknown>;
  close(): Promise<unknown>;
}

export interface NativeMessage {
  getTopicName(): string;
  getProperties(): Record<string, string>;
  getData(): Buffer;
  getMessageId(): NativeMessageId;
  getPublishTimestamp(): number;
  getEventTimestamp(): number;
  getRedeliveryCount(): number;
  getPartitionKey(): string;
  getOrderingKey(): string;
  getProducerName?(): string;
}

/**
 * Loads the package and its binary.
 *
 * It is one of npm's `optionalDependencies`, and not an optional peer: it comes by itself where its install script can
 * fetch or build the binary, and where it cannot, npm leaves it out without a word and `npm ci` takes no longer
 * (measured: 10.6 s with it failing, 11.2 s without it). Nothing else of the client needs it.
 * @throws PulsarError PACKAGE_MISSING with what to do
 */
export async function loadNativePackage(name = 'pulsar-client'): Promise<NativePackage> {
  try {
    const loaded = (await import(name)) as { default?: NativePackage } & NativePackage;
    return loaded.default ?? loaded;
  } catch (error) {
    const words = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new PulsarError('PACKAGE_MISSING', `the native client needs the package ${name}: ${words}`, {
      cause: error,
      hint: 'npm install pulsar-client (its install script fetches a binary), or take the wire client',
    });
  }
}
