import { ackSetWordsMax } from '../limits.js';
import type { Entry } from './entry.js';
import { numberOf, type WireCursor } from './varint.js';
import { badCommand, valueTooLarge } from './wire-status.js';

/**
 * `BaseCommand { type = MESSAGE, message: CommandMessage }` into `entry`; the cursor is over the whole command.
 * What went wrong is in the cursor's status.
 */
export function readCommandMessage(cursor: WireCursor, entry: Entry): void {
  let isMessage = false;
  let found = false;
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === 0x08) {
      cursor.varint();
      isMessage = cursor.low === 9 && cursor.high === 0;
    } else if (tag === 0x4a) {
      cursor.range();
      const outerEnd = cursor.enter();
      readBody(cursor, entry);
      cursor.leave(outerEnd);
      found = true;
    } else cursor.skip(tag);
  }
  if (!isMessage || !found) cursor.fail(badCommand);
}

function readBody(cursor: WireCursor, entry: Entry): void {
  let hasConsumer = false;
  let hasId = false;
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    switch (tag) {
      case 0x08: // consumer_id
        cursor.varint();
        entry.consumerId = position(cursor);
        hasConsumer = true;
        break;
      case 0x12: {
        // message_id
        cursor.range();
        const outerEnd = cursor.enter();
        readMessageId(cursor, entry);
        cursor.leave(outerEnd);
        hasId = true;
        break;
      }
      case 0x18: // redelivery_count
        cursor.varint();
        entry.redeliveryCount = cursor.low >>> 0;
        break;
      case 0x20: // ack_set
        cursor.varint();
        addWord(cursor, entry);
        break;
      case 0x22: {
        // ack_set, packed: no broker writes it so, but every protobuf reader must take it
        cursor.range();
        const outerEnd = cursor.enter();
        while (cursor.at < cursor.end) {
          cursor.varint();
          addWord(cursor, entry);
        }
        cursor.leave(outerEnd);
        break;
      }
      case 0x28: // consumer_epoch
        cursor.varint();
        entry.consumerEpoch = position(cursor);
        break;
      default:
        cursor.skip(tag);
    }
  }
  if (!hasConsumer || !hasId) cursor.fail(badCommand);
}

function readMessageId(cursor: WireCursor, entry: Entry): void {
  let seen = 0;
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    switch (tag) {
      case 0x08: // ledgerId
        cursor.varint();
        entry.ledgerId = position(cursor);
        seen |= 1;
        break;
      case 0x10: // entryId
        cursor.varint();
        entry.entryId = position(cursor);
        seen |= 2;
        break;
      case 0x18: // partition
        cursor.varint();
        entry.partition = cursor.low;
        break;
      case 0x20: // batch_index
        cursor.varint();
        entry.batchIndex = cursor.low;
        break;
      default:
        cursor.skip(tag);
    }
  }
  if (seen !== 3) cursor.fail(badCommand);
}

/** An id that must be exact and is not negative. */
function position(cursor: WireCursor): number {
  if (cursor.high < 0 || !cursor.isSafe()) cursor.fail(valueTooLarge);
  return numberOf(cursor.low, cursor.high);
}

function addWord(cursor: WireCursor, entry: Entry): void {
  const words = entry.ackSetWords;
  if (words === ackSetWordsMax) {
    cursor.fail(valueTooLarge);
    return;
  }
  entry.ackSet[words << 1] = cursor.low;
  entry.ackSet[(words << 1) + 1] = cursor.high;
  entry.ackSetWords = words + 1;
}
