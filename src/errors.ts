/** Which part of the world an error comes from; `configuration` ends the process with exit code 2, others with 1. */
export type ErrorDomain = 'configuration' | 'input' | 'output' | 'engine';

export interface MillraceErrorOptions {
  readonly domain: ErrorDomain;
  /** Whether trying the same again may succeed. */
  readonly retryable?: boolean;
  /** What the user can do about it, as one line. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error of the outside world (files, configuration, network): never used for a broken invariant of our own. */
export class MillraceError extends Error {
  /** Stable, machine-readable: what a caller may branch on. */
  readonly code: string;
  readonly domain: ErrorDomain;
  readonly retryable: boolean;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: MillraceErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'MillraceError';
    this.code = code;
    this.domain = options.domain;
    this.retryable = options.retryable ?? false;
    this.hint = options.hint;
  }
}

/** The operating system's code of an error (`ENOENT`, `EPIPE`), looked for along its chain of causes. */
export function systemCodeOf(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    const code: unknown = 'code' in current ? current.code : undefined;
    if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) return code;
    current = current.cause;
  }
  return undefined;
}

/** What went wrong, in the operating system's words, without code and call: `no space left on device`. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return /^E[A-Z0-9]+: (.+?)(?:, \w+)?(?: '.*')?$/.exec(message)?.[1] ?? message;
}
