import type { EventShape } from '../harness/event-file.js';
import { checkLap, makeLap } from '../harness/lap.js';
import { StageSet } from '../harness/stage-set.js';
import { benchView } from '../harness/views.js';

/** A decoded and aggregated lap whose windows are full, each stage's output checked. */
export function prepareStages(shape: EventShape): { stages: StageSet; events: number } {
  const lap = makeLap(shape);
  const stages = new StageSet(benchView('count-sum'), lap.lines, lap.lapMs);
  stages.decode();
  for (let i = 0; i <= lap.lapsToFill; i++) {
    stages.moveToLap(i);
    stages.aggregate();
  }
  checkLap(stages.answer(), lap);
  stages.encode();
  checkVectors(stages);
  return { stages, events: lap.events };
}

/** Reads the encoded vectors again and compares their sums with what the aggregation left in the slots. */
export function checkVectors(stages: StageSet): void {
  const expected = stages.answer();
  let [rows, c, s] = [0, 0, 0];
  for (let chunk = 0; chunk < stages.bank.chunks; chunk++) {
    const text = Buffer.from(stages.vectors(chunk)).toString();
    for (const line of text.trimEnd().split('\n')) {
      const vector = JSON.parse(line) as { c: number; s: number };
      rows++;
      c += vector.c;
      s += vector.s;
    }
  }
  if (rows === expected.rows && c === expected.c && s === expected.s) return;
  throw new Error(`encoded: ${rows} vectors, c ${c} s ${s}; in the slots: ${JSON.stringify(expected)}`);
}
