import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { durationMs, eventCount, integerFrom, rate, skew } from '../../../src/cli/flag-values.js';

describe('flag values', () => {
  it('are read', () => {
    expect(integerFrom(1, 64)('64')).toBe(64);
    expect(eventCount('10')).toBe(10);
    expect(eventCount('endless')).toBe(Number.POSITIVE_INFINITY);
    expect(durationMs('1m30s')).toBe(90_000);
    expect(skew('uniform')).toEqual({ kind: 'uniform' });
    expect(skew('zipf:1.1')).toEqual({ kind: 'zipf', exponent: 1.1 });
    expect(rate('0.5')).toBe(0.5);
  });

  it.each([
    ['integer', integerFrom(1, 64), ['0', '65', '1.5', '1e1', '', 'x', '0x10', ' 1']],
    ['events', eventCount, ['-1', '1.5', 'Infinity', '', '99999999999999999999']],
    ['duration', durationMs, ['5', '', '-1s', '1.5h']],
    ['skew', skew, ['zipf', 'zipf:', 'zipf:0', 'zipf:-1', 'zipf:11', 'normal', '']],
    ['rate', rate, ['-1', 'x', '', '1e3', '9999999999']],
  ])('of a wrong %s are refused', (_what, parse, texts) => {
    for (const text of texts) expect(() => parse(text), text).toThrow(InvalidArgumentError);
  });
});
