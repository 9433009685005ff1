import { brokerError, PulsarError } from '../errors/pulsar-error.js';
import type { Command } from '../protocol/command.js';

interface Pending {
  readonly doing: string;
  readonly replyType: number;
  readonly resolve: (reply: never) => void;
  readonly reject: (error: PulsarError) => void;
  readonly timer: NodeJS.Timeout;
}

interface Answer {
  readonly requestId: number;
  readonly error?: number | undefined;
  readonly message?: string | undefined;
}

/** Requests that wait for their answers, by request id. */
export class PendingRequests {
  readonly #pending = new Map<number, Pending>();

  get size(): number {
    return this.#pending.size;
  }

  /** @param doing for the message of an error: `LOOKUP persistent://public/default/x` */
  add<T>(requestId: number, replyType: number, doing: string, timeoutMs: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(requestId);
        reject(new PulsarError('OPERATION_TIMEOUT', `${doing}: no answer within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#pending.set(requestId, { doing, replyType, resolve, reject, timer });
    });
  }

  /** An answer of `type`. False: nobody waits for it (it came after its time-out, or was never asked for). */
  answer(type: number, reply: Answer): boolean {
    const pending = this.#pending.get(reply.requestId);
    if (pending === undefined || pending.replyType !== type) return false;
    this.#take(reply.requestId, pending);
    if (reply.error === undefined) pending.resolve(reply as never);
    else pending.reject(brokerError(reply.error, reply.message ?? '', pending.doing));
    return true;
  }

  /** An ERROR, whatever was asked. */
  refuse(requestId: number, serverError: number, words: string): boolean {
    const pending = this.#pending.get(requestId);
    if (pending === undefined) return false;
    this.#take(requestId, pending);
    pending.reject(brokerError(serverError, words, pending.doing));
    return true;
  }

  /** The connection is gone. */
  failAll(error: PulsarError): void {
    for (const [requestId, pending] of [...this.#pending]) {
      this.#take(requestId, pending);
      pending.reject(new PulsarError(error.code, `${pending.doing}: ${error.message}`, { cause: error }));
    }
  }

  #take(requestId: number, pending: Pending): void {
    this.#pending.delete(requestId);
    clearTimeout(pending.timer);
  }
}

/** A request in words: `LOOKUP persistent://public/default/x`. */
export function doingOf(what: Command, fields: object): string {
  const { topic } = fields as { topic?: unknown };
  return typeof topic === 'string' ? `${what.name} ${topic}` : what.name;
}
