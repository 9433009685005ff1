import { type Arena, headKind, headLongLineBytes, headOffset, kindLongLine } from '../layout/slot-layout.js';
import { longLineKeptBytes } from '../limits.js';
import { reasonNames } from '../reasons.js';
import { invalidUtf8At } from '../scan/utf8.js';
import { writeDouble } from './double-to-decimal.js';
import { hasLongEscape, writeBase64, writeEscaped } from './json-string.js';
import { Literals } from './literal.js';

const lineLiteral = reasonNames.length;
const offsetLiteral = lineLiteral + 1;
const lengthLiteral = lineLiteral + 2;
const closePosition = lineLiteral + 3;
const textLiteral = lineLiteral + 4;
const base64Literal = lineLiteral + 5;
const closeLiteral = lineLiteral + 6;

/**
 * Writes dead letters:
 *
 *     {"reason":"late","position":{"line":3,"offset":164},"record":"..."}
 *     {"reason":"invalid_utf8","position":{"line":4,"offset":247},"record_base64":"..."}
 *     {"reason":"line_too_long","position":{"line":5,"offset":300},"length":2000000,"record":"..."}
 *
 * Lines count from 1, offsets (of the record's first byte) from 0. The record is the line without its line feed.
 * It stands as text if it is UTF-8 without rare control characters, else in base64: twice its length bounds both.
 */
export class DeadLetterEncoder {
  readonly #literals: Literals;
  /** [0] line, [1] offset, [2] length. */
  readonly #numbers = new Float64Array(3);
  /** [0] lines before the chunk, [1] source offset of byte 0 of the arena as seen from this chunk. */
  readonly #base = new Float64Array(2);
  #isLongChunk = false;
  #slot = 0;

  constructor(
    readonly arena: Arena,
    readonly reasonCounts: Float64Array,
  ) {
    this.#literals = new Literals([
      ...reasonNames.map(reason => `{"reason":"${reason}","position":{"line":`),
      '',
      ',"offset":',
      '},"length":',
      '}',
      ',"record":"',
      ',"record_base64":"',
      '"}\n',
    ]);
  }

  /** @param input the input's place in a slot @param linesBefore [0]: lines of the source before the chunk */
  begin(slot: number, input: number, linesBefore: Float64Array): void {
    this.#slot = slot;
    this.#base[0] = linesBefore[0];
    this.#base[1] = this.arena.f64[(slot >> 3) + headOffset] - (slot + input);
    this.#isLongChunk = this.arena.i32[(slot >> 2) + headKind] === kindLongLine;
  }

  /**
   * @param start,end the record's bytes in the arena
   * @param line its line in the chunk, from 0
   * @param isLong 1: only the line's beginning is kept, and its length is told
   * @returns the position after the dead letter
   */
  write(reason: number, start: number, end: number, line: number, isLong: number, at: number): number {
    const { u8, data, f64 } = this.arena;
    const numbers = this.#numbers;
    const literals = this.#literals;
    numbers[0] = this.#base[0] + line + 1;
    numbers[1] = this.#base[1] + start;
    this.reasonCounts[reason]++;
    let p = literals.write(reason, data, at);
    p = writeDouble(u8, p, numbers, 0);
    p = literals.write(offsetLiteral, data, p);
    p = writeDouble(u8, p, numbers, 1);
    let kept = end;
    if (isLong !== 0) {
      numbers[2] = this.#isLongChunk ? f64[(this.#slot >> 3) + headLongLineBytes] : end - start;
      kept = Math.min(end, start + longLineKeptBytes);
      p = literals.write(lengthLiteral, data, p);
      p = writeDouble(u8, p, numbers, 2);
    } else {
      p = literals.write(closePosition, data, p);
    }
    if (invalidUtf8At(u8, start, kept) >= 0 || hasLongEscape(u8, start, kept)) {
      p = literals.write(base64Literal, data, p);
      p = writeBase64(u8, start, kept, u8, p);
    } else {
      p = literals.write(textLiteral, data, p);
      p = writeEscaped(u8, start, kept, u8, p);
    }
    return literals.write(closeLiteral, data, p);
  }
}
