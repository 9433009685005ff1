import {
  bits64,
  bool,
  bytes,
  defaulted,
  enumeration,
  idPart,
  int32,
  optional,
  repeated,
  string,
} from './fields.js';
import { type Decoded, message, nested, type Written } from './message-table.js';

/** Messages that several commands contain. */

export const keyValue = message('KeyValue', { key: string(1), value: string(2) });

export const messageIdData = message('MessageIdData', {
  ledgerId: idPart(1),
  entryId: idPart(2),
  partition: defaulted(int32(3), -1),
  batchIndex: defaulted(int32(4), -1),
  /** Java's BitSet words: a set bit is a message that is not acknowledged. */
  ackSet: repeated(bits64(5)),
  batchSize: optional(int32(6)),
});
export type MessageIdFields = Written<typeof messageIdData.rows>;
export type DecodedMessageId = Decoded<typeof messageIdData.rows>;

export const earliestId: MessageIdFields = { ledgerId: -1, entryId: -1 };
export const latestId: MessageIdFields = {
  ledgerId: Number.POSITIVE_INFINITY,
  entryId: Number.POSITIVE_INFINITY,
};

export const schemaTypes = {
  None: 0,
  String: 1,
  Json: 2,
  Protobuf: 3,
  Avro: 4,
  Bool: 5,
  Int8: 6,
  Int16: 7,
  Int32: 8,
  Int64: 9,
  Float: 10,
  Double: 11,
  Date: 12,
  Time: 13,
  Timestamp: 14,
  KeyValue: 15,
  Instant: 16,
  LocalDate: 17,
  LocalTime: 18,
  LocalDateTime: 19,
  ProtobufNative: 20,
} as const;

export const schema = message('Schema', {
  name: string(1),
  schemaData: bytes(3),
  type: enumeration(4, schemaTypes),
  properties: repeated(nested(5, keyValue)),
});
export type SchemaFields = Written<typeof schema.rows>;

export const intRange = message('IntRange', { start: int32(1), end: int32(2) });

export const keySharedMeta = message('KeySharedMeta', {
  mode: enumeration(1, { autoSplit: 0, sticky: 1 }),
  hashRanges: repeated(nested(3, intRange)),
  allowOutOfOrderDelivery: optional(bool(4)),
});

/** A record of properties as the repeated key-value pairs of the wire. */
export function keyValues(record: Readonly<Record<string, string>> | undefined) {
  return Object.entries(record ?? {}).map(([key, value]) => ({ key, value }));
}
