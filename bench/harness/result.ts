import type { Answer, Dataset, Workload } from './dataset.js';

/** What a harness prints after `RESULT `: the peers' and our own alike. */
export interface ResultLine extends Partial<Answer> {
  readonly engine?: string;
  readonly mode?: string;
  readonly events: number;
  /** In-process, from opening the input to the last answer. */
  readonly seconds: number;
}

/** One run of one engine on one data file. */
export interface PeerRun {
  readonly peer: string;
  readonly title: string;
  readonly dataset: string;
  readonly workload: Workload;
  readonly events: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** User and system time of the whole process, start-up included; null where it cannot be had. */
  readonly cpuSeconds: number | null;
  readonly peakRssBytes: number | null;
  /** `equal`; `partial` (stopped by its time limit); `unknown` (no answer to compare with); or what differs. */
  readonly answer: string;
}

export interface PeerSkip {
  readonly peer: string;
  readonly title: string;
  readonly dataset: string;
  readonly workload: Workload;
  /** Why there is no figure. */
  readonly skipped: string;
}

export type PeerResult = PeerRun | PeerSkip;

export function isRun(result: PeerResult): result is PeerRun {
  return !('skipped' in result);
}

const prefix = 'RESULT ';

/** The `RESULT {json}` lines of an output, in order; other lines are left alone. Throws on a malformed one. */
export function parseResults(output: string): ResultLine[] {
  return output
    .split('\n')
    .filter(line => line.startsWith(prefix))
    .map(parseResult);
}

function parseResult(line: string): ResultLine {
  const result = JSON.parse(line.slice(prefix.length)) as Partial<ResultLine>;
  if (Number.isSafeInteger(result.events) && typeof result.seconds === 'number' && result.seconds > 0) {
    return result as ResultLine;
  }
  throw new Error(`not a result with events and seconds: ${line}`);
}

const relativeTolerance = 1e-9;

/** `equal`, `partial`, `unknown`, or what differs. */
export function checkAnswer(result: ResultLine, dataset: Dataset, workload: Workload): string {
  if (result.events < dataset.events) return 'partial';
  if (result.events > dataset.events) return `${result.events} events instead of ${dataset.events}`;
  const want = dataset.answers[workload];
  if (want === undefined) return 'unknown';
  if (result.c !== want.c) return `c is ${result.c}, not ${want.c}`;
  for (const name of ['s', 'mn', 'mx', 'av'] as const) {
    const [is, expected] = [result[name], want[name]];
    if (expected === undefined) continue;
    if (is === undefined || !(Math.abs(is - expected) <= relativeTolerance * Math.abs(expected))) {
      return `${name} is ${is}, not ${expected}`;
    }
  }
  return 'equal';
}

/** The median; of an even number of values the mean of the two in the middle; null of none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The rounds of one engine on one data file, taken together. */
export interface Summary {
  readonly peer: string;
  readonly title: string;
  readonly dataset: string;
  readonly workload: Workload;
  readonly runs: number;
  /** Medians; null without a run. */
  readonly eventsPerSecond: number | null;
  readonly cpuSecondsPerMillion: number | null;
  /** The greatest of the rounds. */
  readonly peakRssBytes: number | null;
  /** The first answer that is not `equal`, else `equal`; or why it was skipped. */
  readonly answer: string;
}

/** One summary for each (data file, workload, engine), in the order of first appearance. */
export function summarize(results: readonly PeerResult[]): Summary[] {
  const groups = new Map<string, PeerResult[]>();
  for (const result of results) {
    const id = `${result.dataset} ${result.workload} ${result.peer}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [result]);
    else group.push(result);
  }
  return [...groups.values()].map(summarizeGroup);
}

function summarizeGroup(group: readonly PeerResult[]): Summary {
  const runs = group.filter(isRun);
  const { peer, title, dataset, workload } = group[0];
  const cpu = runs.flatMap(run => (run.cpuSeconds === null ? [] : [(run.cpuSeconds / run.events) * 1e6]));
  const rss = runs.flatMap(run => (run.peakRssBytes === null ? [] : [run.peakRssBytes]));
  const skip = group.find(result => !isRun(result)) as PeerSkip | undefined;
  return {
    peer,
    title,
    dataset,
    workload,
    runs: runs.length,
    eventsPerSecond: median(runs.map(run => run.eventsPerSecond)),
    cpuSecondsPerMillion: median(cpu),
    peakRssBytes: rss.length === 0 ? null : Math.max(...rss),
    answer: skip !== undefined ? `skipped: ${skip.skipped}` : worstAnswer(runs),
  };
}

function worstAnswer(runs: readonly PeerRun[]): string {
  return runs.find(run => run.answer !== 'equal')?.answer ?? 'equal';
}

/** How many times as fast `engine` is, by medians; null where either has no figure. */
export function speedRatio(engine: Summary, peer: Summary): number | null {
  if (engine.eventsPerSecond === null || peer.eventsPerSecond === null) return null;
  return engine.eventsPerSecond / peer.eventsPerSecond;
}
