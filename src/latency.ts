const kept = 512;

/** Latencies of the latest chunks, for the live line. */
export class Latency {
  readonly #latest = new Float64Array(kept);
  #count = 0;
  #max = 0;

  add(ms: number): void {
    this.#latest[this.#count++ % kept] = ms;
    if (ms > this.#max) this.#max = ms;
  }

  get max(): number {
    return this.#max;
  }

  /** Median of the latest 512 chunks, in milliseconds; 0 before the first. */
  get median(): number {
    const n = Math.min(this.#count, kept);
    return n === 0 ? 0 : this.#latest.slice(0, n).sort()[n >> 1];
  }
}
