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
    const { i32, f64 } = this.arena;
    const { slots } = this;
    const scanner = this.#scanner;
    const head = slot >> 2;
    const end = i32[head + headInputEnd];
    const latest = f64[(slot >> 3) + headPublishTimeMs] + this.view.maxAheadMs;
    const times = (slot + slots.times) >> 3;
    let scratch = slot + slots.scratch;
    let row = 0;
    let line = 0;
    i32[head + headRefusals] = 0;
    for (let at = slot + slots.input; at < end; line++) {
      const start = at;
      at = scanner.scan(at, end, scratch);
      let reason = scanner.reason;
      if (reason === accepted && scanner.values[0] > latest) reason = future;
      if (reason === accepted) {
        if (scanner.keyEnd > scratch) scratch = scanner.keyEnd;
        f64[times + row] = scanner.values[0];
        this.#keepRow(slot, row, start, line);
        row++;
      } else if (reason !== blank) {
        this.#refuse(slot, start, scanner.lineEnd, line, reason);
      }
    }
    i32[head + headRows] = row;
    i32[head + headLines] = line;
  }

  #keepRow(slot: number, row: number, start: number, line: number): void {
    const { i32, f64, data } = this.arena;
    const { slots, lanes } = this;
    const scanner = this.#scanner;
    const { values } = scanner;
    const key = scanner.keyStart;
    const length = scanner.keyEnd - key;
    const at = (slot >> 2) + row;
    const columns = ((slot + slots.columns) >> 3) + row;
    for (let c = 1; c < values.length; c++) f64[columns + (c - 1) * slots.rowsMax] = values[c];
    hashKey(data, key, length, this.seed0, this.seed1, this.#hashes);
    i32[at + (slots.keyStart >> 2)] = key;
    i32[at + (slots.keyLength >> 2)] = scanner.keyEscaped === 0 ? length : length | keyEscapedBit;
    i32[at + (slots.lineStart >> 2)] = start;
    i32[at + (slots.lineEnd >> 2)] = scanner.lineEnd;
    i32[at + (slots.line >> 2)] = line;
    i32[at + (slots.hash >> 2)] = this.#hashes[tableHash];
    i32[at + (slots.lane >> 2)] = laneOf(this.#hashes[laneHash], lanes);
  }

  #groupByLane(slot: number): void {
    const { i32 } = this.arena;
    const { slots, lanes } = this;
    const rows = i32[(slot >> 2) + headRows];
    const laneColumn = (slot + slots.lane) >> 2;
    const hashColumn = (slot + slots.hash) >> 2;
    const keyColumn = (slot + slots.keyStart) >> 2;
    const lengthColumn = (slot + slots.keyLength) >> 2;
    const starts = (slot + slots.laneStart) >> 2;
    const entries = (slot + slots.index) >> 2;
    const next = this.#next.fill(0);
    for (let row = 0; row < rows; row++) next[i32[laneColumn + row]]++;
    let sum = 0;
    for (let lane = 0; lane < lanes; lane++) {
      const n = next[lane];
      next[lane] = sum;
      i32[starts + lane] = sum;
      sum += n;
    }
    i32[starts + lanes] = sum;
    for (let row = 0; row < rows; row++) {
      const at = entries + next[i32[laneColumn + row]]++ * indexEntryWords;
      i32[at] = row;
      i32[at + 1] = i32[hashColumn + row];
      i32[at + 2] = i32[keyColumn + row];
      i32[at + 3] = i32[lengthColumn + row];
    }
  }
}
