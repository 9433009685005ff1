import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/view/duration.js';

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['1h30m', 5_400_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['1m500ms', 60_500],
    ['0s', 0],
    ['010m', 600_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, ms });
  });

  it.each([
    ['600', /has no unit: 600; write `600s`/],
    ['0', /has no unit: 0; write `0s`/],
    ['-5m', /cannot be negative/],
    ['10M', /upper case.*`10m`/],
    ['1.5h', /fraction.*`1h30m`/],
    ['10 m', /space.*`10m`/],
    ['30m1h', /small one before a great one/],
    ['1m1m', /twice/],
    ['1h30', /not a duration/],
    ['10min', /not a duration/],
    ['', /empty/],
    ['  ', /empty/],
    ['ms', /not a duration/],
    ['99999999999999999d', /too long/],
  ])('refuses %j and says why', (text, message) => {
    const parsed = parseDuration(text);
    expect(parsed.ok ? '' : parsed.message).toMatch(message);
  });
});

describe('formatDuration', () => {
  it.each([
    0, 1, 999, 1000, 60_000, 5_400_000, 86_400_000, 93_784_005, 316_224_000_000,
  ])('is read back: %d', ms => {
    expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, ms });
  });

  it('is short', () => {
    expect(formatDuration(5_400_000)).toBe('1h30m');
    expect(formatDuration(0)).toBe('0s');
  });
});
