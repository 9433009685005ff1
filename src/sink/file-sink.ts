import { closeSync, openSync, writeSync } from 'node:fs';
import { MillraceError } from '../errors.js';
import type { Sink } from './sink.js';

/** A file, written anew; opened at once, or with the first record. Confirmed when the operating system has it. */
export class FileSink implements Sink {
  readonly isClosedByReader = false;
  readonly #path: string;
  #fd = -1;

  constructor(path: string, isOpenedLate = false) {
    this.#path = path;
    if (!isOpenedLate) this.#open();
  }

  #open(): void {
    try {
      this.#fd = openSync(this.#path, 'w');
    } catch (cause) {
      throw new MillraceError('sink_unwritable', `cannot open ${this.#path} for writing`, {
        domain: 'output',
        cause,
      });
    }
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#fd < 0) this.#open();
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at, bytes.length - at);
    } catch (cause) {
      throw new MillraceError('sink_unwritable', `cannot write to ${this.#path}`, {
        domain: 'output',
        cause,
      });
    }
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}
