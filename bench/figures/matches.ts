import type { Workload } from '../harness/dataset.js';
import { nodeMajor } from '../harness/machine.js';
import type { EngineSetup } from '../path/engine.js';

/** What runs against each other on one data file, in alternating rounds. */
export interface Match {
  readonly dataset: string;
  readonly workload: Workload;
  readonly engines: readonly EngineSetup[];
  readonly peers: readonly string[];
}

export interface SecondNode {
  /** Path of its executable. */
  readonly path: string;
  readonly major: number;
}

/** Names of the engine's setups, as the goals refer to them. */
export const none = 'millrace-none';
export const file = 'millrace-file';
export const noneWindow1m = 'millrace-none-1m';
export const noneWindow60m = 'millrace-none-60m';
export const noneSecondNode = 'millrace-none-node';
export const fileSecondNode = 'millrace-file-node';

/** The matches that the table of figures needs, each with the peers that it names. */
export function figureMatches(workers: number, second: SecondNode | undefined): Match[] {
  const title = (what: string, major = nodeMajor()): string => `Millrace, ${what}, Node ${major}`;
  const count = { view: 'count-sum', workers } as const;
  const toNone: EngineSetup = { ...count, name: none, title: title('to none'), sink: 'none' };
  const toFile: EngineSetup = { ...count, name: file, title: title('to a file'), sink: 'file' };
  const seconds: EngineSetup[] =
    second === undefined
      ? []
      : [
          { ...toNone, name: noneSecondNode, title: title('to none', second.major), node: second.path },
          { ...toFile, name: fileSecondNode, title: title('to a file', second.major), node: second.path },
        ];
  const windows: EngineSetup[] = [
    { ...toNone, name: noneWindow1m, title: title('window 1 min'), view: 'count-sum-1m' },
    { ...toNone, name: noneWindow60m, title: title('window 60 min'), view: 'count-sum-60m' },
  ];
  const everyone = ['naive-node', 'running-sum-node', 'naive-java', 'running-sum-java', 'flink', 'duckdb'];
  return [
    {
      dataset: '100k-uniform',
      workload: 'count-sum',
      engines: [toNone, toFile, ...seconds, ...windows],
      peers: [...everyone, 'rust', 'rust-batched'],
    },
    {
      dataset: '100k-zipf',
      workload: 'count-sum',
      engines: [toNone],
      peers: ['naive-node', 'running-sum-node'],
    },
    { dataset: '1k-uniform', workload: 'count-sum', engines: [toNone], peers: ['naive-node'] },
    { dataset: '1m-uniform', workload: 'count-sum', engines: [toNone], peers: ['naive-node', 'duckdb'] },
    {
      dataset: '100k-uniform',
      workload: 'three-windows',
      engines: [{ ...toNone, view: 'three-windows' }],
      peers: ['naive-node', 'duckdb', 'rust'],
    },
  ];
}
