import type { PulsarErrorCode } from '../errors/error-codes.js';
import { PulsarError } from '../errors/pulsar-error.js';

/** The C++ client's names of results, which are all that its errors say, as they end the text. */
const codes: Readonly<Record<string, PulsarErrorCode>> = {
  TimeOut: 'OPERATION_TIMEOUT',
  Timeout: 'OPERATION_TIMEOUT',
  LookupError: 'LOOKUP_FAILED',
  ConnectError: 'CONNECT_FAILED',
  NotConnected: 'CONNECTION_LOST',
  Disconnected: 'CONNECTION_LOST',
  AuthenticationError: 'AUTHENTICATION_FAILED',
  AuthorizationError: 'AUTHORIZATION_FAILED',
  InvalidConfiguration: 'INVALID_ARGUMENT',
  InvalidUrl: 'INVALID_SERVICE_URL',
  InvalidTopicName: 'INVALID_TOPIC_NAME',
  BrokerMetadataError: 'METADATA_ERROR',
  BrokerPersistenceError: 'PERSISTENCE_ERROR',
  ChecksumError: 'CHECKSUM_MISMATCH',
  ConsumerBusy: 'CONSUMER_BUSY',
  ConsumerNotFound: 'CONSUMER_NOT_FOUND',
  ConsumerAssignError: 'CONSUMER_ASSIGN_FAILED',
  AlreadyClosed: 'CLOSED',
  ProducerBusy: 'PRODUCER_BUSY',
  ProducerFenced: 'PRODUCER_FENCED',
  ProducerBlockedQuotaExceededError: 'PRODUCER_BLOCKED_BY_QUOTA',
  ProducerBlockedQuotaExceededException: 'PRODUCER_BLOCKED_BY_QUOTA',
  ProducerQueueIsFull: 'QUEUE_FULL',
  MemoryBufferIsFull: 'QUEUE_FULL',
  MessageTooBig: 'MESSAGE_TOO_LARGE',
  TooManyLookupRequestException: 'TOO_MANY_REQUESTS',
  ServiceUnitNotReady: 'SERVICE_NOT_READY',
  OperationNotSupported: 'NOT_SUPPORTED',
  CumulativeAcknowledgementNotAllowedError: 'NOT_ALLOWED',
  NotAllowedError: 'NOT_ALLOWED',
  TopicNotFound: 'TOPIC_NOT_FOUND',
  SubscriptionNotFound: 'SUBSCRIPTION_NOT_FOUND',
  TopicTerminated: 'TOPIC_TERMINATED',
  IncompatibleSchema: 'INCOMPATIBLE_SCHEMA',
  UnsupportedVersionError: 'UNSUPPORTED_VERSION',
};

/** @param timeoutCode what a time-out means here: of a send, that nobody knows whether it was stored */
export function nativeError(
  error: unknown,
  doing: string,
  timeoutCode: PulsarErrorCode = 'OPERATION_TIMEOUT',
): PulsarError {
  if (error instanceof PulsarError) return error;
  const words = error instanceof Error ? error.message : String(error);
  const result = /([A-Za-z]+)\s*$/.exec(words)?.[1] ?? '';
  const found = codes[result] ?? 'UNKNOWN_BROKER_ERROR';
  const code = found === 'OPERATION_TIMEOUT' ? timeoutCode : found;
  return new PulsarError(code, `${doing}: ${words}`, { cause: error });
}

/** Does it, and turns the package's text errors into ours. */
export async function translated<T>(
  doing: string,
  work: () => Promise<T>,
  timeoutCode?: PulsarErrorCode,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw nativeError(error, doing, timeoutCode);
  }
}
