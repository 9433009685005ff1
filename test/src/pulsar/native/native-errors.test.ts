import { describe, expect, it } from 'vitest';
import { PulsarError } from '../../../../src/pulsar/errors/pulsar-error.js';
import { nativeError, translated } from '../../../../src/pulsar/native/native-errors.js';

const codeOf = (words: string): string => nativeError(new Error(words), 'test').code;

describe('errors of the native package', () => {
  it('get the code of the result that they name', () => {
    expect(codeOf('Failed to create producer: ProducerBusy')).toBe('PRODUCER_BUSY');
    expect(codeOf('Failed to send message: ProducerFenced')).toBe('PRODUCER_FENCED');
    expect(codeOf('Failed to subscribe: AuthorizationError')).toBe('AUTHORIZATION_FAILED');
    expect(codeOf('Failed to create consumer: ConsumerBusy ')).toBe('CONSUMER_BUSY');
    expect(codeOf('Failed: SomethingNew')).toBe('UNKNOWN_BROKER_ERROR');
    expect(codeOf('')).toBe('UNKNOWN_BROKER_ERROR');
  });

  it('tell a send without a receipt from other time-outs, and keep their cause', async () => {
    const cause = new Error('Failed to send message: TimeOut');
    const failing = translated('send to x', () => Promise.reject(cause), 'SEND_TIMEOUT');
    await expect(failing).rejects.toMatchObject({ code: 'SEND_TIMEOUT', cause });
    expect(codeOf('Failed to receive: TimeOut')).toBe('OPERATION_TIMEOUT');
  });

  it('are left alone when they are ours', () => {
    const ours = new PulsarError('CLOSED', 'closed');
    expect(nativeError(ours, 'test')).toBe(ours);
  });
});
