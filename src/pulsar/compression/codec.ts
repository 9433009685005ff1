import type { CompressionName } from '../api/producer.js';
import { PulsarError } from '../errors/pulsar-error.js';

/** One of Pulsar's compressions, of a whole payload (of a batch or of a single message). Keeps no state. */
export interface Codec {
  readonly name: Exclude<CompressionName, 'none'>;
  /** `CompressionType` in MessageMetadata. */
  readonly wireId: number;
  /** @throws PulsarError NOT_SUPPORTED where this Node can only decompress */
  compress(source: Uint8Array): Uint8Array;
  /**
   * Fills `target` to its last byte; it is as long as the metadata's `uncompressed_size` says (see
   * `checkUncompressedBytes`). Both may lie over shared memory.
   * @throws PulsarError DECOMPRESSION_FAILED when the bytes are bad, or come to more or less than that; then
   * `target` holds anything
   */
  decompress(source: Uint8Array, target: Uint8Array): void;
}

/** What every codec says of bytes that it cannot read. */
export function decompressionFailed(
  name: string,
  source: Uint8Array,
  target: Uint8Array,
  why: string,
  cause?: unknown,
): PulsarError {
  return new PulsarError(
    'DECOMPRESSION_FAILED',
    `${name}: ${source.length} bytes that should become ${target.length}: ${why}`,
    { cause },
  );
}
