import { describe, it } from 'vitest';
import type { PulsarError } from '../../src/pulsar/errors/pulsar-error.js';
import { createNativeClient } from '../../src/pulsar/native/native-client.js';
import { loadNativePackage } from '../../src/pulsar/native/native-package.js';
import { describeContract } from './contract.js';
import { describeWithBroker } from './shared-broker.js';

const missing = await loadNativePackage().then(
  () => undefined,
  (error: PulsarError) => error.message,
);

if (missing === undefined) {
  describeWithBroker('the native client', 'plain', broker => {
    describeContract(broker, {
      create: createNativeClient,
      compressions: ['none', 'lz4', 'zlib', 'snappy', 'zstd'],
      tellsDuplicates: true,
      tellsLast: false,
      redelivers: false,
    });
  });
} else {
  describe('the native client', () => {
    it.skip(`skipped: ${missing}`, () => undefined);
  });
}
