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
      content = inflateSync(source, {
        maxOutputLength: Math.max(target.length, 1),
        finishFlush: isFlushed(source) ? constants.Z_SYNC_FLUSH : constants.Z_FINISH,
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

/** The Java client flushes its stream and does not end it: an empty stored block comes last, and no checksum. */
function isFlushed(source: Uint8Array): boolean {
  const at = source.length - 4;
  return (
    at >= 0 && source[at] === 0 && source[at + 1] === 0 && source[at + 2] === 255 && source[at + 3] === 255
  );
}
