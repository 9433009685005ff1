import type { PulsarError } from '../errors/pulsar-error.js';

export interface WaitedFor {
  /** Messages taken, and those that are done: confirmed, or failed. */
  readonly accepted: number;
  readonly settled: number;
  readonly isFull: boolean;
  readonly stoppedBecause: PulsarError | undefined;
}

interface Waiter {
  /** `settled` at which it is done. */
  readonly at: number;
  readonly resolve: () => void;
  readonly reject: (error: PulsarError) => void;
  failure: PulsarError | undefined;
}

/** Who waits for room, and who for receipts: rare, and so with promises. */
export class Waiters {
  #forRoom: Waiter[] = [];
  #forReceipts: Waiter[] = [];

  constructor(readonly owner: WaitedFor) {}

  whenWritable(): Promise<void> {
    const { stoppedBecause, isFull } = this.owner;
    if (stoppedBecause !== undefined) return Promise.reject(stoppedBecause);
    if (!isFull) return Promise.resolve();
    return this.#wait(this.#forRoom, 0);
  }

  whenConfirmed(): Promise<void> {
    const { accepted, settled } = this.owner;
    return accepted === settled ? Promise.resolve() : this.#wait(this.#forReceipts, accepted);
  }

  /** Messages have failed: whoever waits for them will hear of it. */
  failed(error: PulsarError): void {
    for (const waiter of this.#forReceipts) waiter.failure ??= error;
  }

  /** `settled` has grown. */
  moved(): void {
    const waiters = this.#forReceipts;
    while (waiters.length > 0 && waiters[0].at <= this.owner.settled) {
      const { failure, resolve, reject } = waiters.shift() as Waiter;
      if (failure === undefined) resolve();
      else reject(failure);
    }
  }

  room(): void {
    for (const waiter of this.#forRoom.splice(0)) waiter.resolve();
  }

  stopped(error: PulsarError): void {
    for (const waiter of this.#forRoom.splice(0)) waiter.reject(error);
  }

  #wait(waiters: Waiter[], at: number): Promise<void> {
    return new Promise((resolve, reject) => waiters.push({ at, resolve, reject, failure: undefined }));
  }
}
