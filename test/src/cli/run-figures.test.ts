import { expect, it } from 'vitest';
import { reasonsText, shortCount } from '../../../src/cli/run-figures.js';

it.each([
  [0, '0'],
  [9999, '9999'],
  [10_000, '10.0k'],
  [1_234_567, '1.23M'],
  [2.5e9, '2.50G'],
])('%d is %s', (count, text) => {
  expect(shortCount(count)).toBe(text);
});

it('names the reasons that there were, the most frequent first', () => {
  expect(reasonsText({ accepted: 0, late: 1, future: 5 })).toBe('future 5, late 1');
});
