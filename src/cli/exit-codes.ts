import { CommanderError } from 'commander';
import { MillraceError } from '../errors.js';

export const exitDone = 0;
export const exitFailed = 1;
export const exitUsage = 2;

export function exitCodeOf(error: unknown): number {
  // Commander says 0 for help and version that were asked for, and 1 for every mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitDone : exitUsage;
  return error instanceof MillraceError && error.domain === 'configuration' ? exitUsage : exitFailed;
}
