import zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { PulsarError } from '../errors/pulsar-error.js';
import { type Codec, decompressionFailed } from './codec.js';
import { refuseZstd } from './zstd-frame.js';

/** What Node has from 22.15 on; its types here are those of the oldest Node that is supported. */
interface NativeZstd {
  readonly zstdCompressSync?: (source: Uint8Array) => Uint8Array;
  readonly zstdDecompressSync?: (source: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;
}

const native: NativeZstd = zlib as object;

/** Zstandard by Node itself; by `fzstd`, and for reading only, where Node is older than 22.15. */
export const zstd: Codec = zstdCodec(native);

/** @param by what Node offers; nothing: as on an older one */
export function zstdCodec(by: NativeZstd): Codec {
  return {
    name: 'zstd',
    wireId: 3,
    compress(source) {
      if (by.zstdCompressSync !== undefined) return by.zstdCompressSync(source);
      throw new PulsarError(
        'NOT_SUPPORTED',
        `compression "zstd" needs Node 22.15 or newer; this is ${process.versions.node}`,
        { hint: 'take lz4, zlib or snappy, or a newer Node', domain: 'configuration' },
      );
    },
    decompress(source, target) {
      const refusal = refuseZstd(source, target.length);
      if (refusal !== undefined) throw decompressionFailed('zstd', source, target, refusal);
      let filled: number;
      try {
        filled =
          by.zstdDecompressSync === undefined
            ? fillPurely(source, target)
            : fill(by.zstdDecompressSync(source, { maxOutputLength: Math.max(target.length, 1) }), target);
      } catch (error) {
        throw decompressionFailed('zstd', source, target, 'bad data', error);
      }
      if (filled !== target.length) throw decompressionFailed('zstd', source, target, `it holds ${filled}`);
    },
  };
}

function fill(content: Uint8Array, target: Uint8Array): number {
  if (content.length <= target.length) target.set(content);
  return content.length;
}

/** Block by block, so that a frame which holds more than it should is found at its first block too many. */
function fillPurely(source: Uint8Array, target: Uint8Array): number {
  let to = 0;
  const stream = new Decompress(block => {
    if (block.length > target.length - to) throw new RangeError('more content than declared');
    target.set(block, to);
    to += block.length;
  });
  stream.push(source, true);
  return to;
}
