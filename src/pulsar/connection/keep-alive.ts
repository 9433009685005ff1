export interface KeepAliveSubject {
  ping(): void;
  /** Whether reading is stopped because no memory is free: then silence says nothing about the peer. */
  readonly isReadingPaused: boolean;
  onSilent(): void;
}

/**
 * A ping after an interval of silence; after a second one the peer is given up. While reading is paused pings go out
 * all the same: the broker cannot be heard then, but it takes any command as a sign of life.
 */
export class KeepAlive {
  readonly #timer: NodeJS.Timeout;
  #wasHeard = true;
  #isPinged = false;

  constructor(
    readonly subject: KeepAliveSubject,
    readonly intervalMs: number,
  ) {
    this.#timer = setInterval(() => this.#tick(), intervalMs);
    this.#timer.unref();
  }

  /** Bytes came. */
  heard(): void {
    this.#wasHeard = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (this.subject.isReadingPaused) {
      this.#wasHeard = true;
      this.#isPinged = false;
      this.subject.ping();
    } else if (this.#wasHeard) {
      this.#wasHeard = false;
      this.#isPinged = false;
    } else if (this.#isPinged) {
      this.stop();
      this.subject.onSilent();
    } else {
      this.#isPinged = true;
      this.subject.ping();
    }
  }
}
