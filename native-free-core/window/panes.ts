import {
  blockClass,
  logBack,
  logExact,
  logFront,
  logFrontStart,
  logPanes,
  logTails,
} from '../layout/block-log-layout.js';
import { recordRetained } from '../layout/entity-layout.js';
import {
  paneColumnDoubles,
  paneColumns,
  paneDoubles,
  paneEvents,
  paneFirst,
  paneGreatest,
  paneLast,
  paneLeast,
  paneMax,
  paneMin,
  paneNumber,
  paneSlots,
  paneSquares,
  paneSum,
  panesDoubles,
  panesHead,
  panesNewest,
} from '../layout/pane-layout.js';
import { countMerged, eventStage } from '../layout/shard-layout.js';
import { entryOf, logOf } from './block-directory.js';
import { leaveRange } from './event-ring.js';
import { addToExact } from './log-accumulators.js';
import type { ShardMemory } from './shard-memory.js';

/** Merges the oldest events of an entity that has too many into panes, and reads them back into its features. */

/** What `foldPanes` found: paneEvents, paneLeast as in a pane, and the columns as in a pane. */
export type Folded = Float64Array;

export function foldedFor(columns: number): Folded {
  return new Float64Array(paneDoubles(columns));
}

/**
 * high, low += from[source], in double-double arithmetic (TwoSum); panes promise no exactness beyond it. The double is
 * fetched here, since one that is passed is boxed wherever the call is not inlined.
 */
function accumulate(to: Float64Array, at: number, from: Float64Array, source: number): void {
  const x = from[source];
  const high = to[at];
  const sum = high + x;
  const part = sum - high;
  to[at + 1] += high - (sum - part) + (x - part);
  to[at] = sum;
}

const square = new Float64Array(1);

function foldEvent(s: ShardMemory, panes: number, event: number): void {
  const { f64, entity } = s;
  const time = f64[event];
  const number = Math.floor(time / entity.paneMs);
  const slot = number - Math.floor(number / paneSlots) * paneSlots;
  const pane = panes + panesHead + slot * paneDoubles(entity.columns);
  const isNew = f64[pane + paneNumber] !== number;
  if (isNew) {
    f64.fill(0, pane, pane + paneDoubles(entity.columns));
    f64[pane + paneNumber] = number;
  }
  const isFirst = isNew || time < f64[pane + paneLeast];
  const isLast = isNew || time >= f64[pane + paneGreatest];
  if (isFirst) f64[pane + paneLeast] = time;
  if (isLast) f64[pane + paneGreatest] = time;
  f64[pane + paneEvents]++;
  for (let c = 0; c < entity.columns; c++) {
    const at = pane + paneColumns + c * paneColumnDoubles;
    const value = f64[event + 1 + c];
    square[0] = value * value;
    accumulate(f64, at + paneSum, f64, event + 1 + c);
    accumulate(f64, at + paneSquares, square, 0);
    if (isNew || value < f64[at + paneMin]) f64[at + paneMin] = value;
    if (isNew || value > f64[at + paneMax]) f64[at + paneMax] = value;
    if (isFirst) f64[at + paneFirst] = value;
    if (isLast) f64[at + paneLast] = value;
  }
  if (!(f64[panes + panesNewest] >= time)) f64[panes + panesNewest] = time;
  f64[countMerged]++;
}

/** The entity's panes as a double address, made if it has none; 0 if the heap is full. */
function panesOf(s: ShardMemory, log: number): number {
  const { i32, f64, entity } = s;
  if (i32[log + logPanes] !== 0) return i32[log + logPanes];
  const doubles = panesDoubles(entity.columns);
  const panes = s.allocate(s.classFor(doubles));
  if (panes === 0) return 0;
  f64.fill(Number.NaN, panes, panes + doubles);
  i32[log + logPanes] = panes;
  return panes;
}

/** Merges the oldest events, a sixteenth of the bound but 64 at most, into their panes. */
export function mergeOldest(s: ShardMemory, record: number): void {
  const { i32, entity } = s;
  const log = logOf(s, record);
  const panes = panesOf(s, log);
  if (panes === 0) return;
  const goal = Math.min(64, Math.max(1, entity.eventsPerEntityMax >> 4));
  for (let merged = 0; merged < goal; merged++) {
    const front = i32[log + logFront];
    const start = i32[log + logFrontStart];
    const entry = entryOf(s, log, front) * 2;
    const event = i32[entry] + start * entity.eventDoubles;
    const isBlockDone = start + 1 === i32[entry + 1] && front !== i32[log + logBack];
    foldEvent(s, panes, event);
    for (let w = 0; w < entity.windows.length; w++) {
      const window = entity.windows[w];
      const tail = log + logTails + 2 * w;
      if (i32[tail] !== front || i32[tail + 1] !== start || i32[record + window.count] === 0) continue;
      leaveRange(s, record, window, event, 1);
      if (i32[log + logExact] !== 0) addToExact(s, i32[log + logExact], window, event, 1, -1);
      i32[record + window.count]--;
      i32[tail] = isBlockDone ? (front + 1) | 0 : front;
      i32[tail + 1] = isBlockDone ? 0 : start + 1;
    }
    i32[record + recordRetained]--;
    i32[log + logFrontStart] = isBlockDone ? 0 : start + 1;
    if (!isBlockDone) continue;
    s.free(i32[entry], blockClass);
    i32[log + logFront] = (front + 1) | 0;
  }
}

/**
 * Takes the staged event into its pane if it is older than every event that the entity kept.
 * @returns whether it did
 */
export function takeIntoPane(s: ShardMemory, record: number, staged: Float64Array): boolean {
  const { i32, f64, entity } = s;
  const log = logOf(s, record);
  const panes = i32[log + logPanes];
  if (panes === 0) return false;
  const entry = entryOf(s, log, i32[log + logFront]) * 2;
  const oldest = i32[entry] + i32[log + logFrontStart] * entity.eventDoubles;
  if (!(staged[0] < f64[oldest])) return false;
  for (let i = 0; i < entity.eventDoubles; i++) f64[eventStage + i] = staged[i];
  foldEvent(s, panes, eventStage);
  return true;
}

/** Frees panes that no window can see any more. @param cut [0]: clock - max_window */
export function dropPanes(s: ShardMemory, record: number, cut: Float64Array): void {
  const { i32, f64, entity } = s;
  const log = logOf(s, record);
  const panes = i32[log + logPanes];
  if (panes === 0 || f64[panes + panesNewest] > cut[0]) return;
  s.free(panes, s.classFor(panesDoubles(entity.columns)));
  i32[log + logPanes] = 0;
}

/**
 * Adds up the panes of which an event is later than cut[0].
 * @returns how many panes those are
 */
export function foldPanes(s: ShardMemory, log: number, cut: Float64Array, folded: Folded): number {
  const { i32, f64, entity } = s;
  const panes = i32[log + logPanes];
  if (panes === 0) return 0;
  let found = 0;
  folded.fill(0);
  for (let slot = 0; slot < paneSlots; slot++) {
    const pane = panes + panesHead + slot * paneDoubles(entity.columns);
    if (!(f64[pane + paneGreatest] > cut[0])) continue;
    const isFirst = found === 0 || f64[pane + paneLeast] < folded[paneLeast];
    if (isFirst) folded[paneLeast] = f64[pane + paneLeast];
    folded[paneEvents] += f64[pane + paneEvents];
    for (let c = 0; c < entity.columns; c++) {
      const to = paneColumns + c * paneColumnDoubles;
      const from = pane + to;
      accumulate(folded, to + paneSum, f64, from + paneSum);
      accumulate(folded, to + paneSquares, f64, from + paneSquares);
      folded[to + paneSum + 1] += f64[from + paneSum + 1];
      folded[to + paneSquares + 1] += f64[from + paneSquares + 1];
      if (found === 0 || f64[from + paneMin] < folded[to + paneMin])
        folded[to + paneMin] = f64[from + paneMin];
      if (found === 0 || f64[from + paneMax] > folded[to + paneMax])
        folded[to + paneMax] = f64[from + paneMax];
      if (isFirst) folded[to + paneFirst] = f64[from + paneFirst];
    }
    found++;
  }
  return found;
}
