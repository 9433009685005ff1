import { timerMsMax } from '../../../native-free-core/limits.js';
import type {
  BatchingOptions,
  CompressionName,
  ProducerAccess,
  ProducerOptions,
  RoutingHash,
  SchemaDeclaration,
} from '../api/producer.js';
import {
  checkFlag,
  checkMs,
  checkNames,
  checkOneOf,
  checkText,
  checkTexts,
  type OptionNames,
} from '../arguments/option-checks.js';
import { kindOf, wrongArgument } from '../arguments/wrong-argument.js';
import { PulsarError } from '../errors/pulsar-error.js';

const producerNames: OptionNames<ProducerOptions> = {
  topic: true,
  name: true,
  access: true,
  batching: true,
  compression: true,
  routingHash: true,
  partition: true,
  schema: true,
  pendingMessagesMax: true,
  pendingBytesMax: true,
  sendTimeoutMs: true,
  chunking: true,
  properties: true,
  partitionsUpdateMs: true,
};
const batchingNames: OptionNames<BatchingOptions> = {
  enabled: true,
  messagesMax: true,
  bytesMax: true,
  delayMs: true,
  byKey: true,
};
const schemaNames: OptionNames<SchemaDeclaration> = {
  name: true,
  type: true,
  schema: true,
  properties: true,
};
const accesses: readonly ProducerAccess[] = [
  'Shared',
  'Exclusive',
  'WaitForExclusive',
  'ExclusiveWithFencing',
];
const compressions: readonly CompressionName[] = ['none', 'lz4', 'zlib', 'zstd', 'snappy'];
const hashes: readonly RoutingHash[] = ['java-string', 'murmur3'];
const schemaTypes: readonly SchemaDeclaration['type'][] = ['NONE', 'STRING', 'JSON', 'AVRO', 'PROTOBUF'];

/**
 * All but the bounded numbers, which `settingsOf` looks at where it fills in their defaults, and the topic's name.
 * @throws PulsarError INVALID_ARGUMENT that names the option
 */
export function checkProducerOptions(options: ProducerOptions): void {
  checkNames('the argument of createProducer', options, producerNames);
  checkText('name', options.name);
  checkOneOf('access', options.access, accesses);
  if (options.batching !== undefined) checkBatching(options.batching);
  checkOneOf('compression', options.compression, compressions);
  checkOneOf('routingHash', options.routingHash, hashes);
  if (options.schema !== undefined) checkSchema(options.schema);
  checkFlag('chunking', options.chunking);
  checkTexts('properties', options.properties);
  checkMs('partitionsUpdateMs', options.partitionsUpdateMs, 0, timerMsMax);
}

function checkBatching(batching: BatchingOptions): void {
  if (typeof batching === 'boolean') {
    throw wrongArgument('batching', batching, 'an object', `batching: { enabled: ${batching} }`);
  }
  checkNames('batching', batching, batchingNames, 'batching.');
  checkFlag('batching.enabled', batching.enabled);
  checkFlag('batching.byKey', batching.byKey);
}

function checkSchema(schema: SchemaDeclaration): void {
  checkNames('schema', schema, schemaNames, 'schema.');
  if (schema.type === undefined)
    throw wrongArgument('schema.type', undefined, `one of ${schemaTypes.join(', ')}`);
  checkOneOf('schema.type', schema.type, schemaTypes);
  checkTexts('schema.properties', schema.properties);
  if (schema.type === 'NONE') return;
  if (typeof schema.name !== 'string') throw wrongArgument('schema.name', schema.name, 'a text');
  if (schema.schema instanceof Uint8Array) return;
  const words = `schema.schema is ${kindOf(schema.schema)}; it must be a Uint8Array`;
  throw new PulsarError('INVALID_ARGUMENT', words, { hint: 'Buffer.from(JSON.stringify(definition))' });
}
