import { expect, it } from 'vitest';
import {
  checkCallback,
  checkFlag,
  checkMs,
  checkNames,
  checkOneOf,
  checkText,
  checkTexts,
  checkWaitMs,
  checkWhole,
} from '../../../../src/pulsar/arguments/option-checks.js';

type Check = (value: unknown) => void;
const whole: Check = value => checkWhole('n', value, 1, 5);
const ms: Check = value => checkMs('n', value, 0, 5);
const oneOf: Check = value => checkOneOf('n', value, ['Shared', 'Failover']);

it.each<[string, Check, unknown[], unknown[]]>([
  ['whole', whole, [1, 5], [0, 6, 1.5, Number.NaN, '1', null, 1n]],
  ['ms', ms, [0, 0.5, 5], [-1, 5.1, Number.NaN, Number.POSITIVE_INFINITY, '1', null]],
  ['wait', value => checkWaitMs('n', value), [0, 2 ** 31 - 1], [-1, 2 ** 31, Number.NaN, 'x', null]],
  ['one of', oneOf, ['Shared'], ['shared', '', 5, null, Symbol('Shared')]],
  ['text', value => checkText('n', value), ['x'], ['', 5, null, {}]],
  ['flag', value => checkFlag('n', value), [true, false], ['true', 0, null]],
  ['function', value => checkCallback('n', value), [() => 1], ['f', null, {}]],
  ['texts', value => checkTexts('n', value), [{}, { a: 'b' }], [{ a: 5 }, ['a'], 'a', null]],
])('%s: takes what it must be, and nothing; refuses the rest by name', (_what, check, good, bad) => {
  for (const value of [undefined, ...good]) check(value);
  const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/^n/) });
  for (const value of bad) expect(() => check(value)).toThrow(refused);
});

it('finds an unknown name, suggests the nearest, and never shows its value', () => {
  const names = { caFile: true, certFile: true } as const;
  checkNames('tls', { caFile: 'x', other: undefined }, names);
  const refusal = (options: unknown): unknown => {
    try {
      checkNames('tls', options, names, 'tls.');
    } catch (error) {
      return error;
    }
    return undefined;
  };
  expect(refusal({ ca: 'secret' })).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: 'tls: no option is named tls.ca; there are tls.caFile, tls.certFile',
    hint: 'did you mean tls.caFile?',
  });
  expect(refusal({ zzzzzz: 1 })).toMatchObject({ hint: undefined });
  for (const options of [undefined, null, 5, 'x', []]) {
    expect(refusal(options)).toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
});

it('suggests the nearest of the values', () => {
  expect(() => oneOf('shared')).toThrow(expect.objectContaining({ hint: 'did you mean "Shared"?' }));
});
