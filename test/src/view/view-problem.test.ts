import { expect, it } from 'vitest';
import { formatViewProblems } from '../../../src/view/view-problem.js';

const problem = (line: number, column: number) => ({
  message: 'wrong',
  line,
  column,
  path: '',
  file: 'v.yaml',
});

it('shows the place, the line and a caret', () => {
  expect(formatViewProblems([problem(2, 4)], 'a: 1\nb: [x\n')).toBe(
    'v.yaml:2:4: error: wrong\n    2 | b: [x\n      |    ^',
  );
});

it('keeps tabs above the caret, so that it stands under its place', () => {
  expect(formatViewProblems([problem(1, 3)], 'a\tb')).toContain('\n      |  \t^');
});

it('leaves the frame out where there is no text', () => {
  expect(formatViewProblems([problem(1, 1)], '')).toBe('v.yaml:1:1: error: wrong');
});

it('cuts a long line about its place', () => {
  const shown = formatViewProblems([problem(1, 5001)], `${'a'.repeat(5000)}B${'c'.repeat(5000)}`).split('\n');
  expect(shown[1].length).toBeLessThan(120);
  expect(shown[1][shown[2].indexOf('^')]).toBe('B');
});

it('lets no control character of the file reach the terminal', () => {
  expect(formatViewProblems([problem(1, 1)], 'a\u001b[31mred')).not.toContain('\u001b');
});

it('counts what is too much to show', () => {
  const problems = Array.from({ length: 25 }, () => problem(1, 1));
  expect(formatViewProblems(problems, 'a').split('\n').at(-1)).toBe('... and 5 more');
});
