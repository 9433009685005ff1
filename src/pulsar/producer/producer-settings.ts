import {
  batchBytesMaxDefault,
  batchBytesMaxMax,
  batchMessagesMaxDefault,
  batchMessagesMaxMax,
  pendingBytesMaxDefault,
  pendingBytesMaxMax,
  pendingMessagesMaxDefault,
  pendingMessagesMaxMax,
  sendTimeoutMsDefault,
  timerMsMax,
} from '../../../native-free-core/limits.js';
import type { CompressionName, ProducerAccess, ProducerOptions, RoutingHash } from '../api/producer.js';
import { wrongArgument as wrong } from '../arguments/wrong-argument.js';
import type { Codec } from '../compression/codec.js';
import { codecByName } from '../compression/codecs.js';
import { keyValues, type SchemaFields } from '../protocol/shared-messages.js';
import { checkProducerOptions } from './producer-options.js';

/** `ProducerOptions` with every default filled in, and found to be in range. */
export interface ProducerSettings {
  readonly name: string | undefined;
  readonly access: ProducerAccess;
  readonly isBatching: boolean;
  readonly batchMessagesMax: number;
  readonly batchBytesMax: number;
  readonly batchDelayMs: number;
  readonly isBatchedByKey: boolean;
  readonly codec: Codec | undefined;
  readonly routingHash: RoutingHash;
  readonly schema: SchemaFields | undefined;
  readonly pendingMessagesMax: number;
  readonly pendingBytesMax: number;
  /** 0: never. */
  readonly sendTimeoutMs: number;
  readonly isChunking: boolean;
  readonly metadata: readonly { readonly key: string; readonly value: string }[];
}

const schemaTypes = {
  NONE: 'None',
  STRING: 'String',
  JSON: 'Json',
  AVRO: 'Avro',
  PROTOBUF: 'Protobuf',
} as const;

/** @throws PulsarError INVALID_ARGUMENT that names the option; NOT_SUPPORTED: this Node cannot compress so */
export function settingsOf(options: ProducerOptions): ProducerSettings {
  checkProducerOptions(options);
  const { batching = {}, name } = options;
  const isChunking = options.chunking ?? false;
  if (isChunking && batching.enabled === true) {
    throw wrong('chunking', true, 'used without batching (batching.enabled)');
  }
  return {
    name,
    access: options.access ?? 'Shared',
    isBatching: (batching.enabled ?? true) && !isChunking,
    batchMessagesMax: bounded(
      'batching.messagesMax',
      batching.messagesMax,
      batchMessagesMaxDefault,
      batchMessagesMaxMax,
    ),
    batchBytesMax: bounded('batching.bytesMax', batching.bytesMax, batchBytesMaxDefault, batchBytesMaxMax),
    batchDelayMs: whole('batching.delayMs', batching.delayMs ?? 1, 0, timerMsMax, false),
    isBatchedByKey: batching.byKey ?? false,
    codec: codecOf(options.compression ?? 'none'),
    routingHash: options.routingHash ?? 'java-string',
    schema: schemaOf(options),
    pendingMessagesMax: bounded(
      'pendingMessagesMax',
      options.pendingMessagesMax,
      pendingMessagesMaxDefault,
      pendingMessagesMaxMax,
    ),
    pendingBytesMax: bounded(
      'pendingBytesMax',
      options.pendingBytesMax,
      pendingBytesMaxDefault,
      pendingBytesMaxMax,
    ),
    sendTimeoutMs: whole('sendTimeoutMs', options.sendTimeoutMs ?? sendTimeoutMsDefault, 0, timerMsMax),
    isChunking,
    metadata: keyValues(options.properties),
  };
}

/** Tried once here, so that no batch is left with a codec that only decompresses. */
function codecOf(compression: CompressionName): Codec | undefined {
  const codec = codecByName(compression);
  codec?.compress(new Uint8Array(1));
  return codec;
}

function schemaOf({ schema }: ProducerOptions): SchemaFields | undefined {
  if (schema === undefined || schema.type === 'NONE') return undefined;
  const type = schemaTypes[schema.type];
  return { name: schema.name, schemaData: schema.schema, type, properties: keyValues(schema.properties) };
}

/** A whole number from 1. */
function bounded(option: string, value: number | undefined, byDefault: number, most: number): number {
  return whole(option, value ?? byDefault, 1, most);
}

function whole(option: string, value: number, least: number, most: number, isWhole = true): number {
  const isNumber = isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!isNumber || value < least || value > most) throw wrong(option, value, `from ${least} to ${most}`);
  return value;
}
