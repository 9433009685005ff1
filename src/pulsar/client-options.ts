import { timerMsMax } from '../../native-free-core/limits.js';
import type { ClientOptions, TokenSource } from './api/pulsar-client.js';
import { PulsarError } from './errors/pulsar-error.js';

/** The numbers of `ClientOptions`, with their defaults. */
export interface CheckedClientOptions {
  readonly operationTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
}

/** @throws PulsarError INVALID_SERVICE_URL, INVALID_ARGUMENT that names the option */
export function checkClientOptions(options: ClientOptions): CheckedClientOptions {
  if (typeof options?.serviceUrl !== 'string') {
    throw new PulsarError('INVALID_SERVICE_URL', 'serviceUrl is missing', {
      hint: 'pulsar://localhost:6650',
    });
  }
  const backoffFirstMs = milliseconds('backoffFirstMs', options.backoffFirstMs, 100);
  const backoffMaxMs = milliseconds('backoffMaxMs', options.backoffMaxMs, 60_000);
  if (backoffMaxMs < backoffFirstMs) throw wrong('backoffMaxMs', backoffMaxMs, `at least ${backoffFirstMs}`);
  if (options.authentication !== undefined) checkToken(options.authentication);
  return {
    operationTimeoutMs: milliseconds('operationTimeoutMs', options.operationTimeoutMs, 30_000),
    connectTimeoutMs: milliseconds('connectTimeoutMs', options.connectTimeoutMs, 10_000),
    keepAliveMs: milliseconds('keepAliveMs', options.keepAliveMs, 30_000),
    backoffFirstMs,
    backoffMaxMs,
  };
}

function checkToken(source: TokenSource): void {
  // A bare token is a likely mistake, and must not end up in the text of an error.
  const isObject = typeof source === 'object' && source !== null;
  const kinds = ['token', 'file', 'environment', 'supply'].filter(kind => isObject && kind in source);
  if (kinds.length === 1) return;
  const words = 'authentication must be an object with one of token, file, environment and supply';
  throw new PulsarError('INVALID_ARGUMENT', words);
}

function milliseconds(option: string, value: number | undefined, byDefault: number): number {
  const ms = value ?? byDefault;
  if (typeof ms !== 'number' || !(ms >= 1 && ms <= timerMsMax)) {
    throw wrong(option, ms, `from 1 to ${timerMsMax} ms`);
  }
  return ms;
}

function wrong(option: string, value: unknown, expected: string): PulsarError {
  return new PulsarError('INVALID_ARGUMENT', `${option} is ${String(value)}; it must be ${expected}`);
}
