import type { ErrorDomain } from '../../errors.js';

/** What a code says by itself: whether the same attempt may succeed later, and whose business it is. */
export interface CodeEntry {
  readonly retryable: boolean;
  readonly domain: ErrorDomain;
}

const transient = { retryable: true, domain: 'input' } as const;
const lasting = { retryable: false, domain: 'input' } as const;
const configuration = { retryable: false, domain: 'configuration' } as const;
const sending = { retryable: true, domain: 'output' } as const;
const refusedSending = { retryable: false, domain: 'output' } as const;

/** Every code of the Pulsar client. A caller branches on the code; the message is for people. */
export const pulsarErrorCodes = {
  /** The service URL cannot be read; the message says which part. */
  INVALID_SERVICE_URL: configuration,
  /** Not a topic's name; nothing was sent. */
  INVALID_TOPIC_NAME: configuration,
  /** An option or argument outside its range; nothing was sent. */
  INVALID_ARGUMENT: configuration,
  /** The token cannot be had: file or environment variable missing or empty, supplier failed. */
  TOKEN_UNREADABLE: configuration,
  /** The broker wants a token, or refuses this one. */
  AUTHENTICATION_FAILED: configuration,
  /** The role may not do this on the topic or namespace. */
  AUTHORIZATION_FAILED: configuration,
  /** The certificate is for another name. */
  TLS_HOSTNAME_MISMATCH: configuration,
  /** The certificate is signed by an authority that is not trusted, or has expired. */
  TLS_UNTRUSTED: configuration,
  /** One side speaks TLS and the other does not. */
  TLS_EXPECTED: configuration,
  PLAINTEXT_EXPECTED: configuration,
  /** Any other failure of TLS: a refused client certificate, no common version. */
  TLS_FAILED: configuration,
  /** A file of certificates or keys cannot be read. */
  TLS_FILE_UNREADABLE: configuration,
  /** The broker does not speak a version of the protocol that this client does. */
  UNSUPPORTED_VERSION: configuration,
  /** An optional package that is needed here is not installed. */
  PACKAGE_MISSING: configuration,

  /** No connection: refused, unreachable, unknown host. */
  CONNECT_FAILED: transient,
  /** TCP, TLS and handshake took longer than `connectTimeoutMs`. */
  CONNECT_TIMEOUT: transient,
  /** An open connection broke, or its peer went silent. */
  CONNECTION_LOST: transient,
  /** The broker did not answer within `operationTimeoutMs`. */
  OPERATION_TIMEOUT: transient,
  /** The lookup was answered with an error that has no code of its own, or with nowhere to go. */
  LOOKUP_FAILED: transient,
  /** More redirects than `lookupRedirectsMax`. */
  TOO_MANY_REDIRECTS: transient,
  SERVICE_NOT_READY: transient,
  TOO_MANY_REQUESTS: transient,
  METADATA_ERROR: transient,
  PERSISTENCE_ERROR: transient,
  UNKNOWN_BROKER_ERROR: transient,
  /** The arena has no segment for one more connection. */
  ARENA_EXHAUSTED: transient,

  /** Bytes that are not the protocol: the connection is given up. */
  PROTOCOL_ERROR: lasting,
  /** A frame larger than the negotiated bound: the connection is given up. */
  FRAME_TOO_LARGE: lasting,
  /** This client, consumer, producer or reader was closed by its owner. */
  CLOSED: lasting,
  NOT_ALLOWED: lasting,
  TOPIC_NOT_FOUND: lasting,
  TOPIC_TERMINATED: lasting,
  SUBSCRIPTION_NOT_FOUND: lasting,
  CONSUMER_NOT_FOUND: transient,
  CONSUMER_BUSY: transient,
  CONSUMER_ASSIGN_FAILED: transient,
  INCOMPATIBLE_SCHEMA: lasting,
  TRANSACTION_FAILED: lasting,
  /** What the client, as it is, does not do. */
  NOT_SUPPORTED: lasting,

  /** Stored bytes that do not match their CRC-32C, or the broker found so of ours. */
  CHECKSUM_MISMATCH: lasting,
  /** A batch that cannot be decompressed, or whose sizes lie. */
  DECOMPRESSION_FAILED: lasting,
  /** An entry whose metadata or batch cannot be walked. */
  BAD_ENTRY: lasting,
  /** Chunks of a message that are missing, out of order or too many. */
  CHUNKS_INCOMPLETE: lasting,
  /** One partition stopped; its error is the cause. */
  PARTITION_STOPPED: lasting,

  /** Larger than the broker's bound and not chunked; nothing was sent. */
  MESSAGE_TOO_LARGE: refusedSending,
  /** No receipt in time: it is unknown whether the message was stored. */
  SEND_TIMEOUT: sending,
  /** The broker refused the bytes, and will not take these sequence ids again: later ones are stored. */
  SEND_REFUSED: refusedSending,
  /** A pending bound is reached and the caller asked not to wait. */
  QUEUE_FULL: sending,
  PRODUCER_BUSY: sending,
  PRODUCER_BLOCKED_BY_QUOTA: sending,
  /** Another producer took the topic: this one must not send again. */
  PRODUCER_FENCED: refusedSending,

  /** The admin address answered with an error, or not at all; `httpStatus` tells. */
  ADMIN_FAILED: transient,
  ADMIN_NOT_FOUND: lasting,
} as const satisfies Record<string, CodeEntry>;

export type PulsarErrorCode = keyof typeof pulsarErrorCodes;

/** Code of each number of the broker's `ServerError`, in the order of the numbers. */
export const codeOfServerError: readonly PulsarErrorCode[] = [
  'UNKNOWN_BROKER_ERROR',
  'METADATA_ERROR',
  'PERSISTENCE_ERROR',
  'AUTHENTICATION_FAILED',
  'AUTHORIZATION_FAILED',
  'CONSUMER_BUSY',
  'SERVICE_NOT_READY',
  'PRODUCER_BLOCKED_BY_QUOTA',
  'PRODUCER_BLOCKED_BY_QUOTA',
  'CHECKSUM_MISMATCH',
  'UNSUPPORTED_VERSION',
  'TOPIC_NOT_FOUND',
  'SUBSCRIPTION_NOT_FOUND',
  'CONSUMER_NOT_FOUND',
  'TOO_MANY_REQUESTS',
  'TOPIC_TERMINATED',
  'PRODUCER_BUSY',
  'INVALID_TOPIC_NAME',
  'INCOMPATIBLE_SCHEMA',
  'CONSUMER_ASSIGN_FAILED',
  'TRANSACTION_FAILED',
  'TRANSACTION_FAILED',
  'NOT_ALLOWED',
  'TRANSACTION_FAILED',
  'TRANSACTION_FAILED',
  'PRODUCER_FENCED',
];
