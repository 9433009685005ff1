/**
 * Aggregation alone, one thread, on chunks that are decoded already: a process of its own, as the C++ it is held
 * against is one.
 *
 *     node core-run.js '{"users":100000,"skew":"uniform","events":1048576,"perWindow":8,"seed":42}' LAPS
 *
 * Prints one `RESULT {json}` line; fails if a count or sum is wrong.
 */
import type { EventShape } from '../harness/event-file.js';
import { checkLap, makeLap } from '../harness/lap.js';
import { StageSet } from '../harness/stage-set.js';
import { benchView } from '../harness/views.js';

function run(shape: EventShape, laps: number): { events: number; seconds: number; c: number; s: number } {
  const lap = makeLap(shape);
  const stages = new StageSet(benchView('count-sum'), lap.lines, lap.lapMs);
  stages.decode();
  const warmLaps = lap.lapsToFill + 1;
  for (let i = 0; i < warmLaps; i++) {
    stages.moveToLap(i);
    stages.aggregate();
  }
  checkLap(stages.answer(), lap);
  let milliseconds = 0;
  for (let i = 0; i < laps; i++) {
    stages.moveToLap(warmLaps + i);
    const begin = performance.now();
    stages.aggregate();
    milliseconds += performance.now() - begin;
  }
  const answer = stages.answer();
  checkLap(answer, lap);
  return { events: laps * lap.events, seconds: milliseconds / 1000, c: answer.c, s: answer.s };
}

const [shape, laps] = process.argv.slice(2);
console.log(`RESULT ${JSON.stringify({ engine: 'millrace-core', ...run(JSON.parse(shape), Number(laps)) })}`);
