import { afterEach, expect } from 'vitest';
import type { ProducerOptions, SendReceipt } from '../../../../src/pulsar/api/producer.js';
import type { PulsarError } from '../../../../src/pulsar/errors/pulsar-error.js';
import { type OpenContext, openContext } from '../../../../src/pulsar/open-context.js';
import { createProducer } from '../../../../src/pulsar/producer/producer.js';
import { command } from '../../../../src/pulsar/protocol/command.js';
import { int64, optional, uint64 } from '../../../../src/pulsar/protocol/fields.js';
import {
  lookup,
  lookupResponse,
  partitionedMetadata,
  partitionedMetadataResponse,
} from '../../../../src/pulsar/protocol/lookup-commands.js';
import { nested } from '../../../../src/pulsar/protocol/message-table.js';
import {
  closeProducer,
  producer as producerCommand,
  producerSuccess,
  sendError,
} from '../../../../src/pulsar/protocol/producer-commands.js';
import { success } from '../../../../src/pulsar/protocol/session-commands.js';
import { messageIdData } from '../../../../src/pulsar/protocol/shared-messages.js';
import { FakeBroker, type FakeSession } from '../fake-broker.js';

export const send = command(6, 'SEND', {
  producerId: uint64(1),
  sequenceId: uint64(2),
  highest: optional(uint64(6)),
});
const sendReceipt = command(7, 'SEND_RECEIPT', {
  producerId: uint64(1),
  sequenceId: uint64(2),
  messageId: optional(nested(3, messageIdData)),
  highest: optional(int64(4)),
});

export let broker: FakeBroker;
let client: OpenContext;
afterEach(async () => {
  await client.close();
  await broker.stop();
  // What a script expected and did not see; a lookup's script ends when the client goes.
  const isGone = (failure: unknown): boolean => (failure as Error).message === 'the client has gone';
  expect(broker.failures.filter(failure => !isGone(failure))).toEqual([]);
});

/** Serves lookups on its first connection, and hands those of the producer to the script, one after the other. */
export async function open(
  scripts: readonly ((session: FakeSession) => Promise<unknown>)[],
  options: Partial<ProducerOptions> = {},
  maxMessageBytes?: number,
) {
  broker = await FakeBroker.start(async (session, index) => {
    await session.welcome(maxMessageBytes);
    if (index > 0) return scripts[Math.min(index, scripts.length) - 1](session);
    const asked = await session.expect(partitionedMetadata);
    session.send(partitionedMetadataResponse, {
      requestId: asked.requestId,
      response: 'success',
      partitions: 0,
    });
    for (;;) {
      const { requestId } = await session.expect(lookup);
      session.send(lookupResponse, {
        requestId,
        response: 'connect',
        brokerServiceUrl: broker.url,
        authoritative: true,
      });
    }
  });
  client = openContext(
    { serviceUrl: broker.url, operationTimeoutMs: 1000, backoffFirstMs: 1, backoffMaxMs: 10 },
    made => createProducer(client.context, made),
  );
  return createProducer(client.context, { topic: 't', batching: { enabled: false }, ...options });
}

export async function register(session: FakeSession): Promise<void> {
  const { requestId } = await session.expect(producerCommand);
  session.send(producerSuccess, { requestId, producerName: 'fake-1', lastSequenceId: -1 });
}

export const confirm = (session: FakeSession, sequenceId: number, entryId = sequenceId): void =>
  session.send(sendReceipt, {
    producerId: 0,
    sequenceId,
    messageId: { ledgerId: entryId < 0 ? -1 : 1, entryId, ackSet: [] },
  });

export const refuse = (session: FakeSession, sequenceId: number, error: number): void =>
  session.send(sendError, { producerId: 0, sequenceId, error, message: 'no' });

export async function leave(session: FakeSession): Promise<void> {
  const { requestId } = await session.expect(closeProducer);
  session.send(success, { requestId });
}

export const data = Uint8Array.of(1);
export const outcome = (sent: Promise<SendReceipt>): Promise<string | number> =>
  sent.then(
    receipt => receipt.sequenceId,
    (error: PulsarError) => error.code,
  );
