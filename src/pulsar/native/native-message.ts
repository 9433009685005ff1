import type { Message } from '../api/message.js';
import { idOf } from './native-ids.js';
import type { NativeMessage } from './native-package.js';

/**
 * The package does not tell schema version, sequence id, broker time, nor whether a key is absent or empty, or binary:
 * an empty key is taken for none.
 */
export function messageOf(native: NativeMessage): Message {
  const key = native.getPartitionKey();
  const orderingKey = native.getOrderingKey();
  return {
    topic: native.getTopicName(),
    id: idOf(native.getMessageId()),
    data: native.getData(),
    key: key === '' ? undefined : key,
    keyIsBase64: false,
    orderingKey: orderingKey === '' ? undefined : Buffer.from(orderingKey),
    properties: native.getProperties(),
    publishTimeMs: native.getPublishTimestamp(),
    eventTimeMs: native.getEventTimestamp(),
    brokerTimeMs: 0,
    sequenceId: -1,
    producerName: native.getProducerName?.() ?? '',
    schemaVersion: undefined,
    redeliveryCount: native.getRedeliveryCount(),
  };
}
