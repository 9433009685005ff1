/** What an application imports. */
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
export { type PulsarErrorCode, pulsarErrorCodes } from './errors/error-codes.js';
export { PulsarError } from './errors/pulsar-error.js';
export { createNativeClient } from './native/native-client.js';
export { createWireClient, type WireClient } from './wire-client.js';
