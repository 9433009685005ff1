/** Where bytes come from. What implements it next: Pulsar, a rotating set of files. */
export interface Source {
  /**
   * Reads some bytes into `target`. A promise says that there are none at once; 0 is the end of the stream.
   * @throws MillraceError with domain `input`
   */
  read(target: Uint8Array): number | Promise<number>;
  /** Publish time of what is read now (epoch ms): an event more than `max_ahead` after it is refused. */
  readonly publishTimeMs: number;
  close(): void;
}
