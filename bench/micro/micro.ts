import { Bench, type Task } from 'tinybench';
import type { Section } from '../harness/section.js';
import type { Table } from '../harness/table.js';
import { numberBenchmarks } from './numbers.js';
import { RingInOneThread, RingWithWorker } from './rings.js';
import { benchScan } from './scan.js';
import { prepareStages } from './stages.js';

export interface MicroOptions {
  /** How long each is measured. */
  readonly timeMs: number;
  readonly users: number;
  /** Lines that decode and encode go over. */
  readonly events: number;
  /** Of the scanner by itself. */
  readonly scanRounds: number;
}

export interface MicroFigure {
  readonly name: string;
  readonly unit: string;
  /** Median nanoseconds per unit of work. */
  readonly nanoseconds: number;
  /** Relative margin of error, in percent. */
  readonly margin: number;
}

const numbersAtOnce = 10_000;
const chunksAtOnce = 10_000;
/** Through a thread a chunk takes microseconds, not tens of nanoseconds. */
const chunksThroughThread = 500;
const shape = { skew: 'uniform', perWindow: 8, seed: 42 } as const;

interface Work {
  readonly unit: string;
  /** Units in one call. */
  readonly count: number;
}

export async function benchMicro(options: MicroOptions): Promise<Section> {
  const { timeMs, users, events } = options;
  const bench = new Bench({
    time: timeMs,
    warmupTime: timeMs / 4,
    iterations: 8,
    warmupIterations: 2,
    throws: true,
  });
  const works = new Map<string, Work>();
  const add = (name: string, work: Work, run: () => unknown): void => {
    works.set(name, work);
    bench.add(name, run);
  };
  for (const { name, checked, run } of numberBenchmarks()) {
    checked();
    add(name, { unit: 'number', count: numbersAtOnce }, () => run(numbersAtOnce));
  }
  const { stages } = prepareStages({ ...shape, users, events });
  add('scan + decode', { unit: 'event', count: events }, () => stages.decode());
  add('encode', { unit: 'event', count: events }, () => stages.encode());
  const ring = new RingInOneThread();
  add('ring, one thread', { unit: 'chunk', count: chunksAtOnce }, () => ring.run(chunksAtOnce));
  await bench.run();
  const figures = bench.tasks.map(task => figureOf(task, works));
  figures.push(await benchRingWithWorker(timeMs));
  const scan = benchScan(options.scanRounds);
  const scanned = { name: 'scan alone', unit: 'event', nanoseconds: scan.nsPerLine, margin: 0 };
  return microSection([...figures, scanned]);
}

/** By its own clock: what it waits for is another thread, and no harness need be between. */
async function benchRingWithWorker(timeMs: number): Promise<MicroFigure> {
  const threads = new RingWithWorker();
  const laps: number[] = [];
  try {
    await threads.run(chunksThroughThread);
    for (const end = performance.now() + timeMs; laps.length < 8 || performance.now() < end; ) {
      const before = performance.now();
      await threads.run(chunksThroughThread);
      laps.push(((performance.now() - before) * 1e6) / chunksThroughThread);
    }
  } finally {
    await threads.close();
  }
  const nanoseconds = laps.sort((a, b) => a - b)[laps.length >> 1];
  return { name: 'ring, to a worker and back', unit: 'chunk', nanoseconds, margin: 0 };
}

function figureOf({ name, result }: Task, works: Map<string, Work>): MicroFigure {
  const work = works.get(name);
  if (result.state !== 'completed' || work === undefined) throw new Error(`${name}: ${result.state}`);
  const { p50, rme } = result.latency;
  return { name, unit: work.unit, nanoseconds: (p50 * 1e6) / work.count, margin: rme };
}

function microSection(figures: readonly MicroFigure[]): Section {
  const table: Table = {
    columns: [
      { title: 'what', align: 'left' },
      { title: 'ns', align: 'right' },
      { title: 'per', align: 'left' },
      { title: 'M/s', align: 'right' },
      { title: '+-%', align: 'right' },
    ],
    rows: figures.map(({ name, unit, nanoseconds, margin }) => [
      name,
      nanoseconds.toFixed(1),
      unit,
      (1000 / nanoseconds).toPrecision(3),
      margin === 0 ? '-' : margin.toFixed(1),
    ]),
  };
  return {
    title: 'Parts by themselves (medians; one thread, save the last ring)',
    table,
    notes: [
      'Decode and encode: lines of 100 k users with full windows, chunks as in a run. All answers checked.',
    ],
    figures,
    wrong: [],
  };
}
