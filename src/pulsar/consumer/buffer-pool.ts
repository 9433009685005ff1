import { pooledBytesMax } from '../../../native-free-core/limits.js';

const smallestShift = 12;

/** Shared buffers of 2^n bytes for what was decompressed; a few are kept for the next ones. */
export class BufferPool {
  #keptBytes = 0;
  readonly #kept: Uint8Array[][] = [];

  constructor(readonly keptBytesMax = pooledBytesMax) {}

  /** At least `bytes` long; holds anything. */
  take(bytes: number): Uint8Array {
    const shift = Math.max(smallestShift, 32 - Math.clz32(Math.max(1, bytes) - 1));
    const kept = this.#kept[shift]?.pop();
    if (kept === undefined) return new Uint8Array(new SharedArrayBuffer(2 ** shift));
    this.#keptBytes -= kept.length;
    return kept;
  }

  give(buffer: Uint8Array): void {
    if (this.#keptBytes + buffer.length > this.keptBytesMax) return;
    const shift = 31 - Math.clz32(buffer.length);
    this.#kept[shift] ??= [];
    this.#kept[shift].push(buffer);
    this.#keptBytes += buffer.length;
  }
}
