import { expect, it } from 'vitest';
import type { ConsumerOptions } from '../../../../src/pulsar/api/consumer.js';
import type { ReaderOptions } from '../../../../src/pulsar/api/reader.js';
import {
  checkConsumerOptions,
  checkReaderOptions,
  checkReceiveBatch,
} from '../../../../src/pulsar/consumer/consumer-options.js';

const refused = (words: string) =>
  expect.objectContaining({
    code: expect.stringMatching(/^INVALID_/),
    message: expect.stringContaining(words),
  });

const consumer = (options: object) =>
  checkConsumerOptions({ topic: 't', subscription: 's', ...options } as ConsumerOptions);

it('takes what the api names', () => {
  consumer({});
  consumer({
    type: 'Key_Shared',
    initialPosition: 'earliest',
    name: 'n',
    receiverQueueMessages: 1,
    negativeAckDelayMs: 0,
    deadLetterPolicy: { deliveriesMax: 1, topic: 'dead' },
    onBadEntry: 'dead-letter',
    properties: { a: 'b' },
    priorityLevel: 0,
    partitionsUpdateMs: 0,
    onActiveChange: () => {},
    onPartitionStopped: () => {},
  });
});

it.each<[object, string]>([
  [{ subscription: undefined }, 'subscription is missing'],
  [{ subscription: '' }, 'subscription is ""'],
  [{ subscription: 5 }, 'subscription is 5'],
  [{ type: 'shared' }, 'type is "shared"'],
  [{ initialPosition: 'Earliest' }, 'initialPosition is "Earliest"'],
  [{ name: '' }, 'name is ""'],
  [{ receiverQueueMessages: 0 }, 'receiverQueueMessages is 0'],
  [{ receiverQueueMessages: '10' }, 'receiverQueueMessages is "10"'],
  [{ negativeAckDelayMs: -1 }, 'negativeAckDelayMs is -1'],
  [{ negativeAckDelayMs: 'soon' }, 'negativeAckDelayMs is "soon"'],
  [{ deadLetterPolicy: {} }, 'deadLetterPolicy.deliveriesMax is missing'],
  [{ deadLetterPolicy: 3 }, 'deadLetterPolicy is 3'],
  [{ deadLetterPolicy: { deliveriesMax: '3' } }, 'deadLetterPolicy.deliveriesMax is "3"'],
  [{ deadLetterPolicy: { deliveriesMax: 3, topic: 5 } }, 'deadLetterPolicy.topic is 5'],
  [{ deadLetterPolicy: { maxRedeliverCount: 3 } }, 'deadLetterPolicy.maxRedeliverCount'],
  [{ onBadEntry: 'skip' }, 'onBadEntry is "skip"'],
  [{ properties: { a: 1 } }, 'properties.a is 1'],
  [{ priorityLevel: -1 }, 'priorityLevel is -1'],
  [{ partitionsUpdateMs: Number.NaN }, 'partitionsUpdateMs is NaN'],
  [{ onActiveChange: 'f' }, 'onActiveChange is "f"'],
  [{ onPartitionStopped: 'f' }, 'onPartitionStopped is "f"'],
  [{ subscriptionName: 's' }, 'no option is named subscriptionName'],
])('a consumer: %o', (options, words) => {
  expect(() => consumer(options)).toThrow(refused(words));
});

it.each<[unknown, string]>([
  [undefined, 'the argument of createReader is missing'],
  [{ topic: 't' }, 'start is missing'],
  [{ topic: 't', start: 'begin' }, 'start is "begin"'],
  [{ topic: 't', start: 5 }, 'start is 5'],
  [{ topic: 't', start: { ledgerId: 1, entryId: 2 } }, 'start.partition is missing'],
  [{ topic: 't', start: 'latest', startInclusive: 1 }, 'startInclusive is 1'],
  [{ topic: 't', start: 'latest', startIncluded: true }, 'startIncluded'],
  [{ topic: 't', start: 'latest', receiverQueueMessages: 0 }, 'receiverQueueMessages is 0'],
])('a reader: %o', (options, words) => {
  expect(() => checkReaderOptions(options as ReaderOptions)).toThrow(refused(words));
});

it.each([
  { messagesMax: 0 },
  { messagesMax: 1.5 },
  { timeoutMs: 'x' },
  { timeout: 5 },
  null,
  5,
])('a batch: %o', options => {
  expect(() => checkReceiveBatch(options as never)).toThrow(refused(''));
});
