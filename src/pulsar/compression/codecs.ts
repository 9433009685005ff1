import { entryBytesMax } from '../../../native-free-core/limits.js';
import type { CompressionName } from '../api/producer.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { type Codec, decompressionFailed } from './codec.js';
import { compressLz4, decompressLz4 } from './lz4-block.js';
import { compressSnappy, decompressSnappy } from './snappy-block.js';
import { zlibCodec } from './zlib.js';
import { zstd } from './zstd.js';

const lz4 = blockCodec('lz4', 1, compressLz4, decompressLz4);
const snappy = blockCodec('snappy', 4, compressSnappy, decompressSnappy);
const codecs: readonly Codec[] = [lz4, zlibCodec, zstd, snappy];

/** Undefined for `none`. */
export function codecByName(name: CompressionName): Codec | undefined {
  return codecs.find(codec => codec.name === name);
}

/**
 * The codec of an entry's `compression`, which is not 0.
 * @throws PulsarError DECOMPRESSION_FAILED for a number that is none
 */
export function codecByWireId(wireId: number): Codec {
  const codec = codecs.find(candidate => candidate.wireId === wireId);
  if (codec !== undefined) return codec;
  throw new PulsarError('DECOMPRESSION_FAILED', `compression type ${wireId} is not known`);
}

/**
 * To be asked before memory is taken for an entry's payload.
 * @param declared `uncompressed_size` of its metadata
 * @throws PulsarError DECOMPRESSION_FAILED
 */
export function checkUncompressedBytes(declared: number, max = entryBytesMax): void {
  if (declared <= max) return;
  throw new PulsarError(
    'DECOMPRESSION_FAILED',
    `an entry declares ${declared} bytes after decompression; at most ${max} are taken`,
  );
}

function blockCodec(
  name: 'lz4' | 'snappy',
  wireId: number,
  compress: (source: Uint8Array) => Uint8Array,
  decompress: (source: Uint8Array, target: Uint8Array) => number,
): Codec {
  return {
    name,
    wireId,
    compress,
    decompress(source, target) {
      const filled = decompress(source, target);
      if (filled === target.length) return;
      const why = filled < 0 ? 'bad data, or another size' : `it holds ${filled}`;
      throw decompressionFailed(name, source, target, why);
    },
  };
}
