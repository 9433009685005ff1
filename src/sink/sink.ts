/** Where bytes go. What implements it next: Pulsar. */
export interface Sink {
  /**
   * Takes whole records; they must not be changed until it confirms. A promise confirms when it resolves, anything
   * else has confirmed already. Calls do not overlap.
   * @throws MillraceError with domain `output`
   */
  write(bytes: Uint8Array): void | Promise<void>;
  /** True when nobody reads any more (a closed pipe): an end, not a failure. */
  readonly isClosedByReader: boolean;
  close(): void | Promise<void>;
}
