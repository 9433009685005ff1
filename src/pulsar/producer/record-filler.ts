import {
  OutgoingRecord,
  propertyOverheadMax,
  writeProperty,
} from '../../../native-free-core/wire/outgoing-record.js';
import type { OutgoingMessage } from '../api/message.js';
import { checkTexts } from '../arguments/option-checks.js';
import { kindOf } from '../arguments/wrong-argument.js';
import { PulsarError } from '../errors/pulsar-error.js';

const utf8 = new TextEncoder();
const dataHint = '{ data: Buffer.from(text) }';

/** An `OutgoingMessage` as a record, in one that is used again for the next. */
export class RecordFiller {
  readonly record = new OutgoingRecord();
  #properties = new Uint8Array(1024);

  /** @throws PulsarError INVALID_ARGUMENT that names the field */
  fill(message: OutgoingMessage): OutgoingRecord {
    const { record } = this;
    checkMessage(message);
    const { data, key, orderingKey, properties, eventTimeMs, sequenceId } = message;
    record.clear();
    record.payload = data;
    record.payloadEnd = data.length;
    if (key !== undefined) {
      record.key = utf8.encode(key);
      record.keyStart = 0;
      record.keyEnd = record.key.length;
    }
    if (orderingKey !== undefined) {
      record.orderingKey = orderingKey;
      record.orderingKeyStart = 0;
      record.orderingKeyEnd = orderingKey.length;
    }
    if (properties !== undefined) this.#fillProperties(properties);
    record.eventTimeMs = eventTimeMs ?? 0;
    record.sequenceId = sequenceId ?? -1;
    return record;
  }

  #fillProperties(properties: Readonly<Record<string, string>>): void {
    const pairs = Object.entries(properties).map(pair => pair.map(text => utf8.encode(text)));
    if (pairs.length === 0) return;
    let bytes = 0;
    for (const [key, value] of pairs) bytes += key.length + value.length + propertyOverheadMax;
    if (bytes > this.#properties.length) this.#properties = new Uint8Array(bytes);
    const { record } = this;
    record.properties = this.#properties;
    record.propertiesStart = record.propertiesEnd = 0;
    for (const [key, value] of pairs) {
      record.propertiesEnd = writeProperty(this.#properties, record.propertiesEnd, key, value);
    }
  }
}

/** @throws PulsarError INVALID_ARGUMENT that names the field */
export function checkMessage(message: OutgoingMessage): void {
  if (typeof message !== 'object' || message === null) {
    const hint = typeof message === 'string' ? dataHint : undefined;
    const words = `the message is ${kindOf(message)}; it must be an object with data`;
    throw new PulsarError('INVALID_ARGUMENT', words, { hint });
  }
  const { data, key, orderingKey, properties, eventTimeMs, sequenceId } = message;
  if (!(data instanceof Uint8Array)) {
    throw wrong('data', data, 'a Uint8Array', typeof data === 'string' ? dataHint : undefined);
  }
  if (key !== undefined && typeof key !== 'string') throw wrong('key', key, 'a text');
  if (orderingKey !== undefined && !(orderingKey instanceof Uint8Array)) {
    throw wrong('orderingKey', orderingKey, 'a Uint8Array');
  }
  if (properties !== undefined) checkTexts('properties of the message', properties);
  if (!isWhole(eventTimeMs)) throw wrong('eventTimeMs', eventTimeMs, 'whole milliseconds since 1970');
  if (!isWhole(sequenceId)) throw wrong('sequenceId', sequenceId, 'a whole number from 0 to 2^53 - 1');
}

function isWhole(value: number | undefined): boolean {
  return value === undefined || (Number.isSafeInteger(value) && value >= 0);
}

/** Numbers are shown; of everything else, which is the application's content, only what sort it is. */
function wrong(field: string, given: unknown, expected: string, hint?: string): PulsarError {
  const what = typeof given === 'number' ? String(given) : kindOf(given);
  const words = `${field} of the message is ${what}; it must be ${expected}`;
  return new PulsarError('INVALID_ARGUMENT', words, { hint });
}
