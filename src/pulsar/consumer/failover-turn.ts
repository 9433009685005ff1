/** After a broker said that this consumer is the active one, it has ended its own part of the take-over within this. */
const settleMs = 200;
/** A broker that has said nothing for so long says nothing. */
const noticeMsMax = 5000;

export interface TurnSteps {
  /** The first permits of a session. */
  grant(): void;
  /** Permits once more if nothing came. */
  remind(): void;
  /** What waits is not for us, or comes again; no permits until `redeliver`. */
  withhold(): void;
  /** Everything that is not acknowledged is to come (again), and what came before it is not taken. */
  redeliver(): void;
}

/**
 * When a consumer of a Failover subscription may have permits, and may hand out what came.
 *
 * At a take-over the broker (4.0, `PersistentDispatcherSingleActiveConsumer`) waits for a second and then sets its
 * cursor back to what is not acknowledged. In that second the end of a write to the consumer that left makes it read
 * on for the new one, if that has permits: messages are sent out of their order, or the read waits at the end of the
 * topic, is not woken by the setting back, and nothing is sent until somebody publishes. So:
 *
 * - A consumer gives no permits before it hears that it is active: then nothing can be read too early. Permits that
 *   come before the broker has ended its take-over are counted but start nothing, hence the reminder.
 * - One that was active before in this session has given permits that cannot be taken back. It hands out nothing
 *   before it has asked for everything again, which ends the waiting read.
 */
export class FailoverTurn {
  /** Whether what came may be handed out. */
  isOurs: boolean;
  #isOpen = false;
  #isActive = false;
  #hasPermits = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param isTold whether the broker says which consumer is the active one: Failover on a persistent topic */
  constructor(
    readonly isTold: boolean,
    readonly steps: TurnSteps,
  ) {
    this.isOurs = !isTold;
  }

  /** SUBSCRIBE goes out; the broker's word may come before its answer. */
  begin(): void {
    this.end();
  }

  open(): void {
    this.#isOpen = true;
    if (!this.isTold) this.steps.grant();
    else if (this.#isActive) this.#activate();
    else this.#later(noticeMsMax, () => this.#activate());
  }

  /** The session is over. */
  end(): void {
    clearTimeout(this.#timer);
    this.isOurs = !this.isTold;
    this.#isOpen = this.#isActive = this.#hasPermits = false;
  }

  told(isActive: boolean): void {
    this.#isActive = isActive;
    if (!this.isTold || !this.#isOpen) return;
    clearTimeout(this.#timer);
    if (isActive) this.#activate();
    else this.#withhold();
  }

  #activate(): void {
    if (!this.#hasPermits) {
      this.#hasPermits = this.isOurs = true;
      this.steps.grant();
      this.#later(settleMs, () => this.steps.remind());
      return;
    }
    this.#withhold();
    this.#later(settleMs, () => {
      this.isOurs = true;
      this.steps.redeliver();
    });
  }

  #withhold(): void {
    this.isOurs = false;
    this.steps.withhold();
  }

  #later(ms: number, step: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(step, ms);
    this.#timer.unref();
  }
}
