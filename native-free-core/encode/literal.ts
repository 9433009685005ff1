/**
 * Fixed byte strings (field names, punctuation), copied eight bytes at a time: as doubles, which is exact, for UTF-8
 * text never looks like a NaN. A copy may write up to seven bytes past its end: what follows is written later, and
 * every output area ends in slack.
 */
export class Literals {
  /** The strings, each padded to whole words. */
  readonly #words: Float64Array;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;

  constructor(texts: readonly string[]) {
    const encoded = texts.map(text => new TextEncoder().encode(text));
    this.#lengths = Int32Array.from(encoded, bytes => bytes.length);
    this.#starts = new Int32Array(texts.length + 1);
    encoded.forEach((bytes, i) => {
      this.#starts[i + 1] = this.#starts[i] + ((bytes.length + 7) >> 3);
    });
    const padded = new Uint8Array(this.#starts[texts.length] * 8);
    encoded.forEach((bytes, i) => {
      padded.set(bytes, this.#starts[i] * 8);
    });
    this.#words = new Float64Array(padded.buffer);
  }

  /** Writes literal i at byte `at`. @returns the position after it */
  write(i: number, data: DataView, at: number): number {
    const words = this.#words;
    const end = this.#starts[i + 1];
    let p = at;
    for (let k = this.#starts[i]; k < end; k++, p += 8) data.setFloat64(p, words[k], true);
    return at + this.#lengths[i];
  }
}
