import { PulsarError } from '../errors/pulsar-error.js';

/** Longest part of a text that an error repeats. */
const textCharsShown = 60;

/** @param name of the option or argument, as its owner writes it: `batching.delayMs` */
export function wrongArgument(name: string, given: unknown, expected: string, hint?: string): PulsarError {
  return new PulsarError('INVALID_ARGUMENT', `${name} is ${shown(given)}; it must be ${expected}`, { hint });
}

/** What was given, in a few words that never throw. Not for what may be secret: see `kindOf`. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > textCharsShown ? `${value.slice(0, textCharsShown)}...` : value);
  }
  if (value === undefined) return 'missing';
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return kindOf(value);
}

/** Only what sort of value it is, and how long. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
