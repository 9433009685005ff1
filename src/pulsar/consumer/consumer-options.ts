import {
  negativeAckDelayMsMax,
  receiverQueueMessagesMax,
  timerMsMax,
} from '../../../native-free-core/limits.js';
import type { ConsumerOptions, DeadLetterPolicy, ReceiveBatchOptions } from '../api/consumer.js';
import type { ReaderOptions } from '../api/reader.js';
import {
  checkCallback,
  checkFlag,
  checkMs,
  checkNames,
  checkOneOf,
  checkText,
  checkTexts,
  checkWaitMs,
  checkWhole,
  type OptionNames,
} from '../arguments/option-checks.js';
import { checkPosition } from '../arguments/position-checks.js';
import { wrongArgument } from '../arguments/wrong-argument.js';
import { parseTopicName } from '../lookup/topic-name.js';

const consumerNames: OptionNames<ConsumerOptions> = {
  topic: true,
  subscription: true,
  type: true,
  initialPosition: true,
  name: true,
  receiverQueueMessages: true,
  negativeAckDelayMs: true,
  deadLetterPolicy: true,
  onBadEntry: true,
  properties: true,
  priorityLevel: true,
  partitionsUpdateMs: true,
  onActiveChange: true,
  onPartitionStopped: true,
};
const deadLetterNames: OptionNames<DeadLetterPolicy> = { deliveriesMax: true, topic: true };
const readerNames: OptionNames<ReaderOptions> = {
  topic: true,
  start: true,
  startInclusive: true,
  receiverQueueMessages: true,
  name: true,
};
const receiveBatchNames: OptionNames<ReceiveBatchOptions> = { messagesMax: true, timeoutMs: true };
const int32Max = 2 ** 31 - 1;

/** The topic's name is checked where it is taken apart. @throws PulsarError INVALID_ARGUMENT that names the option */
export function checkConsumerOptions(options: ConsumerOptions): void {
  checkNames('the argument of subscribe', options, consumerNames);
  const { subscription } = options;
  if (subscription === undefined)
    throw wrongArgument('subscription', subscription, 'a text that is not empty');
  checkText('subscription', subscription);
  checkOneOf('type', options.type, ['Exclusive', 'Failover', 'Shared', 'Key_Shared']);
  checkOneOf('initialPosition', options.initialPosition, ['earliest', 'latest']);
  checkText('name', options.name);
  checkReceiverQueue(options.receiverQueueMessages);
  checkMs('negativeAckDelayMs', options.negativeAckDelayMs, 0, negativeAckDelayMsMax);
  if (options.deadLetterPolicy !== undefined) checkDeadLetters(options.deadLetterPolicy);
  checkOneOf('onBadEntry', options.onBadEntry, ['stop', 'dead-letter']);
  checkTexts('properties', options.properties);
  checkWhole('priorityLevel', options.priorityLevel, 0, int32Max);
  checkMs('partitionsUpdateMs', options.partitionsUpdateMs, 0, timerMsMax);
  checkCallback('onActiveChange', options.onActiveChange);
  checkCallback('onPartitionStopped', options.onPartitionStopped);
}

/** @throws PulsarError INVALID_ARGUMENT that names the option */
export function checkReaderOptions(options: ReaderOptions): void {
  checkNames('the argument of createReader', options, readerNames);
  checkPosition('start', options.start);
  checkFlag('startInclusive', options.startInclusive);
  checkReceiverQueue(options.receiverQueueMessages);
  checkText('name', options.name);
}

/** @throws PulsarError INVALID_ARGUMENT that names the option */
export function checkReceiveBatch(options: ReceiveBatchOptions): void {
  checkNames('the argument of receiveBatch', options, receiveBatchNames);
  checkWhole('messagesMax', options.messagesMax, 1, int32Max);
  checkWaitMs('timeoutMs', options.timeoutMs);
}

function checkDeadLetters(policy: DeadLetterPolicy): void {
  checkNames('deadLetterPolicy', policy, deadLetterNames, 'deadLetterPolicy.');
  const { deliveriesMax, topic } = policy;
  if (deliveriesMax === undefined) {
    throw wrongArgument('deadLetterPolicy.deliveriesMax', deliveriesMax, 'a whole number from 1');
  }
  checkWhole('deadLetterPolicy.deliveriesMax', deliveriesMax, 1, int32Max);
  if (topic !== undefined) parseTopicName(topic, 'deadLetterPolicy.topic');
}

function checkReceiverQueue(messages: number | undefined): void {
  checkWhole('receiverQueueMessages', messages, 1, receiverQueueMessagesMax);
}
