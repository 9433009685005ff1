import { command, request } from './command.js';
import {
  bool,
  bytes,
  defaulted,
  enumeration,
  idPart,
  int32,
  int64,
  optional,
  repeated,
  string,
  uint64,
} from './fields.js';
import { type Decoded, nested } from './message-table.js';
import { success } from './session-commands.js';
import { keyValue, schema } from './shared-messages.js';

/** The life of a producer. SEND and SEND_RECEIPT are hot: see `native-free-core/wire/`. */

export const producerSuccess = command(17, 'PRODUCER_SUCCESS', {
  requestId: uint64(1),
  producerName: string(2),
  /** -1: nothing is stored of this name. */
  lastSequenceId: defaulted(int64(3), -1),
  schemaVersion: optional(bytes(4)),
  topicEpoch: optional(uint64(5)),
  /** False: it waits for exclusive access; a second PRODUCER_SUCCESS with the same request id follows. */
  producerReady: defaulted(bool(6), true),
});
export type ProducerSuccess = Decoded<typeof producerSuccess.table.rows>;

export const producer = request(
  5,
  'PRODUCER',
  {
    topic: string(1),
    producerId: uint64(2),
    requestId: uint64(3),
    producerName: optional(string(4)),
    metadata: repeated(nested(6, keyValue)),
    schema: optional(nested(7, schema)),
    epoch: optional(uint64(8)),
    userProvidedProducerName: optional(bool(9)),
    accessMode: optional(
      enumeration(10, { Shared: 0, Exclusive: 1, WaitForExclusive: 2, ExclusiveWithFencing: 3 }),
    ),
    topicEpoch: optional(uint64(11)),
    initialSubscriptionName: optional(string(13)),
  },
  producerSuccess,
);

/** Both ways: our request, and the broker's notice (without an answer). */
export const closeProducer = request(
  15,
  'CLOSE_PRODUCER',
  {
    producerId: uint64(1),
    /** -1 (all bits) in the broker's notice. */
    requestId: idPart(2),
    assignedBrokerServiceUrl: optional(string(3)),
    assignedBrokerServiceUrlTls: optional(string(4)),
  },
  success,
);

export const sendError = command(8, 'SEND_ERROR', {
  producerId: uint64(1),
  sequenceId: int64(2),
  error: int32(3),
  message: string(4),
});
