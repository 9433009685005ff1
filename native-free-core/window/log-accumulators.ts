import {
  accumulatorDoubles,
  addSquares,
  addValues,
  clearAccumulator,
} from '../aggregate/exact-accumulator.js';
import { logExact, logTails } from '../layout/block-log-layout.js';
import type { WindowSpec } from '../layout/entity-layout.js';
import { entryOf, logOf } from './block-directory.js';
import type { ShardMemory } from './shard-memory.js';

/** The exact accumulators of a large entity: made when a sum could not be rounded with certainty, then kept. */

/** Adds sign * n events at double address `from` to the window's exact accumulators. */
export function addToExact(
  s: ShardMemory,
  exact: number,
  window: WindowSpec,
  from: number,
  n: number,
  sign: number,
): void {
  const { f64 } = s;
  const step = s.entity.eventDoubles;
  for (let i = 0; i < window.moments.length; i++) {
    const moment = window.moments[i];
    const base = exact + moment.exact * accumulatorDoubles;
    const column = from + 1 + moment.column;
    addValues(f64, base, f64, column, n, step, sign);
    if (moment.squares >= 0) addSquares(f64, base + accumulatorDoubles, f64, column, n, step, sign);
  }
}

/** Gives the log exact accumulators, filled from the windows as they are; without room it goes on without. */
export function addAccumulators(s: ShardMemory, record: number): void {
  const { i32, f64, entity } = s;
  const log = logOf(s, record);
  const doubles = entity.accumulators * accumulatorDoubles;
  if (!s.canAllocate(s.classFor(doubles))) return;
  const exact = s.allocate(s.classFor(doubles));
  for (let i = 0; i < entity.accumulators; i++) clearAccumulator(f64, exact + i * accumulatorDoubles);
  i32[log + logExact] = exact;
  for (let w = 0; w < entity.windows.length; w++) {
    let at = i32[log + logTails + 2 * w];
    let start = i32[log + logTails + 2 * w + 1];
    for (let left = i32[record + entity.windows[w].count]; left > 0; at = (at + 1) | 0) {
      const entry = entryOf(s, log, at) * 2;
      const n = i32[entry + 1] - start;
      addToExact(s, exact, entity.windows[w], i32[entry] + start * entity.eventDoubles, n, 1);
      left -= n;
      start = 0;
    }
  }
}
