import { hashKey, tableHash } from '../hash/key-hash.js';
import { logPanes } from '../layout/block-log-layout.js';
import {
  inlineKeyBytesMax,
  metaClassMask,
  metaKeyShift,
  metaLarge,
  recordClock,
  recordEvents,
  recordKey,
  recordKeyHash,
  recordMeta,
  recordRetained,
} from '../layout/entity-layout.js';
import { panesDoubles } from '../layout/pane-layout.js';
import {
  countReclaimed,
  leastClockMs,
  newestMs,
  recordsLive,
  recordsUsed,
  sweepLeastMs,
  sweepNext,
  tableSeed0,
  tableSeed1,
} from '../layout/shard-layout.js';
import { logOf } from './block-directory.js';
import { removeEntity } from './entity-table.js';
import { freeLog } from './log-conversion.js';
import type { ShardMemory } from './shard-memory.js';

/**
 * Forgetting entities that no acceptable event could miss (C <= M - lateness - max_window): a hand goes round the
 * records in bounded steps, and rests while the least clock that it met is above that line.
 */
const hashes = new Int32Array(2);

/** Records looked at after a slice of 64 events: three an event, so that the hand outruns new entities. */
export const sweepRecords = 192;

/** [0]: entities with a clock up to this may be forgotten. */
const line = new Float64Array(1);

/** Frees what a new clock may have made forgettable: looks at up to `records` records. */
export function sweep(s: ShardMemory, records: number): void {
  line[0] = s.f64[newestMs] - s.entity.latenessMs - s.entity.maxWindowMs;
  sweepToLine(s, records);
}

function sweepToLine(s: ShardMemory, records: number): void {
  const { i32, f64 } = s;
  if (!(line[0] >= f64[leastClockMs])) return;
  let number = i32[sweepNext];
  for (let i = 0; i < records; i++) {
    if (number >= i32[recordsUsed]) {
      f64[leastClockMs] = f64[sweepLeastMs];
      f64[sweepLeastMs] = Number.POSITIVE_INFINITY;
      number = 0;
      if (!(line[0] >= f64[leastClockMs])) break;
    }
    const record = s.layout.records + number * s.recordWords;
    number++;
    if (i32[record + recordRetained] < 0) continue;
    const clock = f64[(record >> 1) + recordClock];
    if (clock <= line[0]) forget(s, record);
    else if (clock < f64[sweepLeastMs]) f64[sweepLeastMs] = clock;
  }
  i32[sweepNext] = number;
}

/** Forgets everything that it may: before a shard refuses anything. */
export function sweepAll(s: ShardMemory): void {
  line[0] = s.f64[newestMs] - s.entity.latenessMs - s.entity.maxWindowMs;
  sweepAllToLine(s);
}

function sweepAllToLine(s: ShardMemory): void {
  const { i32, f64 } = s;
  if (!(line[0] >= f64[leastClockMs])) return;
  i32[sweepNext] = 0;
  f64[sweepLeastMs] = Number.POSITIVE_INFINITY;
  sweepToLine(s, i32[recordsUsed] + 1);
}

/**
 * Whether a shard has room for a new entity with the staged event. A full one forgets everything that it may; if
 * that is nothing, everything that it may once it has accepted the event: or else a shard full of entities that
 * never come again would refuse every new one, and with them the times that let it forget.
 */
export function hasRoomForEntity(s: ShardMemory, keyLength: number, staged: Float64Array): boolean {
  const { i32, f64, entity } = s;
  if (!s.isFull()) return true;
  sweepAll(s);
  if (!s.isFull()) return true;
  // Room for the key is made sure of first: once anything is forgotten for its sake, the event must be accepted.
  if (keyLength > inlineKeyBytesMax && !s.canAllocate(s.classFor((keyLength + 7) >>> 3))) return false;
  const live = i32[recordsLive];
  line[0] = Math.max(f64[newestMs], staged[0]) - entity.latenessMs - entity.maxWindowMs;
  sweepAllToLine(s);
  return i32[recordsLive] < live;
}

function forget(s: ShardMemory, record: number): void {
  const { i32, f64, entity } = s;
  const meta = i32[record + recordMeta];
  if ((meta & metaLarge) !== 0) {
    const panes = i32[logOf(s, record) + logPanes];
    if (panes !== 0) s.free(panes, s.classFor(panesDoubles(entity.columns)));
    freeLog(s, record);
  } else {
    s.free(i32[record + recordEvents], meta & metaClassMask);
  }
  const length = meta >>> metaKeyShift;
  let hash = i32[record + recordKeyHash];
  if (length <= inlineKeyBytesMax) {
    hashKey(s.data, (record + recordKey) * 4, length, i32[tableSeed0], i32[tableSeed1], hashes);
    hash = hashes[tableHash];
  }
  removeEntity(s, record, hash);
  f64[countReclaimed]++;
}
