import { timerMsMax } from '../../../native-free-core/limits.js';
import { nearestName } from '../../nearest-name.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { shown, wrongArgument } from './wrong-argument.js';

/** The names of an interface's options; the compiler finds one that is missing or too many. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>;

/**
 * The options are an object, and it has no others: a name that is misspelt would be passed over in silence.
 * @param what whose options: `subscribe`
 * @param prefix of their names: `tls.`
 * @throws PulsarError INVALID_ARGUMENT with the nearest name as its hint
 */
export function checkNames(
  what: string,
  options: unknown,
  names: Readonly<Record<string, true>>,
  prefix = '',
): void {
  const known = Object.keys(names);
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw wrongArgument(what, options, `an object with ${known.join(', ')}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || known.includes(name)) continue;
    const meant = nearestName(name, known);
    const there = known.map(option => prefix + option).join(', ');
    // The value is not shown: under a misspelt name it may be a token.
    throw new PulsarError(
      'INVALID_ARGUMENT',
      `${what}: no option is named ${prefix}${name}; there are ${there}`,
      {
        hint: meant === undefined ? undefined : `did you mean ${prefix}${meant}?`,
      },
    );
  }
}

/** Of the options that may be missing, each is what it must be. @throws PulsarError INVALID_ARGUMENT */
export function checkOneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (value === undefined || (typeof value === 'string' && allowed.includes(value))) return;
  const meant = typeof value === 'string' ? nearestName(value, allowed) : undefined;
  const hint = meant === undefined ? undefined : `did you mean ${shown(meant)}?`;
  throw wrongArgument(name, value, `one of ${allowed.map(shown).join(', ')}`, hint);
}

export function checkText(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return;
  throw wrongArgument(name, value, 'a text that is not empty');
}

export function checkFlag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') throw wrongArgument(name, value, 'true or false');
}

export function checkCallback(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw wrongArgument(name, value, 'a function');
}

export function checkWhole(name: string, value: unknown, least: number, most: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && isWithin(value, least, most))) return;
  throw wrongArgument(name, value, `a whole number from ${least} to ${most}`);
}

/** Milliseconds, not necessarily whole. */
export function checkMs(name: string, value: unknown, least: number, most = timerMsMax): void {
  if (value === undefined || (typeof value === 'number' && isWithin(value, least, most))) return;
  throw wrongArgument(name, value, `from ${least} to ${most} ms`);
}

/** How long a call waits. */
export function checkWaitMs(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && isWithin(value, 0, timerMsMax))) return;
  throw wrongArgument(name, value, `from 0 to ${timerMsMax} ms`, 'leave it out to wait without end');
}

/** Properties: texts by name. */
export function checkTexts(name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongArgument(name, value, 'an object of texts');
  }
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw wrongArgument(`${name}.${key}`, text, 'a text');
  }
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return (value as number) >= least && (value as number) <= most;
}
