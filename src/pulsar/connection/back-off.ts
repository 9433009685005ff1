export interface BackOffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Exponential back-off with decorrelated jitter: each delay is uniform between the first one and three times the one
 * before, up to the greatest (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Clients that
 * lost one broker together come back spread out.
 */
export class BackOff {
  #lastMs: number;
  attempts = 0;

  constructor(readonly options: BackOffOptions) {
    this.#lastMs = options.firstMs;
  }

  nextMs(): number {
    const { firstMs, maxMs, random } = this.options;
    this.attempts++;
    this.#lastMs = Math.min(maxMs, firstMs + random() * (this.#lastMs * 3 - firstMs));
    return this.#lastMs;
  }

  /** What was tried has succeeded. */
  reset(): void {
    this.attempts = 0;
    this.#lastMs = this.options.firstMs;
  }
}

/** Resolves after `ms`. @throws the signal's reason, as soon as it is aborted */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
