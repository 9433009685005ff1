import { timerMsMax } from '../../native-free-core/limits.js';
import type { ClientOptions, TlsOptions } from './api/pulsar-client.js';
import { checkFlag, checkNames, checkText, type OptionNames } from './arguments/option-checks.js';
import { checkToken } from './arguments/token-check.js';
import { shown, wrongArgument } from './arguments/wrong-argument.js';
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
      checkNames('the argument of the client', options, clientNames);
    }
    const words = `serviceUrl is ${shown(options?.serviceUrl)}; it must be a text`;
    throw new PulsarError('INVALID_SERVICE_URL', words, {
      hint: 'pulsar://localhost:6650',
    });
  }
  checkNames('the argument of the client', options, clientNames);
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

function milliseconds(option: string, value: number | undefined, byDefault: number): number {
  const ms = value ?? byDefault;
  if (typeof ms !== 'number' || !(ms >= 1 && ms <= timerMsMax)) {
    throw wrongArgument(option, ms, `from 1 to ${timerMsMax} ms`);
  }
  return ms;
}
