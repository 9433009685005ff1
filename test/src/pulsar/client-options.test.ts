import { describe, expect, it } from 'vitest';
import { timerMsMax } from '../../../native-free-core/limits.js';
import type { ClientOptions } from '../../../src/pulsar/api/pulsar-client.js';
import { checkClientOptions } from '../../../src/pulsar/client-options.js';

const serviceUrl = 'pulsar://localhost:6650';
const check = (options: object) => checkClientOptions({ serviceUrl, ...options } as ClientOptions);

describe('the options of a client', () => {
  it('have the defaults that the api names', () => {
    expect(check({})).toEqual({
      operationTimeoutMs: 30_000,
      connectTimeoutMs: 10_000,
      keepAliveMs: 30_000,
      backoffFirstMs: 100,
      backoffMaxMs: 60_000,
    });
  });

  it('need a service URL', () => {
    const refused = expect.objectContaining({ code: 'INVALID_SERVICE_URL' });
    for (const options of [undefined, null, {}, { serviceUrl: 5 }]) {
      expect(() => checkClientOptions(options as unknown as ClientOptions)).toThrow(refused);
    }
  });

  it.each([
    'operationTimeoutMs',
    'connectTimeoutMs',
    'keepAliveMs',
    'backoffFirstMs',
    'backoffMaxMs',
  ])('%s is a time that a timer can have, or an error that names it', name => {
    const others = name === 'backoffFirstMs' ? { backoffMaxMs: timerMsMax } : { backoffFirstMs: 1 };
    for (const value of [1, 1.5, timerMsMax]) {
      expect(check({ ...others, [name]: value })).toMatchObject({ [name]: value });
    }
    const refused = expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(name),
    });
    for (const value of [0, -1, timerMsMax + 1, Number.NaN, '100', true]) {
      expect(() => check({ ...others, [name]: value }), `${value}`).toThrow(refused);
    }
  });

  it('want the back-off to grow', () => {
    expect(() => check({ backoffFirstMs: 10, backoffMaxMs: 9 })).toThrow('backoffMaxMs');
  });

  it('take one source of a token, and never show it', () => {
    for (const authentication of [
      { token: 'x' },
      { file: 'x' },
      { environment: 'X' },
      { supply: () => 'x' },
    ]) {
      check({ authentication });
    }
    for (const authentication of [
      {},
      { token: 'secret', file: 'x' },
      { token: Buffer.from('secret') },
      { tokn: 'secret' },
      { supply: 'secret' },
      'secret',
      null,
      5,
    ]) {
      let message = '';
      try {
        check({ authentication });
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).toContain('authentication');
      expect(message).not.toContain('secret');
    }
  });

  it.each([
    [{ operationTimeout: 5 }, 'operationTimeout;', 'did you mean operationTimeoutMs?'],
    [{ tls: { ca: 'ca.pem' } }, 'tls.ca;', 'did you mean tls.caFile?'],
    [{ authentification: 'secret' }, 'authentification;', 'did you mean authentication?'],
    [{ tls: true }, 'tls is true', undefined],
    [{ tls: { verifyHostname: 'no' } }, 'tls.verifyHostname is "no"', undefined],
    [{ listenerName: 5 }, 'listenerName is 5', undefined],
  ])('%o is refused, with the nearest name', (options, words, hint) => {
    const message = expect.stringContaining(words);
    expect(() => check(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message, hint }),
    );
    expect(() => check(options)).not.toThrow(/secret/);
  });

  it('say what is meant where the service URL has another name', () => {
    const hint = 'did you mean serviceUrl?';
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT', hint });
    expect(() => checkClientOptions({ serviceURLs: serviceUrl } as never)).toThrow(refused);
  });
});
