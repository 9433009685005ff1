import { type Command, Option } from 'commander';
import { lanesDefault, lanesMax, workersMax } from '../../native-free-core/limits.js';
import { integerFrom } from './flag-values.js';
import { addGeneratorFlags, type GeneratorFlags } from './generator-flags.js';

export const deadLetterFileDefault = 'dead-letters.ndjson';

export interface RunFlags extends GeneratorFlags {
  readonly view?: string;
  readonly source: string;
  readonly sink?: string;
  readonly deadLetter: string;
  readonly workers?: number;
  readonly lanes: number;
  readonly order: 'input' | 'entity';
}

/** The flags of `millrace run` that the environment can set too; an empty value counts as unset. */
export const runEnvironment = [
  'MILLRACE_VIEW',
  'MILLRACE_SOURCE',
  'MILLRACE_SINK',
  'MILLRACE_DEAD_LETTER',
  'MILLRACE_WORKERS',
  'MILLRACE_LANES',
  'MILLRACE_ORDER',
] as const;

export function addRunFlags(command: Command): Command {
  const workers = new Option(
    '--workers <n>',
    'worker threads (default: the CPUs that may be used, less one)',
  );
  const sink = new Option('--sink <file|-|none>', 'vectors out (default: - ; for the generator none)');
  command
    .addOption(new Option('--view <file>', 'feature view (default: the built-in one)').env('MILLRACE_VIEW'))
    .addOption(
      new Option('--source <file|-|generator>', 'events in').default('generator').env('MILLRACE_SOURCE'),
    )
    .addOption(sink.env('MILLRACE_SINK'))
    .addOption(
      new Option('--dead-letter <file>', 'refused events; made when there is a first one')
        .default(deadLetterFileDefault)
        .env('MILLRACE_DEAD_LETTER'),
    )
    .addOption(workers.argParser(integerFrom(1, workersMax)).env('MILLRACE_WORKERS'))
    .addOption(
      new Option('--lanes <n>', 'state shards')
        .argParser(integerFrom(1, lanesMax))
        .default(lanesDefault)
        .env('MILLRACE_LANES'),
    )
    .addOption(
      new Option('--order <order>', 'order of vectors across entities')
        .choices(['input', 'entity'])
        .default('input')
        .env('MILLRACE_ORDER'),
    );
  command.optionsGroup('Generator (only with --source generator):');
  return addGeneratorFlags(command, {
    events: Number.POSITIVE_INFINITY,
    rateHelp: 'events per second; 0 is as fast as it can',
  });
}
