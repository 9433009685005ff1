import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCheckout } from '../harness/checkout.js';
import type { Ratios } from './measure.js';

export interface Baseline {
  /** `seriesVersion` that it was measured by. */
  readonly version: number;
  readonly ratios: Ratios;
  /** For people: what the machine did in a nanosecond's terms then. Never compared. */
  readonly nsPerEvent: Readonly<Record<string, number>>;
  readonly recorded: string;
}

/** By CPU model, then by the major version of Node. */
export type Baselines = Readonly<Record<string, Readonly<Record<string, Baseline>>>>;

export const baselinesPath = join(findCheckout(), 'bench', 'gate', 'baselines.json');

export function loadBaselines(path = baselinesPath): Baselines {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Baselines) : {};
}

/** The baseline, or undefined where none was recorded for this CPU, this Node and this version of the series. */
export function findBaseline(
  baselines: Baselines,
  cpu: string,
  nodeMajor: number,
  version: number,
): Baseline | undefined {
  const found = baselines[cpu]?.[String(nodeMajor)];
  return found?.version === version ? found : undefined;
}

export function saveBaseline(cpu: string, nodeMajor: number, baseline: Baseline, path = baselinesPath): void {
  const all = loadBaselines(path);
  const updated = { ...all, [cpu]: { ...all[cpu], [String(nodeMajor)]: baseline } };
  writeFileSync(path, `${JSON.stringify(updated, null, 2)}\n`);
}
