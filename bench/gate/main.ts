import { Command, InvalidArgumentError } from 'commander';
import { exitCodeOf, exitDone, exitFailed } from '../../src/cli/exit-codes.js';
import { reportFailure } from '../../src/cli/report-failure.js';
import { describeMachine } from '../harness/machine.js';
import { runGate, updateBaseline } from './gate.js';

interface GateFlags {
  readonly update?: true;
  readonly parent?: true;
  readonly slow: number;
}

function slowPercent(text: string): number {
  const percent = Number(text);
  if (percent % 20 === 0 && percent >= 0 && percent <= 100 && /^\d+$/.test(text)) return percent;
  throw new InvalidArgumentError('Expected 0, 20, 40, 60, 80 or 100: whole laps are done twice.');
}

const command = new Command('npm run bench:gate --')
  .description('Fail if the hot path has become slower, relative to a frozen reference in the same process.')
  .option('--update', 'measure anew and write the baseline of this CPU and Node')
  .option('--parent', 'compare with the parent commit, though there is a baseline')
  .option('--slow <percent>', 'do so much of the hot path twice: to see the gate fail', slowPercent, 0)
  .helpOption('-h, --help', 'print this help')
  .exitOverride()
  .allowExcessArguments(false)
  .showHelpAfterError('hint: npm run bench:gate -- --help shows the flags')
  .addHelpText(
    'after',
    `
Examples:
  $ npm run bench:gate
  $ npm run bench:gate -- --slow 20        must fail
  $ npm run bench:gate -- --update         then commit bench/gate/baselines.json by itself

Exit codes: 0 passed, 1 failed, 2 wrong usage. How it decides: bench/NOTES.md`,
  );

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

try {
  const { update, parent, slow } = command.parse(process.argv).opts<GateFlags>();
  say(describeMachine());
  if (update) {
    await updateBaseline(say);
    process.exitCode = exitDone;
  } else {
    process.exitCode = (await runGate({ slowPercent: slow, parent: parent === true, say }))
      ? exitDone
      : exitFailed;
  }
} catch (error) {
  reportFailure(error, process.stderr);
  process.exitCode = exitCodeOf(error);
}
