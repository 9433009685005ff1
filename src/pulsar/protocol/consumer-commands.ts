import { command, request } from './command.js';
import {
  bool,
  defaulted,
  double,
  enumeration,
  idPart,
  int32,
  optional,
  repeated,
  string,
  uint64,
} from './fields.js';
import { nested } from './message-table.js';
import { success } from './session-commands.js';
import { keySharedMeta, keyValue, messageIdData, schema } from './shared-messages.js';

/** The life of a subscription. MESSAGE, ACK, ACK_RESPONSE and FLOW are hot: see `native-free-core/wire/`. */

export const subscribe = request(
  4,
  'SUBSCRIBE',
  {
    topic: string(1),
    subscription: string(2),
    subType: enumeration(3, { Exclusive: 0, Shared: 1, Failover: 2, Key_Shared: 3 }),
    consumerId: uint64(4),
    requestId: uint64(5),
    consumerName: optional(string(6)),
    priorityLevel: optional(int32(7)),
    durable: optional(bool(8)),
    startMessageId: optional(nested(9, messageIdData)),
    metadata: repeated(nested(10, keyValue)),
    readCompacted: optional(bool(11)),
    schema: optional(nested(12, schema)),
    initialPosition: optional(enumeration(13, { latest: 0, earliest: 1 })),
    replicateSubscriptionState: optional(bool(14)),
    forceTopicCreation: optional(bool(15)),
    startMessageRollbackSeconds: optional(uint64(16)),
    keySharedMeta: optional(nested(17, keySharedMeta)),
    subscriptionProperties: repeated(nested(18, keyValue)),
    consumerEpoch: optional(uint64(19)),
  },
  success,
);

export const unsubscribe = request(
  12,
  'UNSUBSCRIBE',
  { consumerId: uint64(1), requestId: uint64(2), force: optional(bool(3)) },
  success,
);

export const seek = request(
  28,
  'SEEK',
  {
    consumerId: uint64(1),
    requestId: uint64(2),
    messageId: optional(nested(3, messageIdData)),
    /** Epoch milliseconds. */
    messagePublishTime: optional(uint64(4)),
  },
  success,
);

/** Both ways: our request, and the broker's notice (without an answer). */
export const closeConsumer = request(
  16,
  'CLOSE_CONSUMER',
  {
    consumerId: uint64(1),
    /** -1 (all bits) in the broker's notice. */
    requestId: idPart(2),
    assignedBrokerServiceUrl: optional(string(3)),
    assignedBrokerServiceUrlTls: optional(string(4)),
  },
  success,
);

export const getLastMessageIdResponse = command(30, 'GET_LAST_MESSAGE_ID_RESPONSE', {
  lastMessageId: nested(1, messageIdData),
  requestId: uint64(2),
  consumerMarkDeletePosition: optional(nested(3, messageIdData)),
});

export const getLastMessageId = request(
  29,
  'GET_LAST_MESSAGE_ID',
  { consumerId: uint64(1), requestId: uint64(2) },
  getLastMessageIdResponse,
);

/** Without ids: everything that is not acknowledged. Has no answer. */
export const redeliverUnacknowledged = command(20, 'REDELIVER_UNACKNOWLEDGED_MESSAGES', {
  consumerId: uint64(1),
  messageIds: repeated(nested(2, messageIdData)),
  consumerEpoch: optional(uint64(3)),
});

export const reachedEndOfTopic = command(27, 'REACHED_END_OF_TOPIC', { consumerId: uint64(1) });

export const activeConsumerChange = command(31, 'ACTIVE_CONSUMER_CHANGE', {
  consumerId: uint64(1),
  isActive: defaulted(bool(2), false),
});

export const ackResponse = command(38, 'ACK_RESPONSE', {
  consumerId: uint64(1),
  error: optional(int32(4)),
  message: optional(string(5)),
  requestId: optional(uint64(6)),
});

export const consumerStatsResponse = command(26, 'CONSUMER_STATS_RESPONSE', {
  requestId: uint64(1),
  error: optional(int32(2)),
  message: optional(string(3)),
  messageRateOut: optional(double(4)),
  throughputOut: optional(double(5)),
  messageRateRedeliver: optional(double(6)),
  consumerName: optional(string(7)),
  availablePermits: optional(uint64(8)),
  unackedMessages: optional(uint64(9)),
  isBlockedOnUnacked: optional(bool(10)),
  address: optional(string(11)),
  connectedSince: optional(string(12)),
  type: optional(string(13)),
  messageRateExpired: optional(double(14)),
  backlog: optional(uint64(15)),
  ackRate: optional(double(16)),
});

export const consumerStats = request(
  25,
  'CONSUMER_STATS',
  { requestId: uint64(1), consumerId: uint64(4) },
  consumerStatsResponse,
);
