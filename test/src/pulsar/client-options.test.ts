import { describe, expect, it } from 'vitest';
import type { ClientOptions } from '../../../src/pulsar/api/pulsar-client.js';
import { checkClientOptions } from '../../../src/pulsar/client-options.js';

const serviceUrl = 'pulsar://localhost:6650';
/** As plain JavaScript would. */
const check = (options: unknown) => () => checkClientOptions(options as ClientOptions);

describe('client options', () => {
  it('have defaults', () => {
    expect(check({ serviceUrl })()).toEqual({
      operationTimeoutMs: 30_000,
      connectTimeoutMs: 10_000,
      keepAliveMs: 30_000,
      backoffFirstMs: 100,
      backoffMaxMs: 60_000,
    });
  });

  it.each([
    ['INVALID_SERVICE_URL', undefined, /missing/],
    ['INVALID_SERVICE_URL', {}, /missing/],
    ['INVALID_ARGUMENT', { serviceUrl, operationTimeoutMs: -1 }, /operationTimeoutMs is -1/],
    ['INVALID_ARGUMENT', { serviceUrl, backoffFirstMs: 10, backoffMaxMs: 5 }, /backoffMaxMs/],
    ['INVALID_ARGUMENT', { serviceUrl, authentication: { token: 'a', file: 'b' } }, /one of token/],
  ])('are refused with %s: %j', (code, options, words) => {
    expect(check(options)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(words), retryable: false }),
    );
  });

  it('do not repeat a bare token in the error', () => {
    const refused = check({ serviceUrl, authentication: 'eyJ.secret' });
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(refused).not.toThrow(/secret/);
  });
});
