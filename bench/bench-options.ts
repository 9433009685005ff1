import { execFileSync } from 'node:child_process';
import { Command, InvalidArgumentError, Option } from 'commander';
import { workersMax } from '../native-free-core/limits.js';
import { integerFrom } from '../src/cli/flag-values.js';
import type { SecondNode } from './figures/matches.js';
import { loadDatasets } from './harness/dataset.js';
import { nodeMajor } from './harness/machine.js';

export const sectionNames = ['micro', 'core', 'path', 'peers', 'pulsar'] as const;
export type SectionName = (typeof sectionNames)[number];

export interface BenchFlags {
  readonly peers?: true;
  readonly pulsar?: true;
  readonly quick?: true;
  readonly only?: SectionName;
  readonly datasets?: readonly string[];
  readonly workers: readonly number[];
  readonly rounds?: number;
  readonly node?: SecondNode;
  readonly json?: string;
  readonly markdown?: true;
}

const roundsMax = 99;

function datasetNames(text: string): string[] {
  const known = loadDatasets().map(dataset => dataset.name);
  const names = text.split(',');
  const stray = names.find(name => !known.includes(name));
  if (stray !== undefined) throw new InvalidArgumentError(`There are ${known.join(', ')}.`);
  return names;
}

function workerCounts(text: string): number[] {
  return text.split(',').map(integerFrom(1, workersMax));
}

function secondNode(path: string): SecondNode {
  try {
    const version = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
    return { path, major: nodeMajor(version) };
  } catch {
    throw new InvalidArgumentError('Expected the path of a Node executable.');
  }
}

/** The command line. Usage errors leave with commander's errors, which `main.ts` turns into exit code 2. */
export function benchCommand(): Command {
  return new Command('npm run bench --')
    .description('Measure Millrace, every answer checked before its speed is told.')
    .option('--peers', 'also run what users would pick instead, on the same files in the same run')
    .option('--pulsar', 'only the Pulsar client, beside the Java client on a real broker')
    .option('--quick', 'one round, less time for each')
    .addOption(new Option('--only <part>', 'one part; `peers` implies --peers').choices(sectionNames))
    .option('--datasets <a,b>', 'data files (default: what each part needs)', datasetNames)
    .option('--workers <n,m>', 'numbers of workers; peers are held against the last', workerCounts, [1, 2])
    .option('--rounds <n>', 'alternating rounds (default: 3)', integerFrom(1, roundsMax))
    .option('--node <path>', 'a second Node to hold the running one against (with --peers)', secondNode)
    .option('--json <file>', 'also write all figures to a file')
    .option('--markdown', 'print tables as Markdown, as in bench/RESULTS.md')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .showHelpAfterError('hint: npm run bench -- --help shows the flags')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      `
Examples:
  $ npm run bench -- --quick                            a first look, minutes
  $ npm run bench -- --only core --datasets 100k-uniform,1m-uniform
  $ npm run bench -- --pulsar                           the Pulsar client, about ten minutes
  $ npm run bench -- --peers --node "$(npx -y -p node@24 which node)" --markdown --json figures.json

Data files are made on first use, 330 MB each, in ~/.cache/millrace (MILLRACE_CACHE); the peers' sources are looked
for in ../shared/peers (MILLRACE_PEERS). A target that is missed is printed as a MISS and is no failure.

Exit codes: 0 done, 1 a benchmark failed or an answer was wrong, 2 wrong usage.`,
    );
}
