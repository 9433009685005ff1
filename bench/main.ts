import { writeFileSync } from 'node:fs';
import { exitCodeOf, exitDone, exitFailed } from '../src/cli/exit-codes.js';
import { reportFailure } from '../src/cli/report-failure.js';
import { type BenchFlags, benchCommand, type SectionName } from './bench-options.js';
import { benchCore, type CoreOptions } from './core/core.js';
import { benchFigures } from './figures/figures.js';
import { findDataset, loadDatasets } from './harness/dataset.js';
import { describeMachine } from './harness/machine.js';
import { printSection, type Section } from './harness/section.js';
import { benchMicro } from './micro/micro.js';
import { benchPath } from './path/path.js';
import { benchPulsar } from './pulsar/pulsar.js';

const roundsDefault = 3;
const microSizes = { timeMs: 1000, users: 100_000, events: 1 << 17, scanRounds: 15 } as const;

function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}

function coreOptions(flags: BenchFlags, rounds: number): CoreOptions {
  // As many events as the C++ holds.
  const lap = { lapEvents: 1 << 20, native: true };
  return flags.quick ? { ...lap, rounds, laps: 2 } : { ...lap, rounds, laps: 4 };
}

async function measure(part: SectionName, flags: BenchFlags, rounds: number): Promise<Section[]> {
  const workers = flags.workers[flags.workers.length - 1];
  const all = loadDatasets().map(dataset => dataset.name);
  switch (part) {
    case 'micro':
      return [await benchMicro({ ...microSizes, ...(flags.quick ? { timeMs: 200, scanRounds: 5 } : {}) })];
    case 'core':
      return [await benchCore((flags.datasets ?? all).map(findDataset), coreOptions(flags, rounds))];
    case 'path': {
      const names = flags.datasets ?? ['100k-uniform'];
      return [await benchPath(names.map(findDataset), { rounds, workers: flags.workers })];
    }
    case 'peers':
      return benchFigures(
        {
          rounds,
          workers,
          datasets: flags.datasets ?? all,
          second: flags.node,
          core: coreOptions(flags, rounds),
          paceSeconds: flags.quick ? 3 : 10,
        },
        progress,
      );
    case 'pulsar':
      return benchPulsar({ rounds, latencySeconds: flags.quick ? 3 : 10 }, progress);
  }
}

function partsOf(flags: BenchFlags): SectionName[] {
  if (flags.only !== undefined) return [flags.only];
  if (flags.pulsar) return ['pulsar'];
  return flags.peers ? ['micro', 'core', 'path', 'peers'] : ['micro', 'core', 'path'];
}

async function run(flags: BenchFlags): Promise<number> {
  const rounds = flags.rounds ?? (flags.quick ? 1 : roundsDefault);
  const machine = describeMachine();
  process.stdout.write(`${machine}\n`);
  const sections: Section[] = [];
  for (const part of partsOf(flags)) {
    progress(part);
    const measured = await measure(part, flags, rounds);
    progress('');
    for (const section of measured) process.stdout.write(printSection(section, flags.markdown === true));
    sections.push(...measured);
  }
  if (flags.json !== undefined) {
    const parts = sections.map(({ title, figures, wrong }) => ({ title, figures, wrong }));
    writeFileSync(flags.json, `${JSON.stringify({ machine, rounds, parts }, null, 2)}\n`);
  }
  return sections.some(({ wrong }) => wrong.length > 0) ? exitFailed : exitDone;
}

try {
  const command = benchCommand().parse(process.argv);
  process.exitCode = await run(command.opts<BenchFlags>());
} catch (error) {
  reportFailure(error, process.stderr);
  process.exitCode = exitCodeOf(error);
}
