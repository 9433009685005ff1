import {
  idsPerRedelivery,
  negativeAckDelayMsMax,
  negativeAcksMax,
} from '../../../native-free-core/limits.js';
import type { MessageId } from '../api/message-id.js';
import { entryKey } from './message-ids.js';

interface Due {
  readonly id: MessageId;
  readonly atMs: number;
}

/**
 * Entries that are to come again, each after its delay. A batch comes again as a whole (without what is acknowledged),
 * so that the first of its negative acknowledgements counts.
 */
export class NegativeAcks {
  readonly #due = new Map<string, Due>();
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = 0;

  /** @param redeliver sends at most `idsPerRedelivery` ids */
  constructor(
    readonly firstDelayMs: number,
    readonly nowMs: () => number,
    readonly redeliver: (ids: readonly MessageId[]) => void,
  ) {}

  get size(): number {
    return this.#due.size;
  }

  add(ids: readonly MessageId[], redeliveryCount: number): void {
    const doublings = Math.min(redeliveryCount, 30);
    const atMs = this.nowMs() + Math.min(this.firstDelayMs * 2 ** doublings, negativeAckDelayMsMax);
    for (const id of ids) {
      if (this.#due.size >= negativeAcksMax) this.#send([id]);
      else if (!this.#due.has(entryKey(id))) this.#due.set(entryKey(id), { id, atMs });
    }
    this.#schedule(atMs);
  }

  /** It was acknowledged after all. */
  remove(id: MessageId): void {
    if (this.#due.size > 0 && (id.batchIndex < 0 || id.batchSize <= 1)) this.#due.delete(entryKey(id));
  }

  /** Everything comes again, for another reason. */
  clear(): void {
    this.#due.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(atMs: number): void {
    if (this.#timer !== undefined && this.#timerAtMs <= atMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(() => this.#flush(), Math.max(1, atMs - this.nowMs()));
    this.#timer.unref();
  }

  #flush(): void {
    this.#timer = undefined;
    // What is due within a moment goes along: one command instead of many.
    const limit = this.nowMs() + Math.min(100, this.firstDelayMs / 10);
    const ids: MessageId[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [key, due] of this.#due) {
      if (due.atMs <= limit) {
        ids.push(due.id);
        this.#due.delete(key);
      } else if (due.atMs < nextMs) nextMs = due.atMs;
    }
    this.#send(ids);
    if (nextMs < Number.POSITIVE_INFINITY) this.#schedule(nextMs);
  }

  #send(ids: readonly MessageId[]): void {
    for (let at = 0; at < ids.length; at += idsPerRedelivery) {
      this.redeliver(ids.slice(at, at + idsPerRedelivery));
    }
  }
}
