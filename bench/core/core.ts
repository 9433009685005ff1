import { join } from 'node:path';
import { findCheckout } from '../harness/checkout.js';
import type { Dataset } from '../harness/dataset.js';
import type { EventShape } from '../harness/event-file.js';
import { median, parseResults } from '../harness/result.js';
import { runChild } from '../harness/run-child.js';
import { findPeerSite } from '../harness/run-peer.js';
import type { Section } from '../harness/section.js';
import { formatRate, formatRatio, type Table } from '../harness/table.js';
import { runNativeCore } from '../peers/native-core.js';
import { isSkip, type PeerSite } from '../peers/peer.js';
import { findClass, loadTargets, type MachineClass } from './targets.js';

export interface CoreOptions {
  readonly rounds: number;
  /** Events that are decoded once and aggregated over and over. */
  readonly lapEvents: number;
  /** Laps that are timed in a round. */
  readonly laps: number;
  /** Run the C++ beside it, where it takes the same events. */
  readonly native: boolean;
}

export interface CoreFigure {
  readonly dataset: string;
  /** Medians of the rounds; null: no figure. */
  readonly eventsPerSecond: number | null;
  readonly nativePerSecond: number | null;
  /** Why there is no native figure; empty if there is one. */
  readonly nativeSkipped: string;
}

const script = join(findCheckout(), 'dist', 'bench', 'core', 'core-run.js');
const limitMs = 300_000;

/** Runs the core once in a process of its own. @throws if it fails, a wrong answer included */
export async function runCore(shape: EventShape, laps: number): Promise<number> {
  const { users, skew, events, perWindow, seed } = shape;
  const args = [script, JSON.stringify({ users, skew, events, perWindow, seed }), String(laps)];
  const outcome = await runChild({ file: process.execPath, args }, limitMs);
  const result = parseResults(outcome.stdout).at(-1);
  if (outcome.exitCode === 0 && result !== undefined) return result.events / result.seconds;
  throw new Error(`the core of ${users} users, ${skew}: ${outcome.stderr.trim().slice(-500)}`);
}

/** The core and the C++ in alternating rounds. */
export async function measureCore(
  dataset: Dataset,
  options: CoreOptions,
  site: PeerSite = findPeerSite(),
): Promise<CoreFigure> {
  const own: number[] = [];
  const native: number[] = [];
  const timed = options.laps * options.lapEvents;
  // The C++ draws uniform users only.
  let nativeSkipped = options.native && dataset.skew === 'uniform' ? '' : 'not asked for';
  for (let round = 0; round < options.rounds; round++) {
    own.push(await runCore({ ...dataset, events: options.lapEvents }, options.laps));
    if (nativeSkipped !== '') continue;
    const { users, perWindow } = dataset;
    const figure = await runNativeCore(site, { users, perWindow, events: timed });
    if (isSkip(figure)) nativeSkipped = figure.skipped;
    else native.push(figure.eventsPerSecond);
  }
  return {
    dataset: dataset.name,
    eventsPerSecond: median(own),
    nativePerSecond: median(native),
    nativeSkipped,
  };
}

export async function benchCore(datasets: readonly Dataset[], options: CoreOptions): Promise<Section> {
  const figures: CoreFigure[] = [];
  for (const dataset of datasets) figures.push(await measureCore(dataset, options));
  return coreSection(figures, options);
}

function coreSection(figures: readonly CoreFigure[], { lapEvents }: CoreOptions): Section {
  const classes = loadTargets();
  const here = findClass(classes);
  const skipped = figures.find(figure => !['', 'not asked for'].includes(figure.nativeSkipped));
  return {
    title: 'Aggregation alone: one thread, chunks decoded before, count and sum over ten minutes',
    table: coreTable(figures, here, classes),
    notes: [
      `${lapEvents} events, over and over with the times moved on; every first and last lap checked by definition.`,
      'Targets: bench/targets.json; one without a measured machine is projected, and says how.',
      ...(here === undefined ? ['This machine is of no class there: it has no target.'] : []),
      ...(skipped === undefined ? [] : [`no native core: ${skipped.nativeSkipped}`]),
    ],
    figures,
    wrong: [],
  };
}

function coreTable(
  figures: readonly CoreFigure[],
  here: MachineClass | undefined,
  classes: readonly MachineClass[],
): Table {
  const others = classes.filter(machine => machine !== here);
  const columns = [
    { title: 'data', align: 'left' as const },
    { title: 'events/s', align: 'right' as const },
    { title: 'native C++', align: 'right' as const },
    { title: 'x native', align: 'right' as const },
    { title: here === undefined ? 'target' : `target: ${here.name}`, align: 'right' as const },
    { title: 'reached', align: 'right' as const },
    ...others.map(machine => ({
      title: `${machine.name}${machine.basis === 'projected' ? ', PROJECTED' : ''}`,
      align: 'right' as const,
    })),
  ];
  const rows = figures.map(({ dataset, eventsPerSecond, nativePerSecond }) => {
    const target = here?.core[dataset] ?? null;
    return [
      dataset,
      formatRate(eventsPerSecond),
      formatRate(nativePerSecond),
      formatRatio(ratio(eventsPerSecond, nativePerSecond)),
      formatRate(target),
      formatRatio(ratio(eventsPerSecond, target)),
      ...others.map(machine => formatRate(machine.core[dataset] ?? null)),
    ];
  });
  return { columns, rows };
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a / b;
}
