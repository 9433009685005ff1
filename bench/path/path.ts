import { type Dataset, ensureDataset, warmFile } from '../harness/dataset.js';
import { type PeerResult, type Summary, summarize } from '../harness/result.js';
import type { Section } from '../harness/section.js';
import { summaryTable } from '../harness/table.js';
import { EngineRunner, type EngineSetup } from './engine.js';

export interface PathOptions {
  readonly rounds: number;
  readonly workers: readonly number[];
}

function setups(workers: readonly number[]): EngineSetup[] {
  return workers.flatMap(count =>
    (['none', 'file'] as const).map(sink => ({
      name: `millrace-${sink}-${count}`,
      title: `Millrace, file to ${sink}, ${count} worker${count === 1 ? '' : 's'}`,
      view: 'count-sum' as const,
      sink,
      workers: count,
    })),
  );
}

/** The whole way from a file to nowhere and to a file, by the number of workers, in alternating rounds. */
export async function benchPath(datasets: readonly Dataset[], options: PathOptions): Promise<Section> {
  const runner = new EngineRunner();
  try {
    const results: PeerResult[] = [];
    for (const dataset of datasets) {
      const path = ensureDataset(dataset);
      warmFile(path);
      for (let round = 0; round < options.rounds; round++) {
        for (const setup of setups(options.workers)) results.push(await runner.run(dataset, path, setup));
      }
    }
    return pathSection(summarize(results));
  } finally {
    runner.close();
  }
}

function pathSection(summaries: readonly Summary[]): Section {
  return {
    title: 'The whole path: file to none and to a file, in input order, by number of workers',
    table: summaryTable(summaries),
    notes: [
      'Medians; in-process seconds from opening the input to the end; CPU of all threads, start-up included.',
      'Answers: an untimed run writes a file, which is added up; every file timed has the same bytes as that one.',
    ],
    figures: summaries,
    wrong: wrongAnswers(summaries),
  };
}

/** `partial` and `unknown` are no mistakes; anything else than `equal` is. */
export function wrongAnswers(summaries: readonly Summary[]): string[] {
  return summaries
    .filter(
      ({ answer }) => !['equal', 'partial', 'unknown'].includes(answer) && !answer.startsWith('skipped:'),
    )
    .map(({ dataset, title, answer }) => `${title} on ${dataset}: ${answer}`);
}
