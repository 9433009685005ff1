import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findCheckout } from '../harness/checkout.js';
import { type Answer, cacheDirectory, type Dataset, type Workload } from '../harness/dataset.js';
import { checkAnswer, type PeerRun, parseResults } from '../harness/result.js';
import { runChild } from '../harness/run-child.js';
import type { ViewName } from '../harness/views.js';
import type { EngineTask } from './engine-run.js';
import { hashFile, sumVectors } from './vector-sums.js';

/** One way to run the engine. */
export interface EngineSetup {
  /** In tables and in `PeerRun.peer`. */
  readonly name: string;
  readonly title: string;
  readonly view: ViewName;
  readonly sink: 'none' | 'file';
  readonly workers: number;
  /** The Node that runs it; default: this one. */
  readonly node?: string;
}

const script = join(findCheckout(), 'dist', 'bench', 'path', 'engine-run.js');
const limitMs = 300_000;

interface EngineResult {
  readonly events: number;
  readonly seconds: number;
  readonly vectors: number;
  readonly deadLetters: number;
}

interface Checked {
  readonly answer: Answer;
  /** SHA-256 of the vectors. */
  readonly hash: string;
}

/**
 * Runs the engine and checks its answers. Before the first timed run on a data file and view, an untimed one writes
 * the vectors to a file, which this process adds up: so the production path stays as it is. Every later run into a
 * file must give the same bytes; a run to no sink must give as many vectors, and no dead letter.
 */
export class EngineRunner {
  readonly #folder: string;
  readonly #checked = new Map<string, Promise<Checked>>();

  constructor() {
    const parent = join(cacheDirectory(), 'out');
    mkdirSync(parent, { recursive: true });
    this.#folder = mkdtempSync(join(parent, 'run-'));
  }

  /** Removes what was written. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The checked answer of a view on a data file. */
  async check(dataset: Dataset, path: string, view: ViewName, workers: number): Promise<Answer> {
    return (await this.#check(dataset, path, view, workers)).answer;
  }

  #check(dataset: Dataset, path: string, view: ViewName, workers: number): Promise<Checked> {
    const id = `${dataset.name} ${view}`;
    const known = this.#checked.get(id) ?? this.#writeAndSum(path, view, workers);
    this.#checked.set(id, known);
    return known;
  }

  async #writeAndSum(path: string, view: ViewName, workers: number): Promise<Checked> {
    const sink = join(this.#folder, 'vectors.ndjson');
    const { vectors } = (await this.#run({ path, view, sink, workers }, process.execPath)).result;
    const sums = await sumVectors(sink);
    if (sums.vectors !== vectors)
      throw new Error(`${vectors} vectors, but ${sums.vectors} lines in the file`);
    return { answer: sums.answer, hash: await hashFile(sink) };
  }

  async #run(task: Omit<EngineTask, 'deadLetter'>, node: string) {
    const deadLetter = join(this.#folder, 'dead-letters.ndjson');
    const args = [script, JSON.stringify({ ...task, deadLetter })];
    const outcome = await runChild({ file: node, args }, limitMs);
    const result = parseResults(outcome.stdout).at(-1) as EngineResult | undefined;
    if (outcome.exitCode === 0 && result !== undefined) return { result, outcome };
    throw new Error(`the engine ended with ${outcome.exitCode}: ${outcome.stderr.trim().slice(-500)}`);
  }

  /** One timed run. */
  async run(dataset: Dataset, path: string, setup: EngineSetup): Promise<PeerRun> {
    const { view, workers } = setup;
    const checked = await this.#check(dataset, path, view, workers);
    const sink = setup.sink === 'none' ? 'none' : join(this.#folder, 'vectors.ndjson');
    const { result, outcome } = await this.#run(
      { path, view, sink, workers },
      setup.node ?? process.execPath,
    );
    const workload: Workload = view === 'three-windows' ? 'three-windows' : 'count-sum';
    return {
      peer: setup.name,
      title: setup.title,
      dataset: dataset.name,
      workload,
      events: result.events,
      seconds: result.seconds,
      eventsPerSecond: result.events / result.seconds,
      cpuSeconds: outcome.cpuSeconds,
      peakRssBytes: outcome.peakRssBytes,
      answer: await this.#judge(dataset, view, result, checked, sink),
    };
  }

  async #judge(
    dataset: Dataset,
    view: ViewName,
    result: EngineResult,
    { answer, hash }: Checked,
    sink: string,
  ): Promise<string> {
    if (result.deadLetters > 0) return `${result.deadLetters} dead letters`;
    if (result.vectors !== dataset.events) return `${result.vectors} vectors instead of ${dataset.events}`;
    if (sink !== 'none' && (await hashFile(sink)) !== hash) return 'other bytes than the run before';
    // Of the other windows only the sum is known: `benchWindowGrowth` checks it.
    if (view === 'count-sum-1m' || view === 'count-sum-60m') return 'equal';
    return checkAnswer({ events: result.events, seconds: result.seconds, ...answer }, dataset, view);
  }
}
