import { describe, expect, it } from 'vitest';
import { command, decodeCommand, encodeFrame } from '../../../../src/pulsar/protocol/command.js';
import { getLastMessageId, seek, subscribe } from '../../../../src/pulsar/protocol/consumer-commands.js';
import {
  bits64,
  bool,
  bytes,
  defaulted,
  double,
  enumeration,
  int32,
  int64,
  optional,
  repeated,
  string,
  uint32,
  uint64,
} from '../../../../src/pulsar/protocol/fields.js';
import { message, nested } from '../../../../src/pulsar/protocol/message-table.js';
import { error, success } from '../../../../src/pulsar/protocol/session-commands.js';
import { earliestId, keyValues, latestId } from '../../../../src/pulsar/protocol/shared-messages.js';

const bodyOf = (frame: Uint8Array) => frame.slice(8);
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const inner = message('Inner', { name: string(1), flags: repeated(bool(2)) });
const everything = command(60, 'EVERYTHING', {
  text: string(1),
  raw: bytes(2),
  small: int32(3),
  unsigned: uint32(4),
  big: uint64(5),
  signed: int64(6),
  ratio: double(7),
  color: enumeration(8, { red: 0, blue: 2 }),
  maybe: optional(string(9)),
  often: repeated(int32(10)),
  inners: repeated(nested(11, inner)),
  withDefault: defaulted(int32(12), -1),
  bits: repeated(bits64(13)),
});
const values = {
  text: 'äß',
  raw: hex('00ff'),
  small: -5,
  unsigned: 4_000_000_000,
  big: Number.MAX_SAFE_INTEGER,
  signed: -7,
  ratio: 0.1,
  color: 'blue',
  often: [1, 2],
  inners: [{ name: 'a', flags: [true, false] }, { name: 'b' }],
  bits: [-1n, 2n ** 62n],
} as const;

describe('a command by its table', () => {
  it('comes back as it went', () => {
    expect(decodeCommand(everything, bodyOf(encodeFrame(everything, values)))).toEqual({
      ...values,
      maybe: undefined,
      withDefault: -1,
      inners: [
        { name: 'a', flags: [true, false] },
        { name: 'b', flags: [] },
      ],
    });
  });

  it('has the bytes that the protocol says', () => {
    expect(Buffer.from(encodeFrame(success, { requestId: 300 })).toString('hex')).toBe(
      '0000000b00000007' + '080d' + '6a03' + '08ac02',
    );
  });

  it('skips fields that it does not know, of every wire type', () => {
    const unknown = hex('f801 01  f901 0000000000000000  fa01 02 0000  fd01 00000000');
    const body = Uint8Array.from([0x08, 13, 0x6a, 2 + unknown.length, ...unknown, 0x08, 7]);
    expect(decodeCommand(success, body)).toMatchObject({ requestId: 7 });
  });

  it.each([
    ['a missing field', hex('08 0e 72 02 08 01'), /ERROR\.error is missing/],
    ['no body', hex('08 0e'), /ERROR has no body/],
    ['a field of another wire type', hex('08 0e 72 02 0a 00'), /ERROR\.requestId: wire type 2/],
    ['a body that ends too late', hex('08 0e 72 7f 08 01'), /ERROR.*past the end/],
    ['a text that ends too late', hex('08 0e 72 06 08 01 10 02 1a 70'), /ERROR\.message/],
    [
      'an id beyond 53 bits',
      hex('08 0e 72 0b 08 ff ff ff ff ff ff ff 7f 10 01'),
      /ERROR\.requestId: .*53 bits/,
    ],
  ])('refuses %s, naming command and field', (_what, body, words) => {
    expect(() => decodeCommand(error, body)).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_ERROR', message: expect.stringMatching(words) }),
    );
  });

  it('refuses an enumeration’s number without a name', () => {
    const other = command(60, 'EVERYTHING', { color: int32(8) });
    const only = command(60, 'EVERYTHING', { color: enumeration(8, { red: 0, blue: 2 }) });
    expect(() => decodeCommand(only, bodyOf(encodeFrame(other, { color: 1 })))).toThrow(
      /EVERYTHING\.color: 1 is none of/,
    );
  });

  it.each([
    ['a negative unsigned number', { ...values, big: -1 }, /EVERYTHING\.big/],
    ['a fraction', { ...values, big: 1.5 }, /EVERYTHING\.big/],
    ['beyond 53 bits', { ...values, signed: 2 ** 60 }, /EVERYTHING\.signed/],
    ['beyond 32 bits', { ...values, small: 2 ** 40 }, /EVERYTHING\.small/],
  ])('does not write %s', (_what, given, words) => {
    expect(() => encodeFrame(everything, given)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(words) }),
    );
  });
});

describe('message ids', () => {
  it('write the two ends of a topic as the numbers that stand for them', () => {
    const at = (messageId: typeof earliestId) =>
      Buffer.from(encodeFrame(seek, { consumerId: 0, requestId: 0, messageId })).toString('hex');
    expect(at(earliestId)).toContain('08ffffffffffffffffff01' + '10ffffffffffffffffff01');
    expect(at(latestId)).toContain('08ffffffffffffffff7f' + '10ffffffffffffffff7f');
  });

  it('read them back, and the empty topic’s entry -1', () => {
    const { reply } = getLastMessageId;
    for (const id of [earliestId, latestId, { ledgerId: 12, entryId: -1 }]) {
      const frame = encodeFrame(reply, { requestId: 1, lastMessageId: id });
      const { lastMessageId } = decodeCommand(reply, bodyOf(frame));
      expect(lastMessageId).toEqual({
        ...id,
        partition: -1,
        batchIndex: -1,
        ackSet: [],
        batchSize: undefined,
      });
    }
  });

  it('are optional where the protocol says so', () => {
    const frame = encodeFrame(subscribe, {
      topic: 't',
      subscription: 's',
      subType: 'Key_Shared',
      consumerId: 1,
      requestId: 2,
      metadata: keyValues({ a: 'b' }),
    });
    const fields = decodeCommand(subscribe, bodyOf(frame));
    expect(fields).toMatchObject({ subType: 'Key_Shared', metadata: [{ key: 'a', value: 'b' }] });
    expect(fields.startMessageId).toBeUndefined();
  });
});
