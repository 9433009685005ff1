import { type Command, InvalidArgumentError, Option } from 'commander';
import { generatorDisorderMsMax, generatorEntitiesMax } from '../../native-free-core/limits.js';
import { type GeneratorOptions, type Skew, unpacedEventsPerSecond } from '../source/generator.js';
import { formatDuration } from '../view/duration.js';
import { durationMs, eventCount, integerFrom, rate, skew } from './flag-values.js';

/**
 * A fixed beginning of event time (2024-11-22T18:26:40Z), so that `generate` writes the same bytes every day.
 */
export const generatedStartMs = 1_732_300_000_000;

export interface GeneratorFlags {
  readonly events: number;
  readonly entities: number;
  readonly seed: number;
  readonly skew: Skew;
  readonly disorder: number;
  readonly rate: number;
}

export const generatorFlagNames = ['events', 'entities', 'seed', 'skew', 'disorder', 'rate'] as const;

export function addGeneratorFlags(command: Command, defaults: { events: number; rateHelp: string }): Command {
  const events = Number.isFinite(defaults.events) ? String(defaults.events) : 'endless';
  const uniform: Skew = { kind: 'uniform' };
  return command
    .addOption(
      new Option('--events <n>', 'how many events, or `endless`')
        .argParser(eventCount)
        .default(defaults.events, events),
    )
    .addOption(
      new Option('--entities <n>', 'how many different users')
        .argParser(integerFrom(1, generatorEntitiesMax))
        .default(1000),
    )
    .addOption(
      new Option('--seed <n>', 'the same seed gives the same events')
        .argParser(integerFrom(0, Number.MAX_SAFE_INTEGER))
        .default(1),
    )
    .addOption(
      new Option('--skew <uniform|zipf:S>', 'how events are spread over users')
        .argParser(skew)
        .default(uniform, 'uniform'),
    )
    .addOption(
      new Option('--disorder <duration>', 'a quarter of the events are up to this late, as in 90s or 5m')
        .argParser(boundedDisorder)
        .default(0, '0s'),
    )
    .addOption(new Option('--rate <n>', defaults.rateHelp).argParser(rate).default(unpacedEventsPerSecond));
}

function boundedDisorder(text: string): number {
  const ms = durationMs(text);
  if (ms > generatorDisorderMsMax)
    throw new InvalidArgumentError(`Expected at most ${formatDuration(generatorDisorderMsMax)}.`);
  return ms;
}

export function generatorOptionsFrom(flags: GeneratorFlags, startMs: number): GeneratorOptions {
  return {
    events: flags.events,
    entities: flags.entities,
    seed: flags.seed,
    skew: flags.skew,
    disorderMs: flags.disorder,
    ratePerSecond: flags.rate,
    startMs,
  };
}
