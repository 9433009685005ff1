import { closeSync, openSync, writeSync } from 'node:fs';
import { MillraceError, reasonOf } from '../errors.js';
import type { Sink } from './sink.js';

const standardOutput = 1;

/** A file, written anew; opened at once, or with the first record. Confirmed when the operating system has it. */
export class FileSink implements Sink {
  readonly isClosedByReader = false;
  readonly #path: string;
  #fd = -1;

  constructor(path: string, isOpenedLate = false) {
    this.#path = path;
    if (!isOpenedLate) this.#open();
  }

  /**
   * The file that standard output was redirected to. `process.stdout` would take a write that a full disk cut short
   * for a whole one.
   */
  static ofStandardOutput(fd = standardOutput): FileSink {
    const sink = new FileSink('standard output', true);
    sink.#fd = fd;
    return sink;
  }

  #open(): void {
    try {
      this.#fd = openSync(this.#path, 'w');
    } catch (cause) {
      throw this.#unwritable('open', cause);
    }
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#fd < 0) this.#open();
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at, bytes.length - at);
    } catch (cause) {
      throw this.#unwritable('write to', cause);
    }
  }

  #unwritable(verb: string, cause: unknown): MillraceError {
    return new MillraceError('sink_unwritable', `cannot ${verb} ${this.#path}: ${reasonOf(cause)}`, {
      domain: 'output',
      cause,
    });
  }

  close(): void {
    if (this.#fd > standardOutput) closeSync(this.#fd);
    this.#fd = -1;
  }
}
