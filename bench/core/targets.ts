import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findCheckout } from '../harness/checkout.js';
import { cpuModel } from '../harness/machine.js';

/** A class of machines and what the aggregation core should reach there. */
export interface MachineClass {
  readonly name: string;
  /** Regular expression over `cpuModel()`. */
  readonly cpu: string;
  readonly cpus: number;
  readonly basis: 'measured' | 'projected';
  /** How the figures were come by. */
  readonly how: string;
  /** Events/s by data set. */
  readonly core: Readonly<Record<string, number>>;
}

export function loadTargets(): readonly MachineClass[] {
  const text = readFileSync(join(findCheckout(), 'bench', 'targets.json'), 'utf8');
  return (JSON.parse(text) as { classes: MachineClass[] }).classes;
}

/** The class of this machine, or of the one given. */
export function findClass(
  classes: readonly MachineClass[],
  cpu = cpuModel(),
  cpus = availableParallelism(),
): MachineClass | undefined {
  return classes.find(machine => new RegExp(machine.cpu).test(cpu) && machine.cpus === cpus);
}
