import { expect, it } from 'vitest';
import { kindOf, shown, wrongArgument } from '../../../../src/pulsar/arguments/wrong-argument.js';

it('names the argument, what was given, what it must be, and what to do', () => {
  expect(wrongArgument('type', 'shared', 'Shared', 'try Shared')).toMatchObject({
    code: 'INVALID_ARGUMENT',
    retryable: false,
    message: 'type is "shared"; it must be Shared',
    hint: 'try Shared',
  });
});

it.each([
  ['x', '"x"', 'a text of 1 characters'],
  [undefined, 'missing', 'missing'],
  [null, 'null', 'null'],
  [Number.NaN, 'NaN', 'a number'],
  [true, 'true', 'a boolean'],
  [{}, 'an object', 'an object'],
  // Nothing of these can be made a text of.
  [Object.create(null), 'an object', 'an object'],
  [Symbol('s'), 'a symbol', 'a symbol'],
  [[1], 'an array', 'an array'],
  [new Uint8Array(3), '3 bytes', '3 bytes'],
  [() => 1, 'a function', 'a function'],
])('shows %o in a few words', (value, words, kind) => {
  expect([shown(value), kindOf(value)]).toEqual([words, kind]);
});

it('shows only the beginning of a long text', () => {
  expect(shown('y'.repeat(1000))).toBe(`"${'y'.repeat(60)}..."`);
});
