import { closeSync, openSync, readSync } from 'node:fs';
import { MillraceError, reasonOf } from '../errors.js';
import type { Source } from './source.js';

/** A regular file, read through the page cache without leaving the thread: cheaper than a hop to the pool. */
export class FileSource implements Source {
  readonly #fd: number;
  readonly #path: string;

  /** @param publishTimeMs the wall clock at start: all of the file counts as published then */
  constructor(
    path: string,
    readonly publishTimeMs: number,
  ) {
    this.#path = path;
    try {
      this.#fd = openSync(path, 'r');
    } catch (cause) {
      throw new MillraceError('source_unreadable', `cannot open ${path}: ${reasonOf(cause)}`, {
        domain: 'input',
        cause,
      });
    }
  }

  read(target: Uint8Array): number {
    try {
      return readSync(this.#fd, target, 0, target.length, null);
    } catch (cause) {
      throw new MillraceError('source_unreadable', `cannot read ${this.#path}: ${reasonOf(cause)}`, {
        domain: 'input',
        cause,
      });
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
