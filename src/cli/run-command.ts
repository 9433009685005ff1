import { systemCodeOf } from '../errors.js';
import type { Pipeline, RunOptions, RunStats, StartPipeline } from '../run-options.js';
import { LiveLine } from './live-line.js';
import { deadLettersText, summaryText } from './run-figures.js';
import { onStopSignals, type SignalSource } from './stop-signals.js';
import { paintFor, type TextStream } from './terminal.js';

/** The process around a run; tests give their own. */
export interface RunSurroundings {
  readonly startPipeline: StartPipeline;
  readonly stdout: TextStream & { on(event: 'error', listener: (error: Error) => void): unknown };
  readonly stderr: TextStream;
  readonly signals: SignalSource;
}

/** Runs to the end of the source or to a signal, with progress on a terminal and quiet elsewhere. */
export async function runPipeline(options: RunOptions, surroundings: RunSurroundings): Promise<void> {
  const { stdout, stderr, signals } = surroundings;
  let reader: 'there' | 'gone' = 'there';
  let pipeline: Pipeline | undefined;
  let drainAsked = false;
  const drain = () => {
    drainAsked = true;
    pipeline?.drain();
  };
  const live = new LiveLine(stderr, () => (pipeline as Pipeline).stats());
  const removeSignals = onStopSignals(() => {
    live.stop();
    if (stderr.isTTY) stderr.write('stopping after what was read; once more quits at once\n');
    drain();
  }, signals);
  // Whoever reads our output may stop early (`| head`): that is no failure of ours.
  const onOutputError = (error: Error) => {
    if (systemCodeOf(error) !== 'EPIPE') throw error;
    reader = 'gone';
    drain();
  };
  stdout.on('error', onOutputError);
  try {
    pipeline = await surroundings.startPipeline(options);
    if (drainAsked) pipeline.drain();
    if (showsProgress(options, stdout, stderr) && !drainAsked) live.start();
    const stats = await pipeline.done;
    live.stop();
    if (reader === 'there') report(options, stats, stderr);
  } catch (error) {
    live.stop();
    const isQuiet = options.sink.kind === 'stdout' && systemCodeOf(error) === 'EPIPE';
    if (!isQuiet) throw error;
  } finally {
    removeSignals();
    // The listener stays: an error that comes after the end must not be thrown into the void.
  }
}

/** Not where vectors go to the same terminal. */
function showsProgress({ sink }: RunOptions, stdout: TextStream, stderr: TextStream): boolean {
  return stderr.isTTY === true && !(sink.kind === 'stdout' && stdout.isTTY === true);
}

function report({ source, deadLetter }: RunOptions, stats: RunStats, stderr: TextStream): void {
  if (stderr.isTTY || source.kind === 'generator') {
    stderr.write(summaryText(stats, deadLetter.path, process.memoryUsage.rss(), paintFor(stderr)));
  } else if (stats.deadLetters > 0) {
    stderr.write(`millrace: ${deadLettersText(stats, deadLetter.path)}\n`);
  }
}
