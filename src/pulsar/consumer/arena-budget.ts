import type { ReceiveArena } from '../../../native-free-core/wire/receive-arena.js';

export interface BudgetWaiter {
  /** Bytes became free; called in a microtask of its own. */
  onBudget(): void;
}

/**
 * What the consumers of one client have asked brokers for or hold, in bytes: permits are given only for what the
 * arena can take. Batches may turn out larger than was thought; then TCP holds the broker back.
 */
export class ArenaBudget {
  /** A quarter stays free: segments are given back whole, and each connection is filling one. */
  readonly totalBytes: number;
  #committed = 0;
  #isScheduled = false;
  readonly #waiting = new Set<BudgetWaiter>();

  constructor(arena: ReceiveArena) {
    this.totalBytes = Math.floor(arena.segments * arena.segmentBytes * 0.75);
  }

  /** The one of that arena. */
  static of(arena: ReceiveArena): ArenaBudget {
    let budget = budgets.get(arena);
    if (budget === undefined) {
      budget = new ArenaBudget(arena);
      budgets.set(arena, budget);
    }
    return budget;
  }

  get freeBytes(): number {
    return this.totalBytes - this.#committed;
  }

  commit(bytes: number): void {
    this.#committed += bytes;
    if (bytes >= 0 || this.#waiting.size === 0 || this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#wake());
  }

  /** Once: who still wants after being told must wait again. */
  wait(waiter: BudgetWaiter): void {
    this.#waiting.add(waiter);
  }

  unwait(waiter: BudgetWaiter): void {
    this.#waiting.delete(waiter);
  }

  #wake(): void {
    this.#isScheduled = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const waiter of waiting) waiter.onBudget();
  }
}

const budgets = new WeakMap<ReceiveArena, ArenaBudget>();
