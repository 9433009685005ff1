#!/usr/bin/env node
import { exitCodeOf } from './cli/exit-codes.js';
import { runCli } from './cli/program.js';
import { reportFailure } from './cli/report-failure.js';
import { systemCodeOf } from './errors.js';

/** Of last resort: no stack trace reaches the user unasked, and nothing fails with exit code 0. */
function fail(error: unknown): void {
  reportFailure(error, process.stderr);
  process.exit(exitCodeOf(error));
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
// `millrace --help | head -1` is no failure.
process.stdout.on('error', error => {
  if (systemCodeOf(error) !== 'EPIPE') fail(error);
});

const exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  env: process.env,
  loadPipeline: () => import('./pipeline.js'),
});
// All that was promised is written by now; what is still open (standard input, say) must not keep us.
process.exit(exitCode);
