import { describe, expect, it } from 'vitest';
import {
  batchBytesMaxMax,
  batchMessagesMaxMax,
  pendingBytesMaxMax,
  pendingMessagesMaxMax,
  timerMsMax,
} from '../../../../native-free-core/limits.js';
import type { ProducerOptions } from '../../../../src/pulsar/api/producer.js';
import { settingsOf } from '../../../../src/pulsar/producer/producer-settings.js';

const settings = (options: object) => settingsOf({ topic: 't', ...options } as ProducerOptions);

describe('the settings of a producer', () => {
  it('have the defaults that the api names', () => {
    expect(settings({})).toEqual({
      name: undefined,
      access: 'Shared',
      isBatching: true,
      batchMessagesMax: 1000,
      batchBytesMax: 131_072,
      batchDelayMs: 1,
      isBatchedByKey: false,
      codec: undefined,
      routingHash: 'java-string',
      schema: undefined,
      pendingMessagesMax: 10_000,
      pendingBytesMax: 16_777_216,
      sendTimeoutMs: 30_000,
      isChunking: false,
      metadata: [],
    });
    expect(settings({ chunking: true })).toMatchObject({ isChunking: true, isBatching: false });
    expect(
      settings({ schema: { name: 's', type: 'NONE', schema: new Uint8Array() } }).schema,
    ).toBeUndefined();
  });

  const bounds: readonly [string, (value: unknown) => object, number, number][] = [
    ['batching.messagesMax', messagesMax => ({ batching: { messagesMax } }), 1, batchMessagesMaxMax],
    ['batching.bytesMax', bytesMax => ({ batching: { bytesMax } }), 1, batchBytesMaxMax],
    ['batching.delayMs', delayMs => ({ batching: { delayMs } }), 0, timerMsMax],
    ['pendingMessagesMax', pendingMessagesMax => ({ pendingMessagesMax }), 1, pendingMessagesMaxMax],
    ['pendingBytesMax', pendingBytesMax => ({ pendingBytesMax }), 1, pendingBytesMaxMax],
    ['sendTimeoutMs', sendTimeoutMs => ({ sendTimeoutMs }), 0, timerMsMax],
  ];
  it.each(
    bounds,
  )('%s is a number within its bounds, or an error that names it', (name, options, least, most) => {
    settings(options(least));
    settings(options(most));
    for (const value of [least - 1, most + 1, Number.NaN, Number.POSITIVE_INFINITY, '5']) {
      const refused = expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(name),
      });
      expect(() => settings(options(value)), `${name} ${value}`).toThrow(refused);
    }
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: 5 }],
    ['access', { access: 'Everybody' }],
    ['compression', { compression: 'rar' }],
    ['routingHash', { routingHash: 'md5' }],
    ['schema.type', { schema: { name: 's', type: 'XML', schema: new Uint8Array() } }],
    ['chunking', { chunking: true, batching: { enabled: true } }],
    ['batching.byKey', { batching: { byKey: 'yes' } }],
    ['batching.enabled', { batching: { enabled: 'no' } }],
    ['batching is true', { batching: true }],
    ['batching is null', { batching: null }],
    ['chunking', { chunking: 'yes' }],
    ['schema is "STRING"', { schema: 'STRING' }],
    ['schema.schema', { schema: { name: 's', type: 'JSON', schema: '{}' } }],
    ['schema.type is missing', { schema: { name: 's', schema: new Uint8Array() } }],
    ['properties.a', { properties: { a: 5 } }],
    ['partitionsUpdateMs', { partitionsUpdateMs: 'often' }],
    ['batching.maxMessages', { batching: { maxMessages: 5 } }],
    ['sendTimeout;', { sendTimeout: 5 }],
  ])('%s is one of what there is: %o', (name, options) => {
    const refused = expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(name),
    });
    expect(() => settings(options)).toThrow(refused);
  });
});
