import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../../../src/errors.js';
import { codeOfServerError } from '../../../../src/pulsar/errors/error-codes.js';
import { asPulsarError, brokerError, PulsarError } from '../../../../src/pulsar/errors/pulsar-error.js';

describe('PulsarError', () => {
  it('takes what its code says', () => {
    const cause = new Error('why');
    const error = new PulsarError('CONNECTION_LOST', 'gone', { cause, domain: 'output' });
    expect(error).toBeInstanceOf(MillraceError);
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', retryable: true, domain: 'output', cause });
    expect(new PulsarError('PRODUCER_FENCED', 'x')).toMatchObject({ retryable: false, domain: 'output' });
  });

  it('knows every number of the broker’s errors, and survives those to come', () => {
    expect(codeOfServerError.length).toBe(26);
    expect(brokerError(25, 'taken over', 'open the producer')).toMatchObject({
      code: 'PRODUCER_FENCED',
      serverError: 25,
      message: 'open the producer: taken over',
    });
    expect(brokerError(16, '', 'x').code).toBe('PRODUCER_BUSY');
    expect(brokerError(11, '', 'x').code).toBe('TOPIC_NOT_FOUND');
    expect(brokerError(99, '', 'x')).toMatchObject({ code: 'UNKNOWN_BROKER_ERROR', retryable: true });
  });

  it('keeps its own and wraps the rest', () => {
    const own = new PulsarError('CLOSED', 'x');
    expect(asPulsarError(own, 'ADMIN_FAILED', 'y')).toBe(own);
    expect(asPulsarError('text', 'ADMIN_FAILED', 'y')).toMatchObject({
      code: 'ADMIN_FAILED',
      message: 'y: text',
    });
  });
});
