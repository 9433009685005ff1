import type { Source } from '../../../src/source/source.js';

/** A source over bytes in memory that says itself how many bytes each read gives, and whether at once. */
export class MemorySource implements Source {
  publishTimeMs = Number.POSITIVE_INFINITY;
  isClosed = false;
  #at = 0;

  /**
   * @param size bytes of the next read, 1 or more
   * @param isLater whether the next read comes as a promise
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly size: () => number = () => 65_536,
    readonly isLater: () => boolean = () => false,
  ) {}

  read(target: Uint8Array): number | Promise<number> {
    if (target.length === 0) throw new Error('read into no room at all');
    const read = Math.min(this.size(), target.length, this.bytes.length - this.#at);
    const part = this.bytes.subarray(this.#at, this.#at + read);
    this.#at += read;
    if (!this.isLater()) {
      target.set(part);
      return read;
    }
    return new Promise(resolve => {
      setImmediate(() => {
        target.set(part);
        resolve(read);
      });
    });
  }

  close(): void {
    this.isClosed = true;
  }
}
