import { expect, it } from 'vitest';
import { checkMessageId, checkPosition } from '../../../../src/pulsar/arguments/position-checks.js';

const id = { ledgerId: 1, entryId: 2, partition: -1, batchIndex: -1, batchSize: 1 };

it.each([
  'earliest',
  'latest',
  { publishTimeMs: 0 },
  { publishTimeMs: 1_700_000_000_000 },
  id,
  // Of an empty partition, as `lastMessageIds` tells it.
  { ...id, entryId: -1, batchSize: 0 },
])('%o is a position', to => {
  expect(() => checkPosition('to', to)).not.toThrow();
});

it.each([
  ['begin', 'the beginning is "earliest"'],
  ['Earliest', 'the beginning is "earliest"'],
  ['end', 'the end is "latest"'],
  ['elsewhere', undefined],
  [5, '{ publishTimeMs } seeks to a time'],
  [undefined, undefined],
  [null, undefined],
  [{ id }, 'pass message.id'],
  [{ id, publishTimeMs: 5 }, 'pass message.id'],
  [{ publishTimeMs: '5' }, undefined],
  [{ publishTimeMs: -1 }, undefined],
  [{}, undefined],
  [{ ledgerId: 1, entryId: 2 }, undefined],
  [{ ...id, ledgerId: 1.5 }, undefined],
  [{ ...id, batchIndex: Number.NaN }, undefined],
])('%o is none, and the hint says what is meant: %s', (to, hint) => {
  const message = expect.stringMatching(/^to/);
  expect(() => checkPosition('to', to)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message, hint }),
  );
});

it('acknowledges only what is stored: no id before the first entry', () => {
  checkMessageId('id', id, 0);
  const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
  expect(() => checkMessageId('id', { ...id, entryId: -1 }, 0)).toThrow(refused);
  expect(() => checkMessageId('id', undefined, 0)).toThrow(refused);
});
