import { describe, expect, it } from 'vitest';
import {
  ackResponseCommand,
  commandTypeAt,
  sendReceiptCommand,
} from '../../../native-free-core/wire/frame-layout.js';
import { AckResponseReader, SendReceiptReader } from '../../../native-free-core/wire/receipt-reader.js';
import {
  badCommand,
  badVarint,
  ok,
  truncated,
  valueTooLarge,
} from '../../../native-free-core/wire/wire-status.js';
import { golden } from '../../golden/pulsar-frames.js';
import { bordersOf } from './wire-content.js';

const receipts = new SendReceiptReader();
const responses = new AckResponseReader();
const minusOne = [255, 255, 255, 255, 255, 255, 255, 255, 255, 1];

function receiptOf(...body: number[]): number {
  const bytes = Uint8Array.of(0x08, 7, 0x3a, body.length, ...body);
  return receipts.read(bytes, 0, bytes.length);
}

describe('SEND_RECEIPT', () => {
  it('of the broker, with and without a highest sequence id', () => {
    const seen = ['single-plain', 'single-full', 'batch-full', 'chunked'].flatMap(name =>
      golden(name, 'SEND_RECEIPT').map(frame => {
        const { bytes, commandStart, commandEnd } = bordersOf(frame);
        expect(commandTypeAt(bytes, commandStart, commandEnd)).toBe(sendReceiptCommand);
        expect(receipts.read(bytes, commandStart, commandEnd)).toBe(ok);
        expect(receipts.ledgerId).toBeGreaterThan(0);
        return [receipts.sequenceId, receipts.highestSequenceId, receipts.entryId, receipts.partition];
      }),
    );
    expect(seen).toEqual([
      [0, 0, 0, -1],
      [41, -1, 0, -1],
      [100, -1, 0, -1],
      [0, -1, 0, -1],
      [0, 0, 1, -1],
    ]);
  });

  it('of a duplicate has the position -1:-1', () => {
    const id = [0x08, ...minusOne, 0x10, ...minusOne];
    expect(receiptOf(0x08, 3, 0x10, 9, 0x1a, id.length, ...id)).toBe(ok);
    expect([receipts.producerId, receipts.sequenceId, receipts.ledgerId, receipts.entryId]).toEqual([
      3, 9, -1, -1,
    ]);
  });

  it('is refused with what is wrong', () => {
    expect(receiptOf(0x10, 9)).toBe(badCommand);
    expect(receiptOf(0x08, 3, 0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10)).toBe(valueTooLarge);
    expect(receiptOf(0x08, 3, 0x1a, 9)).toBe(truncated);
    expect(receiptOf(0x08, 3, 0x1b)).toBe(badVarint);
    expect(receipts.read(Uint8Array.of(0x08, 8, 0x3a, 2, 0x08, 1), 0, 6)).toBe(badCommand);
    expect(receipts.read(new Uint8Array(0), 0, 0)).toBe(badCommand);
  });
});

describe('ACK_RESPONSE', () => {
  it('without an error, with one, and with fields that are not known', () => {
    const good = Uint8Array.of(0x08, ackResponseCommand, 0xb2, 0x02, 4, 0x08, 2, 0x30, 7);
    expect(responses.read(good, 0, good.length)).toBe(ok);
    expect([responses.consumerId, responses.requestId, responses.error, responses.messageStart]).toEqual([
      2, 7, -1, -1,
    ]);
    const bad = Uint8Array.of(
      0x08,
      38,
      0xb2,
      0x02,
      14,
      0x08,
      2,
      0x30,
      7,
      0x20,
      13,
      0x2a,
      2,
      104,
      105,
      0x7d,
      0,
      0,
      0,
      0,
    );
    bad[4] = bad.length - 5;
    expect(responses.read(bad, 0, bad.length)).toBe(ok);
    expect([responses.error, bad[responses.messageStart], responses.messageEnd]).toEqual([13, 104, 15]);
  });
});
