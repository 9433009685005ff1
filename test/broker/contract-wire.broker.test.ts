import * as zlib from 'node:zlib';
import { createWireClient } from '../../src/pulsar/index.js';
import { describeContract } from './contract.js';
import { describeWithBroker } from './shared-broker.js';

describeWithBroker('the wire client', 'plain', broker => {
  describeContract(broker, {
    create: createWireClient,
    compressions: [
      'none',
      'lz4',
      'zlib',
      'snappy',
      ...('zstdCompressSync' in zlib ? (['zstd'] as const) : []),
    ],
    tellsDuplicates: true,
    tellsLast: true,
    redelivers: true,
  });
});
