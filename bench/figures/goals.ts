import type { CoreFigure } from '../core/core.js';
import type { Workload } from '../harness/dataset.js';
import type { Summary } from '../harness/result.js';
import { formatRate, formatRatio, type Table } from '../harness/table.js';
import * as setup from './matches.js';
import type { PaceFigure } from './pace.js';

/** All that was measured. */
export interface Evidence {
  readonly summaries: readonly Summary[];
  readonly cores: readonly CoreFigure[];
  readonly paces: readonly PaceFigure[];
  /** The major version of the running Node and of the second one. */
  readonly nodes: { readonly running: number; readonly second: number | undefined };
}

/** One line of the table: what was to be reached and what was. */
export interface Verdict {
  readonly what: string;
  /** The figure itself, for people. */
  readonly reached: string;
  /** What it is compared with. */
  readonly against: string;
  readonly value: number | null;
  readonly target: number;
  readonly unit: '' | 'x';
  readonly isCeiling: boolean;
  readonly isStretch: boolean;
}

type Judge = (evidence: Evidence) => Verdict;

function find(
  { summaries }: Evidence,
  peer: string,
  dataset: string,
  workload: Workload,
): Summary | undefined {
  return summaries.find(
    summary => summary.peer === peer && summary.dataset === dataset && summary.workload === workload,
  );
}

interface Race {
  readonly what: string;
  readonly engine: string;
  readonly dataset: string;
  readonly workload?: Workload;
}

/** At least `target` times as fast as a peer. */
function faster(race: Race, peer: string, target: number, isStretch = false): Judge {
  return evidence => {
    const workload = race.workload ?? 'count-sum';
    const own = find(evidence, race.engine, race.dataset, workload)?.eventsPerSecond ?? null;
    const other = find(evidence, peer, race.dataset, workload);
    const rate = other?.eventsPerSecond ?? null;
    return {
      what: race.what,
      reached: formatRate(own),
      against: `${other?.title ?? peer}: ${formatRate(rate)}${rate === null ? ` (${other?.answer ?? 'not run'})` : ''}`,
      value: own === null || rate === null ? null : own / rate,
      target,
      unit: 'x',
      isCeiling: false,
      isStretch,
    };
  };
}

function atMost(
  what: string,
  target: number,
  digits: number,
  read: (evidence: Evidence) => number | null,
): Judge {
  return evidence => {
    const value = read(evidence);
    return {
      what,
      reached: value === null ? '-' : value.toFixed(digits),
      against: '',
      value,
      target,
      unit: '',
      isCeiling: true,
      isStretch: false,
    };
  };
}

function core(dataset: string): Judge {
  return ({ cores }) => {
    const figure = cores.find(found => found.dataset === dataset);
    const [own, native] = [figure?.eventsPerSecond ?? null, figure?.nativePerSecond ?? null];
    return {
      what: `aggregation alone, one thread, ${dataset}`,
      reached: formatRate(own),
      against: `native core: ${formatRate(native)}`,
      value: own === null || native === null ? null : own / native,
      target: 0.6,
      unit: 'x',
      isCeiling: false,
      isStretch: false,
    };
  };
}

/** The older Node's speed as a share of the newer one's. */
function olderNode(what: string, running: string, second: string): Judge {
  return evidence => {
    const { nodes } = evidence;
    const one = find(evidence, running, '100k-uniform', 'count-sum')?.eventsPerSecond ?? null;
    const two = find(evidence, second, '100k-uniform', 'count-sum')?.eventsPerSecond ?? null;
    const [older, newer] =
      nodes.second !== undefined && nodes.second > nodes.running ? [one, two] : [two, one];
    const versions = [nodes.running, nodes.second ?? 'another (--node PATH)'].sort();
    return {
      what: `${what}, Node ${versions[0]} to ${versions[1]}`,
      reached: formatRate(older),
      against: formatRate(newer),
      value: older === null || newer === null ? null : older / newer,
      target: 0.75,
      unit: 'x',
      isCeiling: false,
      isStretch: false,
    };
  };
}

function windowGrowth(evidence: Evidence): number | null {
  const cost = (name: string): number | null =>
    find(evidence, name, '100k-uniform', 'count-sum')?.eventsPerSecond ?? null;
  const [short, long] = [cost(setup.noneWindow1m), cost(setup.noneWindow60m)];
  return short === null || long === null ? null : short / long;
}

function cpu(engine: string): (evidence: Evidence) => number | null {
  return evidence => find(evidence, engine, '100k-uniform', 'count-sum')?.cpuSecondsPerMillion ?? null;
}

function rssMegabytes(dataset: string): (evidence: Evidence) => number | null {
  return evidence => {
    const bytes = find(evidence, setup.none, dataset, 'count-sum')?.peakRssBytes ?? null;
    return bytes === null ? null : bytes / 1e6;
  };
}

function cores(name: PaceFigure['name']): (evidence: Evidence) => number | null {
  return ({ paces }) => paces.find(pace => pace.name === name)?.cores ?? null;
}

const uniform: Race = { what: 'to none, 100 k users, uniform', engine: setup.none, dataset: '100k-uniform' };
const intoFile: Race = { what: 'to a file, in input order', engine: setup.file, dataset: '100k-uniform' };
const zipf: Race = { what: 'to none, 100 k users, Zipf 1.1', engine: setup.none, dataset: '100k-zipf' };
const few: Race = { what: 'to none, 1 k users', engine: setup.none, dataset: '1k-uniform' };
const many: Race = { what: 'to none, 1 M users', engine: setup.none, dataset: '1m-uniform' };
const threeWindows: Race = {
  what: 'three windows x five functions',
  engine: setup.none,
  dataset: '100k-uniform',
  workload: 'three-windows',
};

/** The table of figures of the issue, row by row. */
const goals: readonly Judge[] = [
  faster(uniform, 'naive-node', 6.5),
  faster(uniform, 'flink', 4.3),
  faster(uniform, 'duckdb', 1.9),
  faster(intoFile, 'naive-node', 5),
  faster(zipf, 'running-sum-node', 7),
  faster(zipf, 'naive-node', 80),
  faster(few, 'naive-node', 4.5),
  faster(many, 'naive-node', 8),
  faster(many, 'duckdb', 1.1),
  faster(threeWindows, 'duckdb', 3),
  faster(threeWindows, 'rust', 1, true),
  core('100k-uniform'),
  core('1m-uniform'),
  atMost('CPU s per million events, to none', 0.6, 2, cpu(setup.none)),
  atMost('CPU s per million events, to a file', 0.8, 2, cpu(setup.file)),
  atMost('cost of a 60 min window, in 1 min windows', 1.5, 2, windowGrowth),
  atMost('peak RSS, 100 k users, MB', 200, 0, rssMegabytes('100k-uniform')),
  atMost('peak RSS, 1 M users, MB', 600, 0, rssMegabytes('1m-uniform')),
  atMost('idle, cores', 0.01, 4, cores('idle')),
  atMost('at 10 k events/s, cores', 0.15, 3, cores('10k')),
  olderNode('to none', setup.none, setup.noneSecondNode),
  olderNode('to a file', setup.file, setup.fileSecondNode),
];

export function judge(evidence: Evidence): Verdict[] {
  return goals.map(goal => goal(evidence));
}

export function outcome({ value, target, isCeiling, isStretch }: Verdict): string {
  if (value === null) return 'no figure';
  if (isCeiling ? value <= target : value >= target) return 'ok';
  return isStretch ? 'not reached (stretch)' : 'MISS';
}

export function verdictTable(verdicts: readonly Verdict[]): Table {
  const columns = [
    { title: 'what', align: 'left' as const },
    { title: 'reached', align: 'right' as const },
    { title: 'against', align: 'left' as const },
    { title: 'target', align: 'right' as const },
    { title: 'ratio', align: 'right' as const },
    { title: '', align: 'left' as const },
  ];
  const rows = verdicts.map(verdict => [
    verdict.what,
    verdict.reached,
    verdict.against,
    `${verdict.isCeiling ? '<=' : '>='} ${verdict.target}${verdict.unit === 'x' ? ' x' : ''}`,
    verdict.unit === 'x' ? formatRatio(verdict.value) : '',
    outcome(verdict),
  ]);
  return { columns, rows };
}
