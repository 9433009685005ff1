import type { Socket } from 'node:net';
import { writeFlushBytes, writeHighWaterBytes } from '../../../native-free-core/limits.js';

interface Batch {
  /** `queuedBytes` at its end. */
  readonly end: number;
}

/**
 * Gathers what is written in one turn of the event loop into one system call (writev), and keeps count of what the
 * operating system has taken. Node keeps a reference to each chunk until then, and so may not be handed memory that
 * changes: `writtenBytes` says what may be reused.
 */
export class SocketWriter {
  queuedBytes = 0;
  writtenBytes = 0;
  #chunks: Uint8Array[] = [];
  #chunkBytes = 0;
  #isScheduled = false;
  /** Batches that Node has and that are not yet written, oldest first. */
  readonly #batches: Batch[] = [];
  #writable: { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } | undefined;
  readonly #flush = () => this.flush();
  readonly #onWritten = (error?: Error | null) => this.#written(error);

  constructor(readonly socket: Socket) {}

  /** @returns false above the high-water mark; the bytes are taken nevertheless */
  write(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
    this.queuedBytes += chunk.length;
    if (this.#chunkBytes >= writeFlushBytes) this.flush();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#flush);
    }
    return this.queuedBytes - this.writtenBytes <= writeHighWaterBytes;
  }

  flush(): void {
    this.#isScheduled = false;
    const chunks = this.#chunks;
    if (chunks.length === 0 || this.socket.destroyed) return;
    this.#chunks = [];
    this.#chunkBytes = 0;
    this.#batches.push({ end: this.queuedBytes });
    const last = chunks.length - 1;
    this.socket.cork();
    for (let i = 0; i < last; i++) this.socket.write(chunks[i]);
    this.socket.write(chunks[last], this.#onWritten);
    this.socket.uncork();
  }

  /** Resolves when less than half the high-water mark waits. */
  whenWritable(): Promise<void> {
    if (this.#isLow()) return Promise.resolve();
    if (this.#writable === undefined) {
      let resolve = () => {};
      let reject: (error: Error) => void = () => {};
      const promise = new Promise<void>((yes, no) => {
        resolve = yes;
        reject = no;
      });
      this.#writable = { promise, resolve, reject };
    }
    return this.#writable.promise;
  }

  /** Who waits to write will wait in vain. */
  lost(error: Error): void {
    this.#chunks = [];
    this.#writable?.promise.catch(() => {});
    this.#writable?.reject(error);
    this.#writable = undefined;
  }

  #isLow(): boolean {
    return this.queuedBytes - this.writtenBytes <= writeHighWaterBytes / 2;
  }

  #written(error?: Error | null): void {
    const batch = this.#batches.shift();
    if (error || batch === undefined) return;
    this.writtenBytes = batch.end;
    if (this.#writable === undefined || !this.#isLow()) return;
    this.#writable.resolve();
    this.#writable = undefined;
  }
}
