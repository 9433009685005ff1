import { constants, deflateSync, inflateSync } from 'node:zlib';
import { type Codec, decompressionFailed } from './codec.js';

/** Deflate in zlib's wrapping (RFC 1950), by Node. */
export const zlibCodec: Codec = {
  name: 'zlib',
  wireId: 2,
  compress: source => deflateSync(source),
  decompress(source, target) {
    let content: Uint8Array;
    try {
      // The Java client flushes its stream and does not always end it: the length tells whether it is whole.
      content = inflateSync(source, {
        maxOutputLength: Math.max(target.length, 1),
        finishFlush: constants.Z_SYNC_FLUSH,
      });
    } catch (error) {
      throw decompressionFailed('zlib', source, target, 'bad or too much data', error);
    }
    if (content.length !== target.length) {
      throw decompressionFailed('zlib', source, target, `it holds ${content.length}`);
    }
    target.set(content);
  },
};
