import type { ClientContext } from '../client-context.js';
import { checkUncompressedBytes } from '../compression/codecs.js';
import { asPulsarError, type PulsarError } from '../errors/pulsar-error.js';
import { BufferPool } from './buffer-pool.js';

/** Decompresses payloads into pooled buffers. */
export class PayloadOpener {
  readonly pool = new BufferPool();

  constructor(readonly codecByWireId: ClientContext['codecByWireId']) {}

  /** @returns a buffer of the pool that begins with the `uncompressedBytes`; or why it cannot be had */
  open(wireId: number, source: Uint8Array, uncompressedBytes: number): Uint8Array | PulsarError {
    let buffer: Uint8Array | undefined;
    try {
      checkUncompressedBytes(uncompressedBytes);
      const codec = this.codecByWireId(wireId);
      buffer = this.pool.take(uncompressedBytes);
      codec.decompress(source, buffer.subarray(0, uncompressedBytes));
      return buffer;
    } catch (error) {
      if (buffer !== undefined) this.pool.give(buffer);
      return asPulsarError(error, 'DECOMPRESSION_FAILED', 'decompress');
    }
  }
}
