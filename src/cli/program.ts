import { Command } from 'commander';
import type { StartPipeline } from '../run-options.js';
import { defaultFeatureViewText } from '../view/default-view-text.js';
import { exitCodeOf, exitDone } from './exit-codes.js';
import {
  addGeneratorFlags,
  type GeneratorFlags,
  generatedStartMs,
  generatorOptionsFrom,
} from './generator-flags.js';
import { reportFailure } from './report-failure.js';
import type { RunSurroundings } from './run-command.js';
import { addRunFlags, type RunFlags, runEnvironment } from './run-flags.js';
import { hasColours, paintFor, type TextStream } from './terminal.js';
import { packageVersion } from './version.js';

/** What the command line needs of the process. Heavy rooms are loaded by the command that needs them. */
export interface CliSurroundings extends Omit<RunSurroundings, 'startPipeline' | 'stdout'> {
  readonly stdout: NodeJS.WriteStream;
  readonly loadPipeline: () => Promise<{ startPipeline: StartPipeline }>;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs one command line.
 * @param args without the names of node and of the script
 * @returns the exit code
 */
export async function runCli(args: readonly string[], surroundings: CliSurroundings): Promise<number> {
  // Commander would take an empty value for a value.
  for (const name of runEnvironment) if (surroundings.env[name] === '') delete surroundings.env[name];
  try {
    await createProgram(surroundings).parseAsync(args, { from: 'user' });
    return exitDone;
  } catch (error) {
    reportFailure(error, surroundings.stderr, surroundings.env);
    return exitCodeOf(error);
  }
}

export function createProgram(surroundings: CliSurroundings): Command {
  const { stdout, stderr } = surroundings;
  const program = new Command('millrace')
    .description('Exact, per-entity rolling features from a stream of events.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .showHelpAfterError('hint: millrace --help shows what there is');
  configureText(program, stdout, stderr);
  program.addHelpText(
    'after',
    `
Examples:
  $ millrace run                                     show it running, on generated events
  $ millrace run --source events.ndjson > features.ndjson
  $ millrace check views/transactions.yaml
  $ millrace generate --events 1000 > events.ndjson

Exit codes: 0 done, 1 failed while running, 2 wrong usage or configuration.`,
  );
  addRunCommand(program, surroundings);
  addCheckCommand(program, stdout);
  addGenerateCommand(program, stdout);
  return program;
}

function configureText(program: Command, stdout: TextStream, stderr: TextStream): void {
  const paint = paintFor(stderr);
  program.configureOutput({
    writeOut: text => stdout.write(text),
    writeErr: text => stderr.write(text),
    getOutHasColors: () => hasColours(stdout),
    getErrHasColors: () => hasColours(stderr),
    outputError: (text, write) => {
      write(text.replace(/^error:/, paint('red', 'error:')));
      if (text.includes("too many arguments for 'run'")) write('hint: input files go with --source\n');
    },
  });
  program.configureHelp({ styleTitle: title => paintFor(stdout)('bold', title) });
}

function addRunCommand(program: Command, surroundings: CliSurroundings): void {
  const command = program
    .command('run')
    .description('Turn events into feature vectors: one for every accepted event.')
    .showHelpAfterError('hint: millrace run --help shows the flags');
  addRunFlags(command).addHelpText(
    'after',
    `
Files hold one JSON object a line (NDJSON); - is standard input or output. Each flag before the generator's can
be given by the environment as well (MILLRACE_SOURCE for --source), which the flag overrides.

Examples:
  $ millrace run --source events.ndjson --sink features.ndjson
  $ cat events.ndjson | millrace run --source - --view my-view.yaml | head
  $ millrace run --source generator --entities 100000 --skew zipf:1.1 --rate 0 --events 5000000

The built-in view:
${defaultFeatureViewText.replaceAll(/^(?=.)/gm, '  ')}`,
  );
  command.action(async (flags: RunFlags) => {
    const { runOptionsFrom } = await import('./run-settings.js');
    const options = runOptionsFrom(flags, flag => command.getOptionValueSource(flag) === 'cli', Date.now());
    const { runPipeline } = await import('./run-command.js');
    const { startPipeline } = await surroundings.loadPipeline();
    await runPipeline(options, { ...surroundings, startPipeline });
  });
}

function addCheckCommand(program: Command, stdout: TextStream): void {
  program
    .command('check')
    .description('Say whether a feature view is valid, or where it is not and why.')
    .argument('<view>', 'feature view, YAML or JSON')
    .showHelpAfterError('hint: millrace check VIEW, as in millrace check my-view.yaml')
    .addHelpText(
      'after',
      `
Examples:
  $ millrace check my-view.yaml
  $ millrace check my-view.yaml && millrace run --view my-view.yaml --source events.ndjson`,
    )
    .action(async (view: string) => {
      const { checkView } = await import('./check-command.js');
      checkView(view, stdout);
    });
}

function addGenerateCommand(program: Command, stdout: NodeJS.WriteStream): void {
  const command = program
    .command('generate')
    .description('Write made-up transactions to standard output as NDJSON: the same ones for the same flags.')
    .showHelpAfterError('hint: millrace generate --help shows the flags');
  addGeneratorFlags(command, { events: 1_000_000, rateHelp: 'events per second of event time' }).addHelpText(
    'after',
    `
Examples:
  $ millrace generate > events.ndjson
  $ millrace generate --events endless --skew zipf:1.1 --disorder 5m | millrace run --source -
  $ millrace generate --events 3 --entities 1 --seed 7`,
  );
  command.action(async (flags: GeneratorFlags) => {
    if (flags.rate === 0) {
      // Event time needs a pace, other than `run`, which reads 0 as "do not wait".
      const message = "error: option '--rate <n>' argument '0' is invalid. Expected more than 0.";
      command.error(message, { code: 'commander.invalidArgument' });
    }
    const { generateEvents } = await import('./generate-command.js');
    await generateEvents(generatorOptionsFrom(flags, generatedStartMs), stdout);
  });
}
