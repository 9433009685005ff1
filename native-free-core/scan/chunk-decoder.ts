import type { FeatureView } from '../feature-view.js';
import { hashKey, laneHash, laneOf, tableHash } from '../hash/key-hash.js';
import {
  type Arena,
  headInputEnd,
  headKind,
  headLines,
  headPublishTimeMs,
  headRefusals,
  headRows,
  indexEntryWords,
  keyEscapedBit,
  kindLongLine,
  refusalWords,
  rowHash,
  rowKeyLength,
  rowKeyStart,
  rowLane,
  rowLine,
  rowLineEnd,
  rowLineStart,
  rowWords,
  type SlotLayout,
} from '../layout/slot-layout.js';
import { accepted, future, lineTooLong } from '../reasons.js';
import { RecordScanner } from './record-scanner.js';

const blank = -1;

/**
 * Decodes a chunk: lines to rows of columns, and one index entry an accepted record, grouped by lane (a stable
 * counting sort), so that a lane's owner walks its own entries in order and no others.
 */
export class ChunkDecoder {
  readonly #scanner: RecordScanner;
  readonly #hashes = new Int32Array(2);
  readonly #next: Int32Array;

  constructor(
    readonly arena: Arena,
    readonly slots: SlotLayout,
    readonly view: FeatureView,
    readonly lanes: number,
    readonly seed0: number,
    readonly seed1: number,
  ) {
    this.#scanner = new RecordScanner(view, arena.u8);
    this.#next = new Int32Array(lanes + 1);
  }

  /** @param slot byte position of the slot in the arena */
  decode(slot: number): void {
    const { i32 } = this.arena;
    const head = slot >> 2;
    if (i32[head + headKind] === kindLongLine) this.#refuseWhole(slot);
    else this.#scanLines(slot);
    this.#groupByLane(slot);
  }

  #refuseWhole(slot: number): void {
    const { i32 } = this.arena;
    const head = slot >> 2;
    i32[head + headRows] = 0;
    i32[head + headLines] = 1;
    i32[head + headRefusals] = 0;
    this.#refuse(slot, slot + this.slots.input, i32[head + headInputEnd], 0, lineTooLong);
  }

  #refuse(slot: number, start: number, end: number, line: number, reason: number): void {
    const { i32 } = this.arena;
    const at = ((slot + this.slots.refusals) >> 2) + i32[(slot >> 2) + headRefusals]++ * refusalWords;
    i32[at] = start;
    i32[at + 1] = end;
    i32[at + 2] = line;
    i32[at + 3] = reason;
  }

  #scanLines(slot: number): void {
    const { i32, f64, data } = this.arena;
    const { slots, lanes, seed0, seed1 } = this;
    const scanner = this.#scanner;
    const hashes = this.#hashes;
    const read = scanner.values;
    const { rowDoubles } = slots;
    const head = slot >> 2;
    const end = i32[head + headInputEnd];
    const latest = f64[(slot >> 3) + headPublishTimeMs] + this.view.maxAheadMs;
    let words = (slot + slots.rows) >> 2;
    let values = (slot + slots.values) >> 3;
    let scratch = slot + slots.scratch;
    let rows = 0;
    let line = 0;
    i32[head + headRefusals] = 0;
    for (let at = slot + slots.input; at < end; line++) {
      const start = at;
      at = scanner.scan(at, end, scratch);
      let reason = scanner.reason;
      if (reason === accepted && read[0] > latest) reason = future;
      if (reason !== accepted) {
        if (reason !== blank) this.#refuse(slot, start, scanner.lineEnd, line, reason);
        continue;
      }
      const key = scanner.keyStart;
      const length = scanner.keyEnd - key;
      if (scanner.keyEnd > scratch) scratch = scanner.keyEnd;
      hashKey(data, key, length, seed0, seed1, hashes);
      i32[words + rowKeyStart] = key;
      i32[words + rowKeyLength] = scanner.keyEscaped === 0 ? length : length | keyEscapedBit;
      i32[words + rowLineStart] = start;
      i32[words + rowLineEnd] = scanner.lineEnd;
      i32[words + rowLine] = line;
      i32[words + rowHash] = hashes[tableHash];
      i32[words + rowLane] = laneOf(hashes[laneHash], lanes);
      for (let i = 0; i < read.length; i++) f64[values + i] = read[i];
      words += rowWords;
      values += rowDoubles;
      rows++;
    }
    i32[head + headRows] = rows;
    i32[head + headLines] = line;
  }

  #groupByLane(slot: number): void {
    const { i32 } = this.arena;
    const { slots, lanes } = this;
    const rows = i32[(slot >> 2) + headRows];
    const first = (slot + slots.rows) >> 2;
    const end = first + rows * rowWords;
    const starts = (slot + slots.laneStart) >> 2;
    const entries = (slot + slots.index) >> 2;
    const next = this.#next.fill(0);
    for (let at = first; at < end; at += rowWords) next[i32[at + rowLane]]++;
    let sum = 0;
    for (let lane = 0; lane < lanes; lane++) {
      const n = next[lane];
      next[lane] = sum;
      i32[starts + lane] = sum;
      sum += n;
    }
    i32[starts + lanes] = sum;
    for (let row = 0, from = first; row < rows; row++, from += rowWords) {
      const at = entries + next[i32[from + rowLane]]++ * indexEntryWords;
      i32[at] = row;
      i32[at + 1] = i32[from + rowHash];
      i32[at + 2] = i32[from + rowKeyStart];
      i32[at + 3] = i32[from + rowKeyLength];
    }
  }
}
