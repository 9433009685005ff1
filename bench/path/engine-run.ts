/**
 * The engine on a file, as a process of its own that can be held against a peer's.
 *
 *     node engine-run.js '{"path":…,"view":"count-sum","sink":"none"|PATH,"workers":2,"deadLetter":PATH}'
 *
 * Prints one `RESULT {json}` line: `seconds` run from opening the input until sinks are closed and the workers gone.
 */

import { lanesDefault } from '../../native-free-core/limits.js';
import { startPipeline } from '../../src/pipeline.js';
import type { RunOptions } from '../../src/run-options.js';
import { benchView, type ViewName } from '../harness/views.js';

export interface EngineTask {
  readonly path: string;
  readonly view: ViewName;
  /** `none`, or the path of a file. */
  readonly sink: string;
  readonly workers: number;
  readonly deadLetter: string;
}

const task = JSON.parse(process.argv[2]) as EngineTask;
const options: RunOptions = {
  view: benchView(task.view),
  source: { kind: 'file', path: task.path },
  sink: task.sink === 'none' ? { kind: 'none' } : { kind: 'file', path: task.sink },
  deadLetter: { kind: 'file', path: task.deadLetter },
  workers: task.workers,
  lanes: lanesDefault,
  order: 'input',
};
const pipeline = await startPipeline(options);
const { seconds, records, vectors, deadLetters, longestBatchMs } = await pipeline.done;
console.log(
  `RESULT ${JSON.stringify({ engine: 'millrace', events: records, seconds, vectors, deadLetters, longestBatchMs })}`,
);
