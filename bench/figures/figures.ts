import { type CoreFigure, type CoreOptions, measureCore } from '../core/core.js';
import { type Dataset, ensureDataset, findDataset, warmFile } from '../harness/dataset.js';
import { nodeMajor } from '../harness/machine.js';
import { type PeerResult, summarize } from '../harness/result.js';
import { runPeers } from '../harness/run-peer.js';
import type { Section } from '../harness/section.js';
import { summaryTable } from '../harness/table.js';
import { EngineRunner } from '../path/engine.js';
import { wrongAnswers } from '../path/path.js';
import { type Evidence, judge, verdictTable } from './goals.js';
import { figureMatches, type Match, none, type SecondNode } from './matches.js';
import { measurePace, type PaceFigure } from './pace.js';

export interface FigureOptions {
  readonly rounds: number;
  readonly workers: number;
  /** Data files to leave the others out. */
  readonly datasets: readonly string[];
  readonly second: SecondNode | undefined;
  readonly core: CoreOptions;
  /** How long idle and slow streams are watched. */
  readonly paceSeconds: number;
}

/** Says on standard error what runs now: the whole takes many minutes. */
export type Progress = (what: string) => void;

/** The engine beside its peers, and the verdicts on the figures. */
export async function benchFigures(options: FigureOptions, progress: Progress): Promise<Section[]> {
  const matches = figureMatches(options.workers, options.second).filter(match =>
    options.datasets.includes(match.dataset),
  );
  const results: PeerResult[] = [];
  const wrong: string[] = [];
  const runner = new EngineRunner();
  try {
    for (const match of matches) results.push(...(await playMatch(match, options.rounds, runner, progress)));
    if (matches.length > 0) wrong.push(...(await checkWindows(runner, matches[0], options.workers)));
  } finally {
    runner.close();
  }
  const cores: CoreFigure[] = [];
  for (const name of ['100k-uniform', '1m-uniform'].filter(name => options.datasets.includes(name))) {
    progress(`core ${name}`);
    cores.push(await measureCore(findDataset(name), options.core));
  }
  const paces: PaceFigure[] = [];
  for (const name of ['idle', '10k'] as const) {
    progress(`pace ${name}`);
    paces.push(await measurePace(name, options.paceSeconds, options.workers));
  }
  const nodes = { running: nodeMajor(), second: options.second?.major };
  return sections({ summaries: summarize(results), cores, paces, nodes }, options, wrong);
}

async function playMatch(
  match: Match,
  rounds: number,
  runner: EngineRunner,
  progress: Progress,
): Promise<PeerResult[]> {
  const dataset = findDataset(match.dataset);
  const path = ensureDataset(dataset);
  warmFile(path);
  const results: PeerResult[] = [];
  for (let round = 1; round <= rounds; round++) {
    const where = `${match.dataset} ${match.workload} round ${round}/${rounds}:`;
    for (const setup of match.engines) {
      progress(`${where} ${setup.title}`);
      results.push(await runner.run(dataset, path, setup));
    }
    for (const peer of match.peers) {
      progress(`${where} ${peer}`);
      results.push(...(await runPeers(dataset, [peer], { workload: match.workload })));
    }
  }
  return results;
}

/** The counts and sums of 1, 10 and 60 minutes together are those of the three windows, whose answer is known. */
async function checkWindows(runner: EngineRunner, { dataset: name, engines }: Match, workers: number) {
  const dataset: Dataset = findDataset(name);
  const known = dataset.answers['three-windows'];
  if (known === undefined || !engines.some(({ view }) => view === 'count-sum-60m')) return [];
  const path = ensureDataset(dataset);
  let [c, s] = [0, 0];
  for (const view of ['count-sum-1m', 'count-sum', 'count-sum-60m'] as const) {
    const answer = await runner.check(dataset, path, view, workers);
    c += answer.c;
    s += answer.s;
  }
  if (c === known.c && Math.abs(s - known.s) <= 1e-9 * known.s) return [];
  return [`windows of 1, 10 and 60 min on ${name}: c ${c} s ${s} together, not ${known.c} ${known.s}`];
}

function sections(
  evidence: Evidence,
  { rounds, workers }: FigureOptions,
  wrong: readonly string[],
): Section[] {
  const verdicts = judge(evidence);
  return [
    {
      title: `Beside the peers: ${workers} workers, ${rounds} alternating rounds, medians`,
      table: summaryTable(evidence.summaries, none),
      notes: [
        'The peers write nothing. `partial`: stopped by its time limit, at the rate until then (which flatters it).',
        'The engine’s answers: of a file that an untimed run wrote; timed runs must give as many vectors, no dead',
        'letter and, into a file, the same bytes. The windows of 1, 10 and 60 min add up to the three windows’ answer.',
      ],
      figures: evidence,
      wrong: [...wrongAnswers(evidence.summaries), ...wrong],
    },
    {
      title: 'The figures to reach',
      table: verdictTable(verdicts),
      notes: ['Ratios are of medians of the same run. Cores and CPU seconds are of all threads.'],
      figures: verdicts,
      wrong: [],
    },
  ];
}
