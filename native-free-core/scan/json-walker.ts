import { nestingDepthMax, templateScalarsMax } from '../limits.js';
import { accepted, invalidJson, invalidUtf8, notAnObject, tooDeep } from '../reasons.js';
import { parseNumber } from './decimal-to-double.js';
import { numberFaultAt } from './number-fault.js';
import { nestedValue, numberValue, type RecordFields, textValue, wordValue } from './record-fields.js';
import { scanString } from './string-scanner.js';
import { utf8Length } from './utf8.js';

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** First byte at or after `pos` that is not JSON white space; `end` if there is none. */
export function skipSpace(bytes: Uint8Array, pos: number, end: number): number {
  let p = pos;
  while (p < end) {
    const c = bytes[p];
    if (c !== 0x20 && c !== 0x0d && c !== 0x09 && c !== 0x0a) break;
    p++;
  }
  return p;
}

/**
 * Walks one JSON text strictly (RFC 8259, UTF-8), without recursion, and notes the fields of the outermost object.
 * Inside, a position below zero means that `reason` is set.
 */
export class JsonWalker {
  /** The scalars outside of names, in the order of the text, as [kind, start, end]; strings without quotes. */
  readonly scalars = new Int32Array(3 * templateScalarsMax);
  /** How many there were; may be more than `templateScalarsMax`. */
  scalarCount = 0;

  private reason = accepted;
  private depth = 0;
  /** Field whose value comes next: its index, or `fields.count` for any other. */
  private field = 0;
  /** Bit d is 1 where the open container at depth d is an object. */
  readonly objects = new Int32Array((nestingDepthMax >> 5) + 1);

  constructor(
    readonly bytes: Uint8Array,
    readonly words: DataView,
    readonly fields: RecordFields,
  ) {}

  /** Walks [pos, end). Returns `accepted` or the reason of the first thing that is wrong. */
  walk(pos: number, end: number): number {
    const { bytes, fields } = this;
    fields.clear();
    this.reason = accepted;
    this.scalarCount = 0;
    this.depth = 0;
    this.field = fields.count;
    let p = skipSpace(bytes, pos, end);
    const isObject = p < end && bytes[p] === openBrace;
    do {
      const c = p < end ? bytes[p] : 0;
      if (c === openBrace || c === openBracket) {
        p = this.open(p, end, c === openBrace);
      } else {
        p = this.scalar(p, end, c);
        if (p >= 0) p = this.afterValue(p, end);
      }
    } while (p >= 0 && this.depth > 0);
    if (p < 0) return this.reason;
    p = skipSpace(bytes, p, end);
    if (p < end) {
      this.fail(p, end);
      return this.reason;
    }
    return isObject ? accepted : notAnObject;
  }

  /** Enters the container at `pos`. Returns where its first value begins or, if it is empty, as `afterValue` does. */
  private open(pos: number, end: number, isObject: boolean): number {
    if (this.depth >= nestingDepthMax) {
      this.reason = tooDeep;
      return -1;
    }
    if (this.depth === 1) this.fields.note(this.field, nestedValue, pos, pos);
    const depth = ++this.depth;
    if (isObject) this.objects[depth >> 5] |= 1 << depth;
    else this.objects[depth >> 5] &= ~(1 << depth);
    const p = skipSpace(this.bytes, pos + 1, end);
    if (p < end && this.bytes[p] === (isObject ? closeBrace : closeBracket)) {
      this.depth = depth - 1;
      return this.afterValue(p + 1, end);
    }
    return isObject ? this.name(p, end) : p;
  }

  /** Closes what is complete behind a value. Returns where the next value begins or, at depth 0, the text's end. */
  private afterValue(pos: number, end: number): number {
    const { bytes, objects } = this;
    let p = pos;
    while (this.depth > 0) {
      const depth = this.depth;
      const inObject = (objects[depth >> 5] >> depth) & 1;
      if (p < end && bytes[p] <= 0x20) p = skipSpace(bytes, p, end);
      const c = p < end ? bytes[p] : 0;
      if (c === comma) {
        p = skipSpace(bytes, p + 1, end);
        return inObject === 1 ? this.name(p, end) : p;
      }
      if (c !== (inObject === 1 ? closeBrace : closeBracket)) return this.fail(p, end);
      this.depth = depth - 1;
      p++;
    }
    return p;
  }

  /** Scans a name and its colon. Returns where its value begins. */
  private name(pos: number, end: number): number {
    const { bytes, words, fields } = this;
    if (pos >= end || bytes[pos] !== quote) return this.fail(pos, end);
    let p = scanString(bytes, words, pos + 1, end);
    if (p < 0) return this.fail(~p, end);
    this.field = this.depth === 1 ? fields.find(bytes, words, pos + 1, p) : fields.count;
    p = skipSpace(bytes, p + 1, end);
    if (p >= end || bytes[p] !== colon) return this.fail(p, end);
    return skipSpace(bytes, p + 1, end);
  }

  /** Scans the string, number or word at `pos`, whose first byte is `c`. Returns the position after it. */
  private scalar(pos: number, end: number, c: number): number {
    const { bytes, words, fields } = this;
    if (c === quote) {
      const close = scanString(bytes, words, pos + 1, end);
      if (close < 0) return this.fail(~close, end);
      this.note(textValue, pos + 1, close);
      return close + 1;
    }
    if (c === 0x2d /* - */ || (c >= 0x30 && c <= 0x39)) {
      const after = parseNumber(bytes, pos, end, fields.numbers, this.field);
      if (after < 0) return this.fail(numberFaultAt(bytes, pos, end), end);
      this.note(numberValue, pos, after);
      return after;
    }
    const after = scanWord(bytes, pos, end);
    if (after < 0) return this.fail(~after, end);
    this.note(wordValue, pos, after);
    return after;
  }

  private note(kind: number, start: number, end: number): void {
    if (this.depth === 1) this.fields.note(this.field, kind, start, end);
    const at = this.scalarCount++;
    if (at >= templateScalarsMax) return;
    this.scalars[3 * at] = kind;
    this.scalars[3 * at + 1] = start;
    this.scalars[3 * at + 2] = end;
  }

  /** The byte at `at` cannot stand there: it is no character at all, or none that JSON allows (or the text ends). */
  private fail(at: number, end: number): number {
    const malformed = at < end && this.bytes[at] >= 0x80 && utf8Length(this.bytes, at, end) === 0;
    this.reason = malformed ? invalidUtf8 : invalidJson;
    return -1;
  }
}

/** Scans `true`, `false` or `null`. Returns the position after it, or `~at` of the first byte that does not fit. */
export function scanWord(bytes: Uint8Array, pos: number, end: number): number {
  const c = pos < end ? bytes[pos] : 0;
  if (c === 0x74) return wordEnd(bytes, pos, end, 0x65757274 /* true */);
  if (c === 0x6e) return wordEnd(bytes, pos, end, 0x6c6c756e /* null */);
  if (c !== 0x66) return ~pos;
  return wordEnd(bytes, pos + 1, end, 0x65736c61 /* alse */);
}

/** Four letters, the first in the lowest byte. */
function wordEnd(bytes: Uint8Array, pos: number, end: number, letters: number): number {
  for (let i = 0; i < 4; i++) {
    if (pos + i >= end || bytes[pos + i] !== ((letters >> (8 * i)) & 0xff)) return ~(pos + i);
  }
  return pos + 4;
}
