import type { Entry } from './entry.js';
import { numberOf, type WireCursor } from './varint.js';
import { badMetadata } from './wire-status.js';

/** `BrokerEntryMetadata` into `entry`; the cursor is over it. */
export function readBrokerMetadata(cursor: WireCursor, entry: Entry): void {
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === 0x08) entry.brokerTimeMs = inexact(cursor, entry);
    else if (tag === 0x10) entry.brokerIndex = inexact(cursor, entry);
    else cursor.skip(tag);
  }
}

/** `MessageMetadata` into `entry`; the cursor is over it. What went wrong is in the cursor's status. */
export function readMessageMetadata(cursor: WireCursor, entry: Entry): void {
  let required = 0;
  while (cursor.at < cursor.end) {
    const tagAt = cursor.at;
    const tag = cursor.tag();
    switch (tag) {
      case 0x0a: // producer_name
        cursor.range();
        entry.producerNameStart = cursor.start;
        entry.producerNameEnd = cursor.stop;
        required |= 1;
        break;
      case 0x10: // sequence_id
        entry.sequenceId = inexact(cursor, entry);
        required |= 2;
        break;
      case 0x18: // publish_time
        entry.publishTimeMs = inexact(cursor, entry);
        required |= 4;
        break;
      case 0x22: // properties
        if (entry.propertiesStart < 0) entry.propertiesStart = tagAt;
        cursor.range();
        entry.propertiesEnd = cursor.stop;
        break;
      case 0x32: // partition_key
        cursor.range();
        entry.keyStart = cursor.start;
        entry.keyEnd = cursor.stop;
        break;
      case 0x40: // compression
        entry.compression = size(cursor);
        break;
      case 0x48: // uncompressed_size
        entry.uncompressedBytes = size(cursor);
        break;
      case 0x58: // num_messages_in_batch
        entry.messages = size(cursor);
        entry.isBatch = true;
        if (entry.messages === 0) cursor.fail(badMetadata);
        break;
      case 0x60: // event_time
        entry.eventTimeMs = inexact(cursor, entry);
        break;
      default:
        readRareField(cursor, entry, tag);
    }
  }
  if (required !== 7) cursor.fail(badMetadata);
}

function readRareField(cursor: WireCursor, entry: Entry, tag: number): void {
  switch (tag) {
    case 0x6a: // encryption_keys
      cursor.range();
      entry.isEncrypted = true;
      return;
    case 0x82: // schema_version
      cursor.range();
      entry.schemaVersionStart = cursor.start;
      entry.schemaVersionEnd = cursor.stop;
      return;
    case 0x88: // partition_key_b64_encoded
      entry.keyIsBase64 = flag(cursor);
      return;
    case 0x92: // ordering_key
      cursor.range();
      entry.orderingKeyStart = cursor.start;
      entry.orderingKeyEnd = cursor.stop;
      return;
    case 0x98: // deliver_at_time
      entry.deliverAtMs = inexact(cursor, entry);
      return;
    case 0xa0: // marker_type
      entry.markerType = size(cursor);
      return;
    case 0xb0: // txnid_least_bits
      entry.transactionLeast = inexact(cursor, entry);
      entry.hasTransaction = true;
      return;
    case 0xb8: // txnid_most_bits
      entry.transactionMost = inexact(cursor, entry);
      entry.hasTransaction = true;
      return;
    case 0xc0: // highest_sequence_id
      entry.highestSequenceId = inexact(cursor, entry);
      return;
    case 0xc8: // null_value
      entry.isNullValue = flag(cursor);
      return;
    case 0xf0: // null_partition_key
      entry.keyIsNull = flag(cursor);
      return;
    default:
      readChunkField(cursor, entry, tag);
  }
}

function readChunkField(cursor: WireCursor, entry: Entry, tag: number): void {
  switch (tag) {
    case 0xd2: // uuid
      cursor.range();
      entry.uuidStart = cursor.start;
      entry.uuidEnd = cursor.stop;
      return;
    case 0xd8: // num_chunks_from_msg
      entry.chunks = size(cursor);
      return;
    case 0xe0: // total_chunk_msg_size
      entry.chunkedBytes = size(cursor);
      return;
    case 0xe8: // chunk_id
      entry.chunkId = size(cursor);
      return;
    default:
      cursor.skip(tag);
  }
}

function inexact(cursor: WireCursor, entry: Entry): number {
  cursor.varint();
  if (!cursor.isSafe()) entry.isInexact = true;
  return numberOf(cursor.low, cursor.high);
}

/** A count, a size or a number of an enumeration: an int32 that is not negative. */
function size(cursor: WireCursor): number {
  cursor.varint();
  if (cursor.high !== 0 || cursor.low < 0) cursor.fail(badMetadata);
  return cursor.low;
}

function flag(cursor: WireCursor): boolean {
  cursor.varint();
  return (cursor.low | cursor.high) !== 0;
}
