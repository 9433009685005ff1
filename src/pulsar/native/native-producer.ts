import {
  batchBytesMaxDefault,
  batchMessagesMaxDefault,
  pendingMessagesMaxDefault,
  sendTimeoutMsDefault,
} from '../../../native-free-core/limits.js';
import type { OutgoingMessage } from '../api/message.js';
import type { Producer, ProducerOptions, SendReceipt } from '../api/producer.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { parseTopicName, partitionName } from '../lookup/topic-name.js';
import { translated } from './native-errors.js';
import { idOf } from './native-ids.js';
import type { NativeClientHandle, NativeProducerHandle } from './native-package.js';

const compressionTypes = { none: 'None', lz4: 'LZ4', zlib: 'Zlib', zstd: 'ZSTD', snappy: 'SNAPPY' } as const;
const hashingSchemes = { 'java-string': 'JavaStringHash', murmur3: 'Murmur3_32Hash' } as const;
const schemaTypes = {
  NONE: 'None',
  STRING: 'String',
  JSON: 'Json',
  AVRO: 'Avro',
  PROTOBUF: 'Protobuf',
} as const;

export async function createNativeProducer(
  client: NativeClientHandle,
  options: ProducerOptions,
): Promise<Producer> {
  const topic = parseTopicName(options.topic);
  const full = options.partition === undefined ? topic.full : partitionName(topic, options.partition);
  const handle = await translated(`PRODUCER ${full}`, () => client.createProducer(configOf(full, options)));
  return new NativeProducer(handle, full);
}

/**
 * `send` as the package has it: an object, a promise and a hop between threads for each message. What the broker
 * stored last is not told (`lastSequenceId` counts only this producer's own receipts), nor the sequence ids that the
 * package gives itself (-1), nor `pendingBytesMax` and `partitionsUpdateMs` taken.
 */
class NativeProducer implements Producer {
  lastSequenceId = -1;
  #isClosed = false;

  constructor(
    readonly handle: NativeProducerHandle,
    readonly topic: string,
  ) {}

  get name(): string {
    return this.handle.getProducerName();
  }

  get isConnected(): boolean {
    return this.handle.isConnected();
  }

  async send(message: OutgoingMessage): Promise<SendReceipt> {
    if (this.#isClosed) throw new PulsarError('CLOSED', `${this.topic}: the producer is closed`);
    const { data, key, orderingKey, properties, eventTimeMs, sequenceId } = message;
    const sent = {
      data: Buffer.from(data.buffer, data.byteOffset, data.length),
      ...(key === undefined ? {} : { partitionKey: key }),
      ...(orderingKey === undefined ? {} : { orderingKey: Buffer.from(orderingKey).toString() }),
      ...(properties === undefined ? {} : { properties }),
      ...(eventTimeMs === undefined ? {} : { eventTimestamp: eventTimeMs }),
      ...(sequenceId === undefined ? {} : { sequenceId }),
    };
    const native = await translated(`send to ${this.topic}`, () => this.handle.send(sent), 'SEND_TIMEOUT');
    const id = idOf(native);
    if (sequenceId !== undefined && sequenceId > this.lastSequenceId) this.lastSequenceId = sequenceId;
    return { id, sequenceId: sequenceId ?? -1, isDuplicate: id.ledgerId === -1 && id.entryId === -1 };
  }

  async flush(): Promise<void> {
    await translated(`flush ${this.topic}`, () => this.handle.flush(), 'SEND_TIMEOUT');
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.handle.flush().catch(() => undefined);
    await translated(`close ${this.topic}`, () => this.handle.close());
  }
}

function configOf(topic: string, options: ProducerOptions): object {
  const { batching = {}, schema } = options;
  return {
    topic,
    ...(options.name === undefined ? {} : { producerName: options.name }),
    accessMode: options.access ?? 'Shared',
    compressionType: compressionTypes[options.compression ?? 'none'],
    hashingScheme: hashingSchemes[options.routingHash ?? 'java-string'],
    messageRoutingMode: 'RoundRobinDistribution',
    sendTimeoutMs: options.sendTimeoutMs ?? sendTimeoutMsDefault,
    maxPendingMessages: options.pendingMessagesMax ?? pendingMessagesMaxDefault,
    blockIfQueueFull: true,
    batchingEnabled: (batching.enabled ?? true) && options.chunking !== true,
    batchingType: batching.byKey === true ? 'KeyBasedBatching' : 'DefaultBatching',
    batchingMaxMessages: batching.messagesMax ?? batchMessagesMaxDefault,
    batchingMaxAllowedSizeInBytes: batching.bytesMax ?? batchBytesMaxDefault,
    batchingMaxPublishDelayMs: Math.max(1, Math.round(batching.delayMs ?? 1)),
    chunkingEnabled: options.chunking ?? false,
    ...(options.properties === undefined ? {} : { properties: options.properties }),
    ...(schema === undefined
      ? {}
      : {
          schema: {
            name: schema.name,
            schemaType: schemaTypes[schema.type],
            schema: Buffer.from(schema.schema).toString(),
            properties: schema.properties ?? {},
          },
        }),
  };
}
