/**
 * Fixed byte strings (field names, punctuation), copied four bytes at a time. A copy may write up to three bytes
 * past its end: what follows is written later, and every output area ends in slack.
 */
export class Literals {
  /** The strings, each padded to whole words. */
  readonly #words: Int32Array;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;

  constructor(texts: readonly string[]) {
    const encoded = texts.map(text => new TextEncoder().encode(text));
    this.#lengths = Int32Array.from(encoded, bytes => bytes.length);
    this.#starts = new Int32Array(texts.length + 1);
    encoded.forEach((bytes, i) => {
      this.#starts[i + 1] = this.#starts[i] + ((bytes.length + 3) >> 2);
    });
    const padded = new Uint8Array(this.#starts[texts.length] * 4);
    encoded.forEach((bytes, i) => {
      padded.set(bytes, this.#starts[i] * 4);
    });
    const view = new DataView(padded.buffer);
    this.#words = Int32Array.from({ length: padded.length / 4 }, (_, i) => view.getInt32(i * 4, true));
  }

  /** Writes literal i at byte `at`. @returns the position after it */
  write(i: number, data: DataView, at: number): number {
    const words = this.#words;
    const start = this.#starts[i];
    const n = this.#starts[i + 1] - start;
    for (let k = 0; k < n; k++) data.setInt32(at + 4 * k, words[start + k], true);
    return at + this.#lengths[i];
  }
}
