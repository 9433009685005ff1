import { MillraceError } from '../errors.js';
import type { RunOptions } from '../run-options.js';
import { defaultFeatureView } from '../view/default-feature-view.js';
import { loadFeatureView } from '../view/load-feature-view.js';
import { defaultWorkers } from './available-cpus.js';
import { checkEndpoints } from './check-endpoints.js';
import { generatedStartMs, generatorFlagNames, generatorOptionsFrom } from './generator-flags.js';
import type { RunFlags } from './run-flags.js';

/**
 * What to run, checked as far as it can be before it runs.
 * @param given whether the user set the flag
 * @throws MillraceError of the domain `configuration`
 */
export function runOptionsFrom(flags: RunFlags, given: (flag: string) => boolean, nowMs: number): RunOptions {
  const stray = flags.source === 'generator' ? undefined : generatorFlagNames.find(given);
  if (stray !== undefined) {
    throw new MillraceError('stray_flag', `--${stray} goes only with --source generator`, {
      domain: 'configuration',
      hint: `leave out --${stray}, or --source ${flags.source}`,
    });
  }
  const options: RunOptions = {
    view: flags.view === undefined ? defaultFeatureView : loadFeatureView(flags.view),
    source: sourceFrom(flags, nowMs),
    sink: sinkFrom(flags),
    deadLetter: { kind: 'file', path: deadLetterPath(flags.deadLetter) },
    workers: flags.workers ?? defaultWorkers(),
    lanes: flags.lanes,
    order: flags.order,
  };
  checkEndpoints(options, flags.view);
  if (options.source.kind === 'generator' && !readsWhatIsGenerated(options)) {
    throw new MillraceError(
      'view_not_generated',
      'the generator makes only the fields userId, amount and timestamp',
      {
        domain: 'configuration',
        hint: 'give --source a file that has the fields of the view',
      },
    );
  }
  return options;
}

function sourceFrom(flags: RunFlags, nowMs: number): RunOptions['source'] {
  if (flags.source === '-') return { kind: 'stdin' };
  if (flags.source !== 'generator') return { kind: 'file', path: flags.source };
  // Unpaced, event time runs ahead of the clock: begun today, it would soon be the future that is refused.
  const startMs = flags.rate > 0 ? nowMs : generatedStartMs;
  return { kind: 'generator', options: generatorOptionsFrom(flags, startMs) };
}

function sinkFrom({ sink, source }: RunFlags): RunOptions['sink'] {
  const chosen = sink ?? (source === 'generator' ? 'none' : '-');
  if (chosen === '-') return { kind: 'stdout' };
  return chosen === 'none' ? { kind: 'none' } : { kind: 'file', path: chosen };
}

function deadLetterPath(path: string): string {
  if (path !== 'none' && path !== '-') return path;
  throw new MillraceError('dead_letter_unusable', `--dead-letter takes a file, not ${path}`, {
    domain: 'configuration',
    hint:
      path === 'none'
        ? 'dead letters are not dropped in silence; /dev/null drops them'
        : `./${path} is a file`,
  });
}

function readsWhatIsGenerated({ view }: RunOptions): boolean {
  if (view.entity !== 'userId' || view.timestampField !== 'timestamp') return false;
  return view.columns.every(column => column === 'amount' || column === 'timestamp');
}
