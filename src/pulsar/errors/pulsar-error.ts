import { type ErrorDomain, MillraceError } from '../../errors.js';
import { codeOfServerError, type PulsarErrorCode, pulsarErrorCodes } from './error-codes.js';

export interface PulsarErrorOptions {
  readonly cause?: unknown;
  /** What the user can do about it, as one line. */
  readonly hint?: string | undefined;
  /** Where the code's own domain would mislead: a lost connection of a producer is of the output. */
  readonly domain?: ErrorDomain | undefined;
  /** Number of the broker's `ServerError`, where the broker said so itself. */
  readonly serverError?: number | undefined;
  readonly httpStatus?: number | undefined;
}

/** Every error of the Pulsar client. `retryable` comes from the catalogue in `error-codes.ts`. */
export class PulsarError extends MillraceError {
  declare readonly code: PulsarErrorCode;
  readonly serverError: number | undefined;
  readonly httpStatus: number | undefined;

  constructor(code: PulsarErrorCode, message: string, options: PulsarErrorOptions = {}) {
    const entry = pulsarErrorCodes[code];
    super(code, message, {
      domain: options.domain ?? entry.domain,
      retryable: entry.retryable,
      ...(options.hint === undefined ? {} : { hint: options.hint }),
      ...(options.cause === undefined ? {} : { cause: options.cause }),
    });
    this.name = 'PulsarError';
    this.serverError = options.serverError;
    this.httpStatus = options.httpStatus;
  }
}

/**
 * The error that the broker's answer stands for.
 * @param doing what was asked, for the message: `subscribe to persistent://public/default/x`
 */
export function brokerError(serverError: number, words: string, doing: string): PulsarError {
  const code = codeOfServerError[serverError] ?? 'UNKNOWN_BROKER_ERROR';
  return new PulsarError(code, `${doing}: ${words === '' ? 'the broker gave no reason' : words}`, {
    serverError,
  });
}

/** `error` itself if it is ours; anything else as the cause of a `code`. */
export function asPulsarError(error: unknown, code: PulsarErrorCode, doing: string): PulsarError {
  if (error instanceof PulsarError) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new PulsarError(code, `${doing}: ${words}`, { cause: error });
}
