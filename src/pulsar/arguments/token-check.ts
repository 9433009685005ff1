import type { TokenSource } from '../api/pulsar-client.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { kindOf } from './wrong-argument.js';

const tokenKinds = ['token', 'file', 'environment', 'supply'] as const;

/** @throws PulsarError INVALID_ARGUMENT, which never shows what may be a token */
export function checkToken(source: TokenSource): void {
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
