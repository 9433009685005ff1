import { InvalidArgumentError } from 'commander';
import { generatorRateMax, zipfExponentMax } from '../../native-free-core/limits.js';
import type { Skew } from '../source/generator.js';
import { parseDuration } from '../view/duration.js';

/** Parsers for commander, which puts "option '--x <y>' argument 'z' is invalid." before their messages. */

export function integerFrom(min: number, max: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (!/^[+-]?\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** `endless`, or how many. */
export function eventCount(text: string): number {
  if (text === 'endless') return Number.POSITIVE_INFINITY;
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new InvalidArgumentError('Expected a whole number, or `endless`.');
  }
  return Number(text);
}

export function durationMs(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new InvalidArgumentError(`It ${parsed.message.replaceAll('`', "'")}.`);
  return parsed.ms;
}

export function skew(text: string): Skew {
  if (text === 'uniform') return { kind: 'uniform' };
  const exponent = /^zipf:(\d+(?:\.\d+)?)$/.exec(text)?.[1];
  if (exponent === undefined || Number(exponent) > zipfExponentMax || Number(exponent) === 0) {
    throw new InvalidArgumentError(
      `Expected uniform, or zipf:S with S above 0 and up to ${zipfExponentMax}, as in zipf:1.1.`,
    );
  }
  return { kind: 'zipf', exponent: Number(exponent) };
}

/** Events per second; fractions allow slow streams. */
export function rate(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > generatorRateMax) {
    throw new InvalidArgumentError(`Expected a number of events per second, from 0 to ${generatorRateMax}.`);
  }
  return value;
}
