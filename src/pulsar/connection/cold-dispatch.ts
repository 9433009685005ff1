import { brokerError } from '../errors/pulsar-error.js';
import { type Command, decodeCommand } from '../protocol/command.js';
import {
  ackResponse,
  activeConsumerChange,
  closeConsumer,
  consumerStatsResponse,
  getLastMessageIdResponse,
  reachedEndOfTopic,
} from '../protocol/consumer-commands.js';
import {
  getTopicsOfNamespaceResponse,
  lookupResponse,
  partitionedMetadataResponse,
  topicMigrated,
} from '../protocol/lookup-commands.js';
import type { Decoded, Rows } from '../protocol/message-table.js';
import { closeProducer, producerSuccess, sendError } from '../protocol/producer-commands.js';
import { getOrCreateSchemaResponse, getSchemaResponse } from '../protocol/schema-commands.js';
import {
  authChallenge,
  type Connected,
  connected,
  error as errorCommand,
  ping,
  pong,
  success,
} from '../protocol/session-commands.js';
import type { Attachments } from './attachments.js';
import type { PendingRequests } from './pending-requests.js';

/** What the cold commands act upon. */
export interface ColdReceiver {
  readonly pending: PendingRequests;
  readonly attachments: Attachments;
  readonly isTls: boolean;
  onConnected(reply: Connected): void;
  onAuthChallenge(): void;
  onPing(): void;
  /** An ERROR that answers no request. */
  onError(serverError: number, words: string): void;
}

type Action = (receiver: ColdReceiver) => void;

const actions = new Map<number, (bytes: Uint8Array) => Action>();

/** What to do on `what`. Decoding comes first, so that its errors are told from those of the action. */
function on<R extends Rows>(what: Command<R>, act: (to: ColdReceiver, fields: Decoded<R>) => void): void {
  actions.set(what.type, bytes => {
    const fields = decodeCommand(what, bytes);
    return receiver => act(receiver, fields);
  });
}

function onReply(what: Command<Rows>): void {
  on(what, (to, fields) => to.pending.answer(what.type, fields as { requestId: number }));
}

for (const reply of [
  success,
  lookupResponse,
  partitionedMetadataResponse,
  getTopicsOfNamespaceResponse,
  getLastMessageIdResponse,
  consumerStatsResponse,
  getSchemaResponse,
  getOrCreateSchemaResponse,
]) {
  onReply(reply as Command<Rows>);
}

on(connected, (to, fields) => to.onConnected(fields));
on(authChallenge, to => to.onAuthChallenge());
on(ping, to => to.onPing());
on(pong, () => {});

on(errorCommand, (to, { requestId, error, message }) => {
  if (to.pending.refuse(requestId, error, message)) {
    to.attachments.forgetProducer(requestId);
  } else if (requestId === -1) to.onError(error, message);
  else to.attachments.onLateProducerError(requestId, brokerError(error, message, 'wait for the producer'));
});

on(producerSuccess, (to, reply) => {
  if (!to.pending.answer(producerSuccess.type, reply)) to.attachments.onLateProducerSuccess(reply);
  else if (reply.producerReady) to.attachments.forgetProducer(reply.requestId);
});

on(sendError, (to, { producerId, sequenceId, error, message }) => {
  to.attachments.onSendError(producerId, sequenceId, brokerError(error, message, `send ${sequenceId}`));
});

on(ackResponse, (to, { consumerId, requestId, error, message }) => {
  const refused = error === undefined ? undefined : brokerError(error, message ?? '', 'acknowledge');
  to.attachments.onAckResponse(consumerId, requestId ?? -1, refused);
});

on(activeConsumerChange, (to, fields) => to.attachments.onActiveChange(fields.consumerId, fields.isActive));
on(reachedEndOfTopic, (to, fields) => to.attachments.onEndOfTopic(fields.consumerId));

on(closeConsumer, (to, fields) => {
  const url = to.isTls ? fields.assignedBrokerServiceUrlTls : fields.assignedBrokerServiceUrl;
  to.attachments.onConsumerClosed(fields.consumerId, url);
});

on(closeProducer, (to, fields) => {
  const url = to.isTls ? fields.assignedBrokerServiceUrlTls : fields.assignedBrokerServiceUrl;
  to.attachments.onProducerClosed(fields.producerId, url);
});

on(topicMigrated, (to, fields) => {
  const url = to.isTls ? fields.brokerServiceUrlTls : fields.brokerServiceUrl;
  if (fields.resourceType === 'consumer') to.attachments.onConsumerClosed(fields.resourceId, url);
  else to.attachments.onProducerClosed(fields.resourceId, url);
});

/**
 * What a cold command asks for; undefined for one that is not known.
 * @param bytes the BaseCommand, a copy
 * @throws PulsarError PROTOCOL_ERROR
 */
export function actionOf(type: number, bytes: Uint8Array): Action | undefined {
  return actions.get(type)?.(bytes);
}
