import { parseNumber } from './decimal-to-double.js';
import { scanWord } from './json-walker.js';
import { scanString } from './string-scanner.js';

/**
 * A template is an accepted line with its scalars cut out: literals that must recur (names, punctuation, white
 * space), and behind each a step that scans one scalar; the last step ends the line. A line that fits has the
 * structure of the line it was learnt from, so only its scalars are left to check. In cells of 8 bytes:
 *
 *     [ literal bytes L | step << 12 | number cell << 16 (int32) ][ the literal's first 4 bytes (int32) ]
 *     4 < L < 8:  [ its last 4 bytes, which may overlap (int32) ][ unused (int32) ]
 *     8 <= L:     [ 8 bytes ] x (L - 1 >> 3)  [ its last 8 bytes, which may overlap ]
 *
 * Eight bytes are compared as a double. That is exact: JSON text holds no NUL, so none is a zero or denormal, and
 * what is a NaN fits nothing.
 */
const aNumber = 0;
const aKey = 1;
const aText = 2;
const theEnd = 3;
const aWord = 4;
/** What a step scans. Exported under names of their own: V8 folds only constants that are not exported. */
export const numberStep = aNumber;
export const keyStep = aKey;
export const textStep = aText;
export const endStep = theEnd;
export const wordStep = aWord;

/** Cells of one step and its literal of `length` bytes. */
export function cellsOf(length: number): number {
  return length <= 4 ? 1 : 1 + ((length + 7) >> 3);
}

const noFit = -1;
const stopped = -2;

const exactDigitsMax = 15;
const powersOfTen = Float64Array.from({ length: exactDigitsMax + 1 }, (_, i) => Number(`1e${i}`));
/** 10^n for the n digits at the head of a word, by the leading zero bits c = 24 - 8 n of their lowest mark. */
const scales = Float64Array.from({ length: 32 }, (_, c) => Number(`1e${Math.max(0, 3 - (c >> 3))}`));

export class TemplateReader {
  /** Where the key of the line that fitted lies, still escaped; `keyPlain` is 1 if it surely has no escapes. */
  keyStart = 0;
  keyEnd = 0;
  keyPlain = 0;

  /** Where `run` stopped: at which scalar, by which header; and at which cell to go on behind it. */
  private stoppedAt = 0;
  private resumeCell = 0;
  private stoppedHeader = 0;

  constructor(
    readonly bytes: Uint8Array,
    readonly words: DataView,
    /** The templates, as doubles and as int32. */
    readonly doubles: Float64Array,
    readonly ints: Int32Array,
    readonly values: Float64Array,
  ) {}

  /** Reads the line at `pos` by the template at cell `start`. Returns the position after its \n, or -1. */
  read(start: number, pos: number, end: number): number {
    this.keyPlain = 1;
    let next = this.run(start, pos, end);
    while (next === stopped) {
      const p = this.scanSlowly(end);
      if (p < 0) return noFit;
      next = this.run(this.resumeCell, p, end);
    }
    return next;
  }

  /**
   * The hot loop of the whole scanner. It calls nothing, so that the compiler keeps what it knows of the arrays: a
   * scalar that is not plain makes it stop, and `read` goes on behind that. This is also why it is longer than a
   * screen. `| 0` spares checks for overflow. The marks are those of `words.ts`, exact up to the first one only.
   */
  private run(start: number, pos: number, end: number): number {
    const { words, doubles, ints, values } = this;
    let k = start | 0;
    let p = pos | 0;
    for (;;) {
      const header = ints[k << 1];
      const length = header & 0xfff;
      const next = (p + length) | 0;
      if (next > end) return noFit;
      if (length >= 8) {
        k = (k + 1) | 0;
        for (const last = (k + ((length - 1) >> 3)) | 0; k < last; k = (k + 1) | 0) {
          if (words.getFloat64(p, true) !== doubles[k]) return noFit;
          p = (p + 8) | 0;
        }
        if (words.getFloat64((next - 8) | 0, true) !== doubles[k]) return noFit;
      } else {
        const different = words.getInt32(p, true) ^ ints[(k << 1) | 1];
        if (length <= 4) {
          if (different << (32 - (length << 3)) !== 0) return noFit;
        } else {
          k = (k + 1) | 0;
          if ((different | (words.getInt32((next - 4) | 0, true) ^ ints[k << 1])) !== 0) return noFit;
        }
      }
      k = (k + 1) | 0;
      p = next;
      const step = (header >> 12) & 0xf;
      let word = words.getInt32(p, true);
      if (step === aNumber) {
        let q = p;
        if ((word & 0xff) === 0x2d) {
          q = (q + 1) | 0;
          word = words.getInt32(q, true);
        }
        const first = q;
        const lead = word & 0xff;
        let point = 0;
        let mantissa = 0;
        let after = 0;
        for (;;) {
          const flipped = word ^ 0x30303030;
          const marks = ((flipped + 0x76767676) | flipped) & ~0x7f7f7f7f;
          if (marks === 0) {
            const pairs = Math.imul(flipped, 10) + (flipped >>> 8);
            mantissa = mantissa * 10000 + ((pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff));
            q = (q + 4) | 0;
            if (((q - first) | 0) > 16) return this.stop(p, k, header);
          } else {
            const c = Math.clz32(marks & -marks);
            const digits = (flipped << c) << 8;
            const pairs = Math.imul(digits, 10) + (digits >>> 8);
            mantissa = mantissa * scales[c] + ((pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff));
            q = (q + ((24 - c) >> 3)) | 0;
            after = (word >>> (24 - c)) & 0xff;
            if (after !== 0x2e || point !== 0) break;
            q = (q + 1) | 0;
            point = q;
          }
          word = words.getInt32(q, true);
        }
        let whole = (q - first) | 0;
        let digits = whole;
        if (point !== 0) {
          const fraction = (q - point) | 0;
          if (fraction === 0 || whole > exactDigitsMax + 1) return this.stop(p, k, header);
          digits = (whole - 1) | 0;
          whole = (digits - fraction) | 0;
          mantissa /= powersOfTen[fraction];
        }
        if (
          whole === 0 ||
          digits > exactDigitsMax ||
          (lead === 0x30 && whole > 1) ||
          (after | 0x20) === 0x65
        ) {
          return this.stop(p, k, header);
        }
        values[header >> 16] = first === p ? mantissa : 0 - mantissa;
        p = q;
      } else if (step <= aText) {
        const begin = p;
        let marks = 0;
        while (p < end) {
          marks =
            (((word ^ 0x02020202) - 0x21212121) | ((word ^ 0x5c5c5c5c) - 0x01010101) | word) & ~0x7f7f7f7f;
          if (marks !== 0) break;
          p = (p + 4) | 0;
          word = words.getInt32(p, true);
        }
        if (marks === 0) return noFit;
        const shift = (24 - Math.clz32(marks & -marks)) | 0;
        if (((word >>> shift) & 0xff) !== 0x22) return this.stop(begin, k, header);
        p = (p + (shift >> 3)) | 0;
        if (step === aKey) {
          if (p === begin) return noFit;
          this.keyStart = begin;
          this.keyEnd = p;
        }
      } else if (step === theEnd) {
        return p;
      } else {
        return this.stop(p, k, header);
      }
    }
  }

  private stop(at: number, resumeCell: number, header: number): number {
    this.stoppedAt = at;
    this.stoppedHeader = header;
    this.resumeCell = resumeCell;
    return stopped;
  }

  /** Scans the scalar that `run` stopped at. Returns the position after it; below zero if it is none. */
  private scanSlowly(end: number): number {
    const { bytes, words } = this;
    const stoppedAt = this.stoppedAt;
    const stoppedHeader = this.stoppedHeader;
    const step = (stoppedHeader >> 12) & 0xf;
    if (step === aNumber) return parseNumber(bytes, stoppedAt, end, this.values, stoppedHeader >> 16);
    if (step === aWord) return scanWord(bytes, stoppedAt, end);
    const close = scanString(bytes, words, stoppedAt, end);
    if (step === aKey) {
      this.keyStart = stoppedAt;
      this.keyEnd = close;
      this.keyPlain = 0;
    }
    return close;
  }
}
