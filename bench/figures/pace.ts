import { join } from 'node:path';
import { findCheckout } from '../harness/checkout.js';
import { runChild } from '../harness/run-child.js';

/** What a slow stream costs, in cores kept busy. */
export interface PaceFigure {
  readonly name: 'idle' | '10k';
  readonly events: number;
  readonly cores: number;
}

const script = join(findCheckout(), 'dist', 'bench', 'path', 'pace-run.js');
const graceMs = 60_000;
const rates = { idle: 0.001, '10k': 10_000 } as const;

export async function measurePace(
  name: PaceFigure['name'],
  seconds: number,
  workers: number,
): Promise<PaceFigure> {
  const args = [script, rates[name], seconds, workers].map(String);
  const outcome = await runChild({ file: process.execPath, args }, seconds * 1000 + graceMs);
  const line = /^RESULT (.*)$/m.exec(outcome.stdout);
  if (outcome.exitCode !== 0 || line === null) throw new Error(`pace ${name}: ${outcome.stderr.slice(-500)}`);
  const { events, cores } = JSON.parse(line[1]) as { events: number; cores: number };
  const expected = rates[name] * seconds;
  if (Math.abs(events - expected) > Math.max(2, expected * 0.05)) {
    throw new Error(`pace ${name}: ${events} events in ${seconds} s, expected about ${expected}`);
  }
  return { name, events, cores };
}
