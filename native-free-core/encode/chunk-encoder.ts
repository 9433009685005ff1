import type { FeatureView } from '../feature-view.js';
import type { EntityLayout } from '../layout/entity-layout.js';
import {
  type Arena,
  headDeadLetters,
  headDeadLettersEnd,
  headKind,
  headRefusals,
  headRows,
  headVectors,
  headVectorsEnd,
  keyEscapedBit,
  keyLengthMask,
  kindLongLine,
  refusalWords,
  rowKeyLength,
  rowKeyStart,
  rowLine,
  rowLineEnd,
  rowLineStart,
  rowStatus,
  rowWords,
  type SlotLayout,
  statusIncomplete,
  statusInexact,
  statusReasonMask,
} from '../layout/slot-layout.js';
import { accepted, lineTooLong } from '../reasons.js';
import { DeadLetterEncoder } from './dead-letter-encoder.js';
import { writeDouble } from './double-to-decimal.js';
import { writeEscaped } from './json-string.js';
import { Literals } from './literal.js';

const isBigEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 0;

/** Writes an aggregated chunk's vectors and dead letters, row by row, as NDJSON bytes into its slot. */
export class ChunkEncoder {
  readonly #literals: Literals;
  readonly #outputOf: Int32Array;
  readonly #deadLetters: DeadLetterEncoder;
  /** Literal numbers: 0 opens the vector, 1 + f stands before feature f, then these. */
  readonly #exact: number;
  readonly #complete: number;
  readonly #close: number;

  /** @param reasonCounts receives the number of dead letters by reason code (added up) */
  constructor(
    readonly arena: Arena,
    readonly slots: SlotLayout,
    view: FeatureView,
    entity: EntityLayout,
    reasonCounts: Float64Array,
  ) {
    if (isBigEndian) throw new Error('Millrace runs on little-endian machines only');
    const names = view.aggregations.map(({ name }, i) => `${i === 0 ? '"' : ''},${JSON.stringify(name)}:`);
    this.#literals = new Literals([
      `{${JSON.stringify(view.entity)}:"`,
      ...names,
      ',"exact":false',
      ',"windowComplete":false',
      '}\n',
    ]);
    this.#exact = 1 + names.length;
    this.#complete = this.#exact + 1;
    this.#close = this.#exact + 2;
    this.#outputOf = Int32Array.from(entity.outputOf);
    this.#deadLetters = new DeadLetterEncoder(arena, reasonCounts);
  }

  /**
   * @param slot byte position of the slot in the arena
   * @param linesBefore [0]: lines of the source before this chunk
   */
  encode(slot: number, linesBefore: Float64Array): void {
    const { i32 } = this.arena;
    const { slots } = this;
    const head = slot >> 2;
    const rows = i32[head + headRows];
    const refusals = i32[head + headRefusals];
    const first = (slot + slots.rows) >> 2;
    let vectors = slot + slots.vectors;
    let letters = slot + slots.deadLetters;
    let refusal = 0;
    let refusedRows = 0;
    this.#deadLetters.begin(slot, slots.input, linesBefore);
    for (let row = 0; row < rows; row++) {
      const at = first + row * rowWords;
      const status = i32[at + rowStatus];
      if ((status & statusReasonMask) === accepted) {
        vectors = this.#writeVector(slot, row, at, vectors);
        continue;
      }
      refusedRows++;
      // Dead letters go out in input order, whether the scanner or the shard refused them.
      for (; refusal < refusals; refusal++) {
        const before = ((slot + slots.refusals) >> 2) + refusal * refusalWords;
        if (i32[before] > i32[at + rowLineStart]) break;
        letters = this.#writeRefusal(slot, before, letters);
      }
      letters = this.#writeRefusedRow(at, letters);
    }
    for (; refusal < refusals; refusal++) {
      letters = this.#writeRefusal(slot, ((slot + slots.refusals) >> 2) + refusal * refusalWords, letters);
    }
    i32[head + headVectorsEnd] = vectors;
    i32[head + headDeadLettersEnd] = letters;
    i32[head + headVectors] = rows - refusedRows;
    i32[head + headDeadLetters] = refusals + refusedRows;
  }

  #writeVector(slot: number, row: number, words: number, at: number): number {
    const { i32, u8, f64, data } = this.arena;
    const { slots } = this;
    const literals = this.#literals;
    const key = i32[words + rowKeyStart];
    const flagged = i32[words + rowKeyLength];
    const length = flagged & keyLengthMask;
    let p = literals.write(0, data, at);
    if ((flagged & keyEscapedBit) !== 0) {
      p = writeEscaped(u8, key, key + length, u8, p);
    } else {
      for (let k = 0; k < length; k += 4) data.setInt32(p + k, data.getInt32(key + k, true), true);
      p += length;
    }
    const outputs = ((slot + slots.values) >> 3) + row * slots.rowDoubles + slots.outputs;
    const outputOf = this.#outputOf;
    for (let f = 0; f < outputOf.length; f++) {
      p = literals.write(1 + f, data, p);
      p = writeDouble(u8, p, f64, outputs + outputOf[f]);
    }
    const status = i32[words + rowStatus];
    if ((status & (statusInexact | statusIncomplete)) !== 0) {
      if ((status & statusInexact) !== 0) p = literals.write(this.#exact, data, p);
      if ((status & statusIncomplete) !== 0) p = literals.write(this.#complete, data, p);
    }
    return literals.write(this.#close, data, p);
  }

  #writeRefusal(slot: number, refusal: number, at: number): number {
    const { i32 } = this.arena;
    const reason = i32[refusal + 3];
    const isLong = i32[(slot >> 2) + headKind] === kindLongLine || reason === lineTooLong;
    return this.#deadLetters.write(
      reason,
      i32[refusal],
      i32[refusal + 1],
      i32[refusal + 2],
      isLong ? 1 : 0,
      at,
    );
  }

  #writeRefusedRow(words: number, at: number): number {
    const { i32 } = this.arena;
    return this.#deadLetters.write(
      i32[words + rowStatus] & statusReasonMask,
      i32[words + rowLineStart],
      i32[words + rowLineEnd],
      i32[words + rowLine],
      0,
      at,
    );
  }
}
