import type { PendingFrames } from './pending-frames.js';
import type { ProducerSettings } from './producer-settings.js';

export interface TimedProducer {
  readonly pending: PendingFrames;
  sendBatch(): void;
}

/** Ends the wait of a batch that does not fill, and of frames whose receipts do not come. */
export class SendTimer {
  #batch: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #receipt: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(
    readonly owner: TimedProducer,
    readonly settings: ProducerSettings,
    readonly nowMs: () => number,
    readonly onTimeout: () => void,
  ) {}

  /** A batch has its first message. A timer that still runs for an earlier one may serve: it comes too soon at most. */
  batchBegun(): void {
    if (this.#batch !== undefined || this.#isStopped) return;
    const send = () => {
      this.#batch = undefined;
      this.owner.sendBatch();
    };
    const { batchDelayMs } = this.settings;
    this.#batch = batchDelayMs === 0 ? setImmediate(send) : setTimeout(send, batchDelayMs);
  }

  framesPending(): void {
    if (this.#receipt !== undefined || this.#isStopped || this.settings.sendTimeoutMs === 0) return;
    this.#armReceipt(this.settings.sendTimeoutMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#receipt);
    if (this.settings.batchDelayMs === 0) clearImmediate(this.#batch as NodeJS.Immediate);
    else clearTimeout(this.#batch as NodeJS.Timeout);
  }

  #armReceipt(ms: number): void {
    this.#receipt = setTimeout(() => this.#checkReceipt(), ms);
  }

  #checkReceipt(): void {
    const { pending } = this.owner;
    const { sendTimeoutMs } = this.settings;
    this.#receipt = undefined;
    if (pending.count === 0) return;
    const leftMs = pending.createdMs(pending.head) + sendTimeoutMs - this.nowMs();
    if (leftMs > 0) {
      this.#armReceipt(Math.ceil(leftMs));
      return;
    }
    this.onTimeout();
  }
}
