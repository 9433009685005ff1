import { median } from '../harness/result.js';
import type { PulsarResult, PulsarTask, Side, Work } from './children.js';
import { runSide } from './run-side.js';

/** One work that several sides do in turn, with the task of each run and the check of its answer. */
export interface PulsarMatch {
  readonly work: Work;
  readonly title: string;
  readonly sides: readonly Side[];
  /** `id`: for names of topics and subscriptions that no other run has. */
  task(id: string): PulsarTask;
  /** What differs from the right answer; undefined: equal. */
  check(result: PulsarResult, task: PulsarTask): Promise<string | undefined>;
}

export interface PulsarFigure {
  readonly work: Work;
  readonly title: string;
  readonly side: string;
  readonly runs: number;
  /** Medians; null without a run. */
  readonly messagesPerSecond: number | null;
  readonly cpuSecondsPerMillion: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  /** The greatest of the rounds. */
  readonly rssMaxBytes: number | null;
  /** `equal`; or the first difference, or how it failed. */
  readonly answer: string;
}

/** Alternating rounds: each side once, then again; a side that failed is left out of the later rounds. */
export async function playPulsarMatch(match: PulsarMatch, rounds: number): Promise<PulsarFigure[]> {
  const results = match.sides.map((): PulsarResult[] => []);
  const answers = match.sides.map(() => 'equal');
  for (let round = 0; round < rounds; round++) {
    for (const [i, side] of match.sides.entries()) {
      if (answers[i] !== 'equal') continue;
      const task = match.task(`${process.pid}-${round}-${i}`);
      try {
        const result = await runSide(side, task);
        results[i].push(result);
        answers[i] = (await match.check(result, task)) ?? 'equal';
      } catch (error) {
        answers[i] = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return match.sides.map((side, i) => summarizeSide(match, side, results[i], answers[i]));
}

function summarizeSide(
  { work, title }: PulsarMatch,
  side: Side,
  runs: readonly PulsarResult[],
  answer: string,
): PulsarFigure {
  const medianOf = (figure: (run: PulsarResult) => number | undefined): number | null =>
    median(runs.map(figure).filter(value => value !== undefined));
  return {
    work,
    title,
    side: side.name,
    runs: runs.length,
    messagesPerSecond: medianOf(run => run.messages / run.seconds),
    cpuSecondsPerMillion: medianOf(run => (run.cpuSeconds / run.messages) * 1e6),
    p50Ms: medianOf(run => run.p50Ms),
    p99Ms: medianOf(run => run.p99Ms),
    p999Ms: medianOf(run => run.p999Ms),
    rssMaxBytes: runs.length === 0 ? null : Math.max(...runs.map(run => run.rssMaxBytes)),
    answer,
  };
}
