/** What an application imports: `millrace/pulsar`. */
// For entries instead of messages: walked in place, see the README.
export { BatchWalker } from '../../native-free-core/wire/batch-walker.js';
export { PropertyCursor } from '../../native-free-core/wire/property-cursor.js';
export { endOfBatch, endOfList, ok, wireStatusNames } from '../../native-free-core/wire/wire-status.js';
export { type InternalStats, PulsarAdmin, type TopicStats } from './admin/pulsar-admin.js';
export type {
  Consumer,
  ConsumerOptions,
  DeadLetterPolicy,
  ReceiveBatchOptions,
  SubscriptionType,
} from './api/consumer.js';
export type { Message, OutgoingMessage } from './api/message.js';
export type { EndOfTopic, MessageId } from './api/message-id.js';
export type {
  BatchingOptions,
  CompressionName,
  Producer,
  ProducerAccess,
  ProducerOptions,
  RoutingHash,
  SchemaDeclaration,
  SendReceipt,
} from './api/producer.js';
export type { ClientOptions, PulsarClient, TlsOptions, TokenSource } from './api/pulsar-client.js';
export type { Reader, ReaderOptions } from './api/reader.js';
export type { TopicReader } from './consumer/reader.js';
export { type EntryStream, ReceivedEntry } from './consumer/received-entry.js';
export type { TopicConsumer } from './consumer/topic-consumer.js';
export { type PulsarErrorCode, pulsarErrorCodes } from './errors/error-codes.js';
export { PulsarError } from './errors/pulsar-error.js';
export { createNativeClient } from './native/native-client.js';
export { createWireClient, type WireClient } from './wire-client.js';
