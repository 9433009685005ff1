import { timerMsMax } from '../../native-free-core/limits.js';
import type { ClientOptions, TlsOptions, TokenSource } from './api/pulsar-client.js';
import { checkFlag, checkNames, checkText, type OptionNames } from './arguments/option-checks.js';
import { kindOf, shown, wrongArgument } from './arguments/wrong-argument.js';
import { PulsarError } from './errors/pulsar-error.js';

const clientNames: OptionNames<ClientOptions> = {
  serviceUrl: true,
  authentication: true,
  tls: true,
  operationTimeoutMs: true,
  connectTimeoutMs: true,
  keepAliveMs: true,
  backoffFirstMs: true,
  backoffMaxMs: true,
  listenerName: true,
  receiveArenaBytes: true,
};
const tlsNames: OptionNames<TlsOptions> = {
  caFile: true,
  certFile: true,
  keyFile: true,
  verifyHostname: true,
  allowInsecure: true,
};
const tokenKinds = ['token', 'file', 'environment', 'supply'] as const;

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
    // The nearest name, where it is written otherwise.
    if (typeof options === 'object' && options !== null) {
      checkNames('the options of the client', options, clientNames);
    }
    const words = `serviceUrl is ${shown(options?.serviceUrl)}; it must be a text`;
    throw new PulsarError('INVALID_SERVICE_URL', words, {
      hint: 'pulsar://localhost:6650',
    });
  }
  checkNames('the options of the client', options, clientNames);
  checkText('listenerName', options.listenerName);
  if (options.tls !== undefined) checkTls(options.tls);
  const backoffFirstMs = milliseconds('backoffFirstMs', options.backoffFirstMs, 100);
  const backoffMaxMs = milliseconds('backoffMaxMs', options.backoffMaxMs, 60_000);
  if (backoffMaxMs < backoffFirstMs)
    throw wrongArgument('backoffMaxMs', backoffMaxMs, `at least ${backoffFirstMs}`);
  if (options.authentication !== undefined) checkToken(options.authentication);
  return {
    operationTimeoutMs: milliseconds('operationTimeoutMs', options.operationTimeoutMs, 30_000),
    connectTimeoutMs: milliseconds('connectTimeoutMs', options.connectTimeoutMs, 10_000),
    keepAliveMs: milliseconds('keepAliveMs', options.keepAliveMs, 30_000),
    backoffFirstMs,
    backoffMaxMs,
  };
}

function checkTls(tls: TlsOptions): void {
  checkNames('tls', tls, tlsNames, 'tls.');
  checkText('tls.caFile', tls.caFile);
  checkText('tls.certFile', tls.certFile);
  checkText('tls.keyFile', tls.keyFile);
  checkFlag('tls.verifyHostname', tls.verifyHostname);
  checkFlag('tls.allowInsecure', tls.allowInsecure);
}

function checkToken(source: TokenSource): void {
  // A bare token is a likely mistake, and must not end up in the text of an error.
  const isObject = typeof source === 'object' && source !== null;
  const kinds = tokenKinds.filter(kind => isObject && kind in source);
  if (kinds.length === 1) {
    const [kind] = kinds;
    const value: unknown = (source as Readonly<Record<string, unknown>>)[kind];
    const type = kind === 'supply' ? 'function' : 'string';
    // Never what it is: only of what sort.
    if (typeof value === type) return;
    const words = `authentication.${kind} is ${kindOf(value)}; it must be a ${type === 'string' ? 'text' : type}`;
    throw new PulsarError('INVALID_ARGUMENT', words);
  }
  const words = 'authentication must be an object with one of token, file, environment and supply';
  throw new PulsarError('INVALID_ARGUMENT', words);
}

function milliseconds(option: string, value: number | undefined, byDefault: number): number {
  const ms = value ?? byDefault;
  if (typeof ms !== 'number' || !(ms >= 1 && ms <= timerMsMax)) {
    throw wrongArgument(option, ms, `from 1 to ${timerMsMax} ms`);
  }
  return ms;
}
