import { expect, it } from 'vitest';
import { PulsarAdmin } from '../../../../src/pulsar/admin/pulsar-admin.js';

const url = 'http://localhost:8080';

it('takes what it names', () => {
  new PulsarAdmin({ url, timeoutMs: 1, authentication: { token: 'secret' } });
});

it.each([
  [undefined, 'the argument of PulsarAdmin is missing'],
  [{}, 'url is missing'],
  [{ url: 5 }, 'url is 5'],
  [{ url, timeoutMs: 0 }, 'timeoutMs is 0'],
  [{ url, timeout: 5 }, 'no option is named timeout'],
  [{ url, authentication: 'secret' }, 'authentication must be'],
  [{ url, token: 'secret' }, 'no option is named token'],
])('refuses %o, and shows no token', (options, words) => {
  const open = () => new PulsarAdmin(options as never);
  const message = expect.stringContaining(words);
  expect(open).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }));
  expect(open).not.toThrow(/secret/);
});
