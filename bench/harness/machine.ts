import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** The processor. Clouds give several generations one name, so Linux's family and model stand beside it. */
export function cpuModel(): string {
  const name = cpus()[0]?.model.trim() ?? 'unknown';
  const numbers = readCpuNumbers();
  return numbers === '' ? name : `${name} (${numbers})`;
}

function readCpuNumbers(): string {
  try {
    return cpuNumbers(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return '';
  }
}

/** `family 25 model 1` from the text of `/proc/cpuinfo`; empty where it does not tell. */
export function cpuNumbers(cpuInfo: string): string {
  const family = /^cpu family\s*: (\d+)$/m.exec(cpuInfo)?.[1];
  const model = /^model\s*: (\d+)$/m.exec(cpuInfo)?.[1];
  return family === undefined || model === undefined ? '' : `family ${family} model ${model}`;
}

export function nodeMajor(version = process.versions.node): number {
  return Number(version.split('.')[0]);
}

/** One line for the head of a report. */
export function describeMachine(): string {
  return `${cpuModel()}, ${availableParallelism()} CPUs, Node ${process.versions.node}, ${new Date().toISOString()}`;
}
