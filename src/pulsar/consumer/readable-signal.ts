/** Wakes whoever waits for something to happen. */
export class ReadableSignal {
  #waiting: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  /** Until the next `wake`. */
  wait(): Promise<void> {
    this.#waiting ??= new Promise(resolve => {
      this.#wake = resolve;
    });
    return this.#waiting;
  }

  /** Until the next `wake`, or for so long; the timer holds the process. */
  async waitMs(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.wait(), late]);
    clearTimeout(timer);
  }

  wake(): void {
    const wake = this.#wake;
    if (wake === undefined) return;
    this.#waiting = this.#wake = undefined;
    wake();
  }
}
