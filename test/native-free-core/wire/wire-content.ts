import { expect } from 'vitest';
import type { BatchWalker } from '../../../native-free-core/wire/batch-walker.js';
import { writeUint32 } from '../../../native-free-core/wire/frame-layout.js';
import { type OutgoingRecord, writeProperty } from '../../../native-free-core/wire/outgoing-record.js';
import { PropertyCursor } from '../../../native-free-core/wire/property-cursor.js';
import { endOfBatch, endOfList, ok } from '../../../native-free-core/wire/wire-status.js';

/** UTF-8 of a range. */
export function textOf(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return new TextDecoder().decode(bytes.slice(start, end));
}

/** A message as values, for tests that compare what was written with what is read. */
export interface MessageContent {
  payload: Uint8Array;
  key: string | undefined;
  keyIsBase64: boolean;
  orderingKey: Uint8Array | undefined;
  properties: [string, string][];
  eventTimeMs: number;
  sequenceId: number;
  isNullValue: boolean;
}

export interface FrameBorders {
  bytes: Uint8Array;
  commandStart: number;
  commandEnd: number;
  frameEnd: number;
}

/** The borders in a whole frame. */
export function bordersOf(bytes: Uint8Array, start = 0): FrameBorders {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const commandStart = start + 8;
  const commandEnd = commandStart + view.getUint32(start + 4);
  return { bytes, commandStart, commandEnd, frameEnd: start + 4 + view.getUint32(start) };
}

/** What the broker makes of a SEND: the same checked message behind a CommandMessage (consumer 1, id 2:3). */
export function asMessage(bytes: Uint8Array, start: number, end: number): FrameBorders {
  const { commandEnd } = bordersOf(bytes, start);
  const command = Uint8Array.of(0x08, 9, 0x4a, 8, 0x08, 1, 0x12, 4, 0x08, 2, 0x10, 3);
  const checked = bytes.slice(commandEnd, end);
  const frame = new Uint8Array(8 + command.length + checked.length);
  writeUint32(frame, 0, frame.length - 4);
  writeUint32(frame, 4, command.length);
  frame.set(command, 8);
  frame.set(checked, 8 + command.length);
  return bordersOf(frame);
}

/** Fills `record` with a message, its ranges somewhere inside larger arrays. */
export function recordOf(message: MessageContent, record: OutgoingRecord): OutgoingRecord {
  record.clear();
  const inside = (bytes: Uint8Array): Uint8Array => {
    const around = new Uint8Array(bytes.length + 5).fill(0xee);
    around.set(bytes, 3);
    return around;
  };
  record.payload = inside(message.payload);
  record.payloadStart = 3;
  record.payloadEnd = 3 + message.payload.length;
  record.isNullValue = message.isNullValue;
  record.keyIsBase64 = message.keyIsBase64;
  if (message.key !== undefined) {
    const key = new TextEncoder().encode(message.key);
    record.key = inside(key);
    record.keyStart = 3;
    record.keyEnd = 3 + key.length;
  }
  if (message.orderingKey !== undefined) {
    record.orderingKey = inside(message.orderingKey);
    record.orderingKeyStart = 3;
    record.orderingKeyEnd = 3 + message.orderingKey.length;
  }
  if (message.properties.length > 0) {
    record.properties = new Uint8Array(10_000);
    record.propertiesStart = record.propertiesEnd = 1;
    for (const [key, value] of message.properties) {
      const encode = new TextEncoder();
      record.propertiesEnd = writeProperty(
        record.properties,
        record.propertiesEnd,
        encode.encode(key),
        encode.encode(value),
      );
    }
  }
  record.eventTimeMs = message.eventTimeMs;
  record.sequenceId = message.sequenceId;
  return record;
}

/** All messages from where `walker` begins; they must end as declared. */
export function messagesOf(walker: BatchWalker): MessageContent[] {
  const found: MessageContent[] = [];
  let status = walker.next();
  for (; status === ok; status = walker.next()) {
    const meta = walker.metadataBytes;
    const hasOrderingKey = walker.orderingKeyStart >= 0;
    found.push({
      payload: walker.bytes.slice(walker.payloadStart, walker.payloadEnd),
      key: walker.keyStart < 0 ? undefined : textOf(meta, walker.keyStart, walker.keyEnd),
      keyIsBase64: walker.keyIsBase64,
      orderingKey: hasOrderingKey ? meta.slice(walker.orderingKeyStart, walker.orderingKeyEnd) : undefined,
      properties: propertiesOf(walker),
      eventTimeMs: walker.eventTimeMs,
      sequenceId: walker.sequenceId,
      isNullValue: walker.isNullValue,
    });
  }
  expect(status).toBe(endOfBatch);
  return found;
}

function propertiesOf(walker: BatchWalker): [string, string][] {
  const meta = walker.metadataBytes;
  const properties = new PropertyCursor();
  const pairs: [string, string][] = [];
  properties.begin(meta, walker.propertiesStart, walker.propertiesEnd, walker.propertiesTag);
  let status = properties.next();
  for (; status === ok; status = properties.next()) {
    const { keyStart, keyEnd, valueStart, valueEnd } = properties;
    pairs.push([textOf(meta, keyStart, keyEnd), textOf(meta, valueStart, valueEnd)]);
  }
  expect(status).toBe(endOfList);
  return pairs;
}
