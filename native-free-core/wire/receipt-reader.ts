import { ackResponseCommand, sendReceiptCommand } from './frame-layout.js';
import { numberOf, WireCursor } from './varint.js';
import { badCommand, ok, valueTooLarge } from './wire-status.js';

/** Reads SEND_RECEIPT commands. Sequence ids and positions are exact or refused; -1 where absent. */
export class SendReceiptReader {
  producerId = 0;
  sequenceId = -1;
  highestSequenceId = -1;
  /** Both -1: the broker had the sequence id already, and stored nothing. */
  ledgerId = -1;
  entryId = -1;
  partition = -1;
  private readonly cursor = new WireCursor();

  /** @returns `ok`, or what is wrong */
  read(bytes: Uint8Array, commandStart: number, commandEnd: number): number {
    const cursor = this.cursor;
    this.producerId = this.sequenceId = this.highestSequenceId = -1;
    this.ledgerId = this.entryId = this.partition = -1;
    enterCommand(cursor, bytes, commandStart, commandEnd, sendReceiptCommand);
    while (cursor.at < cursor.end) {
      const tag = cursor.tag();
      switch (tag) {
        case 0x08:
          this.producerId = exact(cursor);
          break;
        case 0x10:
          this.sequenceId = exact(cursor);
          break;
        case 0x1a:
          this.messageId();
          break;
        case 0x20:
          this.highestSequenceId = exact(cursor);
          break;
        default:
          cursor.skip(tag);
      }
    }
    if (cursor.status === ok && this.producerId < 0) return badCommand;
    return cursor.status;
  }

  private messageId(): void {
    const cursor = this.cursor;
    cursor.range();
    const outerEnd = cursor.enter();
    while (cursor.at < cursor.end) {
      const tag = cursor.tag();
      if (tag === 0x08) this.ledgerId = exact(cursor);
      else if (tag === 0x10) this.entryId = exact(cursor);
      else if (tag === 0x18) {
        cursor.varint();
        this.partition = cursor.low;
      } else cursor.skip(tag);
    }
    cursor.leave(outerEnd);
  }
}

/** Reads ACK_RESPONSE commands. */
export class AckResponseReader {
  consumerId = 0;
  /** -1: not said. */
  requestId = -1;
  /** Number of the broker's `ServerError`; -1: acknowledged. */
  error = -1;
  /** The broker's words, UTF-8; -1, -1: none. */
  messageStart = -1;
  messageEnd = -1;
  private readonly cursor = new WireCursor();

  /** @returns `ok`, or what is wrong */
  read(bytes: Uint8Array, commandStart: number, commandEnd: number): number {
    const cursor = this.cursor;
    this.consumerId = this.requestId = this.error = -1;
    this.messageStart = this.messageEnd = -1;
    enterCommand(cursor, bytes, commandStart, commandEnd, ackResponseCommand);
    while (cursor.at < cursor.end) {
      const tag = cursor.tag();
      switch (tag) {
        case 0x08:
          this.consumerId = exact(cursor);
          break;
        case 0x20:
          cursor.varint();
          this.error = cursor.low;
          break;
        case 0x2a:
          cursor.range();
          this.messageStart = cursor.start;
          this.messageEnd = cursor.stop;
          break;
        case 0x30:
          this.requestId = exact(cursor);
          break;
        default:
          cursor.skip(tag);
      }
    }
    if (cursor.status === ok && this.consumerId < 0) return badCommand;
    return cursor.status;
  }
}

/** Leaves the cursor over the body of the command of that type; without one, failed. */
function enterCommand(cursor: WireCursor, bytes: Uint8Array, start: number, end: number, type: number): void {
  cursor.reset(bytes, start, end);
  let bodyStart = -1;
  let bodyEnd = -1;
  let isType = false;
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === 0x08) {
      cursor.varint();
      isType = cursor.low === type && cursor.high === 0;
    } else if (tag === ((type << 3) | 2)) {
      cursor.range();
      bodyStart = cursor.start;
      bodyEnd = cursor.stop;
    } else cursor.skip(tag);
  }
  if (cursor.status === ok && isType && bodyStart >= 0) cursor.reset(bytes, bodyStart, bodyEnd);
  else cursor.fail(badCommand);
}

/** A signed number that a double holds. */
function exact(cursor: WireCursor): number {
  cursor.varint();
  if (!cursor.isSafe()) cursor.fail(valueTooLarge);
  return numberOf(cursor.low, cursor.high);
}
