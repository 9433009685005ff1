import { numberOf, type WireCursor } from './varint.js';
import { badMessage } from './wire-status.js';

/**
 * The fields of one message, as `BatchWalker` leaves them. Ranges are positions: the payload's in the walker's
 * `bytes`, the others' in its `metadataBytes`; -1, -1 where a field is absent.
 */
export class MessageFields {
  payloadStart = 0;
  payloadEnd = 0;
  keyStart = -1;
  keyEnd = -1;
  /** The key was sent as bytes; the range holds its base64. */
  keyIsBase64 = false;
  keyIsNull = false;
  orderingKeyStart = -1;
  orderingKeyEnd = -1;
  /** What `PropertyCursor` walks. */
  propertiesStart = -1;
  propertiesEnd = -1;
  /** Epoch ms as the application set it; 0: not set. */
  eventTimeMs = 0;
  /** -1: not said. */
  sequenceId = -1;
  /** Removed by the broker's compaction: there is no message, only its place in the batch. */
  isCompactedOut = false;
  /** The payload is null, and not an empty one. */
  isNullValue = false;
  payloadBytes = 0;
  /** A time or a sequence id beyond 2^53 - 1 was rounded. */
  isInexact = false;

  clear(): void {
    this.keyStart = this.keyEnd = -1;
    this.keyIsBase64 = this.keyIsNull = false;
    this.orderingKeyStart = this.orderingKeyEnd = -1;
    this.propertiesStart = this.propertiesEnd = -1;
    this.eventTimeMs = 0;
    this.sequenceId = -1;
    this.isCompactedOut = this.isNullValue = this.isInexact = false;
    this.payloadBytes = -1;
  }
}

/**
 * `SingleMessageMetadata` into `fields`, which were cleared; the cursor is over it. The general way, for every form
 * that a protobuf writer may give it; `BatchWalker` reads the common forms by itself.
 */
export function readSingleMetadata(cursor: WireCursor, fields: MessageFields): void {
  while (cursor.at < cursor.end) {
    const tagAt = cursor.at;
    const tag = cursor.tag();
    switch (tag) {
      case 0x0a: // properties
        cursor.range();
        if (fields.propertiesStart < 0) fields.propertiesStart = tagAt;
        fields.propertiesEnd = cursor.stop;
        break;
      case 0x12: // partition_key
        cursor.range();
        fields.keyStart = cursor.start;
        fields.keyEnd = cursor.stop;
        break;
      case 0x18: // payload_size
        cursor.varint();
        if (cursor.high !== 0 || cursor.low < 0) cursor.fail(badMessage);
        fields.payloadBytes = cursor.low;
        break;
      case 0x20: // compacted_out
        fields.isCompactedOut = flag(cursor);
        break;
      case 0x28: // event_time
        fields.eventTimeMs = inexact(cursor, fields);
        break;
      case 0x30: // partition_key_b64_encoded
        fields.keyIsBase64 = flag(cursor);
        break;
      case 0x3a: // ordering_key
        cursor.range();
        fields.orderingKeyStart = cursor.start;
        fields.orderingKeyEnd = cursor.stop;
        break;
      case 0x40: // sequence_id
        fields.sequenceId = inexact(cursor, fields);
        break;
      case 0x48: // null_value
        fields.isNullValue = flag(cursor);
        break;
      case 0x50: // null_partition_key
        fields.keyIsNull = flag(cursor);
        break;
      default:
        cursor.skip(tag);
    }
  }
  if (fields.payloadBytes < 0) cursor.fail(badMessage);
}

function inexact(cursor: WireCursor, fields: MessageFields): number {
  cursor.varint();
  if (!cursor.isSafe()) fields.isInexact = true;
  return numberOf(cursor.low, cursor.high);
}

function flag(cursor: WireCursor): boolean {
  cursor.varint();
  return (cursor.low | cursor.high) !== 0;
}
