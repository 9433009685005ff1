import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../harness/run-child.js';
import type { Series, SeriesOptions } from './measure.js';

const limitMs = 180_000;

/** The built program of a series in a checkout. */
export function seriesScript(checkout: string): string {
  return join(checkout, 'dist', 'bench', 'gate', 'series.js');
}

export function hasSeries(checkout: string): boolean {
  return existsSync(seriesScript(checkout));
}

/** Runs one series of a checkout in a process of its own. @throws if it fails, a wrong answer included */
export async function runSeries(checkout: string, options: SeriesOptions): Promise<Series> {
  const args = [seriesScript(checkout), JSON.stringify(options)];
  const outcome = await runChild({ file: process.execPath, args, cwd: checkout }, limitMs);
  const line = /^SERIES (.*)$/m.exec(outcome.stdout);
  if (outcome.exitCode === 0 && line !== null) return JSON.parse(line[1]) as Series;
  const why = outcome.timedOut ? 'it did not end in time' : outcome.stderr.trim().slice(-500);
  throw new Error(`a series of ${checkout} ended with ${outcome.exitCode}: ${why}`);
}
