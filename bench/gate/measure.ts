import { checkLap, makeLap } from '../harness/lap.js';
import { median } from '../harness/result.js';
import { StageSet } from '../harness/stage-set.js';
import { benchView } from '../harness/views.js';
import { checkVectors } from '../micro/stages.js';
import { FrozenReference, referenceSums } from './frozen-reference.js';

/** Moves when what is measured changes: figures of different versions are not compared. */
export const seriesVersion = 1;

export const componentNames = ['decode', 'aggregate', 'encode', 'total'] as const;
export type ComponentName = (typeof componentNames)[number];

/** Time of the production functions over that of the reference, by component: medians of rounds. */
export type Ratios = Readonly<Record<ComponentName, number>>;

export interface Series {
  readonly version: number;
  readonly ratios: Ratios;
  /** Medians, for people. */
  readonly nsPerEvent: Readonly<Record<'decode' | 'aggregate' | 'encode', number>>;
}

export interface SeriesOptions {
  readonly rounds: number;
  /** Rounds before them that are not counted: both sides are compiled and warm by then. */
  readonly warmRounds: number;
  readonly users: number;
  /** Events of a lap. */
  readonly events: number;
  /** Does so much of the production work twice, for the demonstration that the gate fails. Steps of 20. */
  readonly slowPercent: number;
}

/** Laps of a component in a round, so that each takes some 50 ms. */
export const lapsPerRound = 5;
/** Calls of the reference's parts in a round, for the same. */
const referenceCalls = { scan: 5, table: 2, format: 7 } as const;

/** What is measured side by side. */
interface Pair {
  readonly name: 'decode' | 'aggregate' | 'encode';
  /** Gives milliseconds. */
  readonly production: () => number;
  readonly reference: () => number;
}

/**
 * CPU time, not wall time: both sides run in one thread and never wait, and whoever else has the machine's cores
 * must not be measured.
 */
function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function repeated(times: number, work: () => void): () => number {
  return () =>
    timed(() => {
      for (let i = 0; i < times; i++) work();
    });
}

function makePairs(stages: StageSet, reference: FrozenReference, firstLap: number, laps: number): Pair[] {
  let lap = firstLap;
  const aggregate = (): number => {
    let milliseconds = 0;
    for (let i = 0; i < laps; i++) {
      stages.moveToLap(lap++);
      milliseconds += timed(() => stages.aggregate());
    }
    return milliseconds;
  };
  return [
    {
      name: 'decode',
      production: repeated(laps, () => stages.decode()),
      reference: repeated(referenceCalls.scan, () => reference.scan()),
    },
    {
      name: 'aggregate',
      production: aggregate,
      reference: repeated(referenceCalls.table, () => reference.table()),
    },
    {
      name: 'encode',
      production: repeated(laps, () => stages.encode()),
      reference: repeated(referenceCalls.format, () => reference.format()),
    },
  ];
}

function checkReference(reference: FrozenReference): void {
  const found = { scan: reference.scan(), table: reference.table(), format: reference.format() };
  const [is, expected] = [JSON.stringify(found), JSON.stringify(referenceSums)];
  if (is !== expected) throw new Error(`the frozen reference gives ${is}, expected ${expected}`);
}

/** One series: both sides warmed up, then alternating rounds, in one thread. Throws on a wrong answer. */
export function measureSeries(options: SeriesOptions): Series {
  const { rounds, warmRounds, users, events, slowPercent } = options;
  const lap = makeLap({ users, skew: 'uniform', events, perWindow: 8, seed: 42 });
  const stages = new StageSet(benchView('count-sum'), lap.lines, lap.lapMs);
  const reference = new FrozenReference();
  checkReference(reference);
  stages.decode();
  for (let i = 0; i <= lap.lapsToFill; i++) {
    stages.moveToLap(i);
    stages.aggregate();
  }
  checkLap(stages.answer(), lap);
  stages.encode();
  checkVectors(stages);

  const extraLaps = Math.round((lapsPerRound * slowPercent) / 100);
  const pairs = makePairs(stages, reference, lap.lapsToFill + 1, lapsPerRound + extraLaps);
  const taken = new Rounds();
  for (let round = -warmRounds; round < rounds; round++) {
    // In turn the one and the other goes first.
    const times = pairs.map(pair => timePair(pair, round % 2 === 0));
    if (round >= 0) taken.add(times);
  }
  checkLap(stages.answer(), lap);
  checkVectors(stages);
  return taken.summary(lapsPerRound * events);
}

interface PairTime {
  readonly production: number;
  readonly reference: number;
}

function timePair(pair: Pair, isReferenceFirst: boolean): PairTime {
  if (isReferenceFirst) {
    const reference = pair.reference();
    return { reference, production: pair.production() };
  }
  const production = pair.production();
  return { production, reference: pair.reference() };
}

class Rounds {
  readonly #ratios: number[][] = [[], [], [], []];
  readonly #milliseconds: number[][] = [[], [], []];

  add(times: readonly PairTime[]): void {
    let [production, reference] = [0, 0];
    times.forEach((time, i) => {
      this.#ratios[i].push(time.production / time.reference);
      this.#milliseconds[i].push(time.production);
      production += time.production;
      reference += time.reference;
    });
    this.#ratios[times.length].push(production / reference);
  }

  summary(eventsPerRound: number): Series {
    const [decode, aggregate, encode, total] = this.#ratios.map(ratios => median(ratios) ?? Number.NaN);
    const ns = this.#milliseconds.map(times => ((median(times) ?? Number.NaN) * 1e6) / eventsPerRound);
    return {
      version: seriesVersion,
      ratios: { decode, aggregate, encode, total },
      nsPerEvent: { decode: ns[0], aggregate: ns[1], encode: ns[2] },
    };
  }
}
