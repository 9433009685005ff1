import { firstPermitsMax } from '../../../native-free-core/limits.js';
import type { ArenaBudget, BudgetWaiter } from './arena-budget.js';

/** Assumed of a message before the first one came. */
const firstMessageBytes = 1024;

/**
 * How many messages the broker may send. Permits count messages, memory counts bytes: a message's size is estimated
 * from what came, quickly upwards and slowly downwards. Before anything came, a modest number is asked for.
 *
 * `outstanding` may fall below zero: a broker sends a whole batch for one permit, and counts the debt as we do.
 */
export class FlowPermits implements BudgetWaiter {
  /** Permits given to the broker for which nothing has been taken from the queue. */
  outstanding = 0;
  #heldMessages = 0;
  #heldBytes = 0;
  #queuedEntries = 0;
  #queuedBytes = 0;
  #bytesPerMessage = 0;
  #committed = 0;
  #isOpen = false;
  #isPaused = false;

  /** @param grant sends FLOW */
  constructor(
    readonly queueMessages: number,
    readonly budget: ArenaBudget,
    readonly grant: (permits: number) => void,
  ) {}

  get bytesPerMessage(): number {
    return this.#bytesPerMessage;
  }

  /** A new session: the broker has no permits of ours. What is held stays held. */
  open(): void {
    this.#isOpen = true;
    this.#isPaused = false;
    this.outstanding = 0;
    this.#commit();
    this.topUp();
  }

  /** The session ended, and the queue was emptied. */
  close(): void {
    this.#isOpen = false;
    this.outstanding = 0;
    this.#queuedEntries = this.#queuedBytes = 0;
    this.budget.unwait(this);
    this.#commit();
  }

  arrived(bytes: number): void {
    this.#queuedEntries++;
    this.#queuedBytes += bytes;
    if (this.#queuedBytes > this.outstanding * this.#bytesPerMessage) this.#commit();
  }

  /** Of the first entry of all, as soon as it arrives. */
  learn(messages: number, bytes: number): void {
    this.#estimate(messages, bytes);
    this.#commit();
    this.topUp();
  }

  /** From the queue into somebody's hands. */
  taken(messages: number, bytes: number): void {
    this.#unqueue(messages, bytes);
    this.#heldMessages += messages;
    this.#heldBytes += bytes;
    this.#estimate(messages, bytes);
    this.#commit();
  }

  /** From the queue into nobody's hands. */
  dropped(messages: number, bytes: number): void {
    this.#unqueue(messages, bytes);
    this.#commit();
    this.topUp();
  }

  released(messages: number, bytes: number): void {
    this.#heldMessages -= messages;
    this.#heldBytes -= bytes;
    this.#commit();
    this.topUp();
  }

  onBudget(): void {
    this.topUp();
  }

  topUp(): void {
    if (!this.#isOpen || this.#isPaused) return;
    const wanted = this.queueMessages - this.outstanding - this.#heldMessages;
    const isIdle = this.outstanding <= 0 && this.#queuedEntries === 0 && this.#heldMessages === 0;
    if (wanted <= 0 || (wanted < this.queueMessages / 2 && !isIdle)) return;
    const room = Math.max(0, this.budget.freeBytes);
    let permits = 0;
    if (this.#bytesPerMessage > 0) {
      permits = Math.min(wanted, Math.floor(room / this.#bytesPerMessage));
      if (permits < wanted) this.budget.wait(this);
    } else if (isIdle) permits = Math.min(wanted, firstPermitsMax, Math.floor(room / firstMessageBytes));
    // Whoever has nothing may always have one entry, or else a full arena could starve a partition for good.
    if (isIdle) permits = Math.max(permits, 1 - this.outstanding);
    if (permits <= 0) return;
    this.outstanding += permits;
    this.#commit();
    this.grant(permits);
  }

  /** No more permits until `resume`. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.topUp();
  }

  /** One permit more, if nothing came: a broker looks at its cursor whenever permits come. */
  remind(): void {
    if (!this.#isOpen || this.#isPaused || this.#queuedEntries > 0 || this.#heldMessages > 0) return;
    this.outstanding++;
    this.#commit();
    this.grant(1);
  }

  #unqueue(messages: number, bytes: number): void {
    this.outstanding -= messages;
    this.#queuedEntries--;
    this.#queuedBytes -= bytes;
  }

  #estimate(messages: number, bytes: number): void {
    if (messages === 0) return;
    const each = Math.max(1, bytes / messages);
    const before = this.#bytesPerMessage;
    this.#bytesPerMessage = each > before ? each : before + (each - before) / 16;
  }

  #commit(): void {
    const expected = this.outstanding * this.#bytesPerMessage;
    const now = Math.max(expected, this.#queuedBytes) + this.#heldBytes;
    if (now === this.#committed) return;
    this.budget.commit(now - this.#committed);
    this.#committed = now;
  }
}
