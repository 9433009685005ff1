import { expect, it } from 'vitest';
import { exitCodeOf } from '../../../src/cli/exit-codes.js';
import { reportFailure } from '../../../src/cli/report-failure.js';
import { MillraceError } from '../../../src/errors.js';

function reported(error: unknown, env: NodeJS.ProcessEnv = {}, isTTY = false): string {
  let text = '';
  reportFailure(error, { isTTY, write: part => (text += part) }, env);
  return text;
}

const refused = new MillraceError('x', 'no such thing', { domain: 'configuration', hint: 'try another' });

it('is one line and a hint', () => {
  expect(reported(refused)).toBe('error: no such thing\nhint: try another\n');
  expect(reported(new Error('first\nsecond'))).toBe(
    'error: first\nhint: MILLRACE_DEBUG=1 shows where it happened\n',
  );
  expect(reported('thrown text')).toMatch(/^error: thrown text\n/);
});

it('has a stack only where it is asked for, with the cause', () => {
  const error = new MillraceError('x', 'outer', { domain: 'engine', cause: new Error('inner') });
  expect(reported(error)).not.toContain('    at ');
  expect(reported(error, { MILLRACE_DEBUG: '1' })).toMatch(
    /outer\n {4}at [\s\S]*caused by: Error: inner\n {4}at /,
  );
});

it('has colours only on a terminal that wants them', () => {
  expect(reported(refused, {}, true)).toContain('\u001b[31merror:');
  expect(reported(refused, { NO_COLOR: '1' }, true)).not.toContain('\u001b');
  expect(reported(refused, { NO_COLOR: '' }, true)).toContain('\u001b');
  expect(reported(refused, { TERM: 'dumb' }, true)).not.toContain('\u001b');
});

it('comes with an exit code: 2 for configuration, 1 for the rest', () => {
  expect(exitCodeOf(refused)).toBe(2);
  expect(exitCodeOf(new MillraceError('x', 'y', { domain: 'output' }))).toBe(1);
  expect(exitCodeOf(new Error('y'))).toBe(1);
});
