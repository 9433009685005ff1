import { timestampMsMax } from '../limits.js';
import {
  accepted,
  emptyKey,
  invalidTimestamp,
  missingField,
  numberOutOfRange,
  wrongType,
} from '../reasons.js';
import { unescapeText } from './string-scanner.js';
import { findByte } from './words.js';

/** Which fields of a record hold its entity, its time and its columns. */
export interface RecordShape {
  readonly entity: string;
  readonly timestampField: string;
  readonly columns: readonly string[];
}

/** Kinds of JSON values, as far as fields tell them apart. */
export const absent = 0;
export const textValue = 1;
export const numberValue = 2;
/** true, false or null. */
export const wordValue = 3;
/** An object or an array. */
export const nestedValue = 4;

/**
 * The distinct fields that a shape names (one field may play several roles), and what was last seen of each in the
 * record at hand: duplicates overwrite, so the last one counts. Decides at the end whether a record is accepted.
 */
export class RecordFields {
  /** Fields named by the shape. */
  readonly count: number;
  /** Of each field: kind, and where its value begins and ends (of a string: without its quotes). */
  readonly kinds: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Of each field that is a number: its value. One more cell takes the numbers that nobody asked for. */
  readonly numbers: Float64Array;
  /** Field of the entity; fields of the time and of the columns, in that order. */
  readonly entity: number;
  readonly numeric: Int32Array;

  readonly names: Uint8Array;
  /** Name i lies in [nameStarts[i], nameStarts[i + 1]) of `names`. */
  readonly nameStarts: Int32Array;
  /** 1 where a name holds a backslash: its text in a record is never its own bytes. */
  readonly onlyEscaped: Int32Array;
  readonly unescaped: Uint8Array;

  constructor(shape: RecordShape) {
    const roles = [shape.entity, shape.timestampField, ...shape.columns];
    const distinct = [...new Set(roles)];
    const encoded = distinct.map(name => new TextEncoder().encode(name));
    this.count = distinct.length;
    this.kinds = new Int32Array(this.count + 1);
    this.starts = new Int32Array(this.count + 1);
    this.ends = new Int32Array(this.count + 1);
    this.numbers = new Float64Array(this.count + 1);
    this.entity = 0;
    this.numeric = Int32Array.from(roles.slice(1), name => distinct.indexOf(name));
    this.nameStarts = new Int32Array(this.count + 1);
    for (let i = 0; i < this.count; i++) this.nameStarts[i + 1] = this.nameStarts[i] + encoded[i].length;
    this.names = Uint8Array.from(encoded.flatMap(bytes => [...bytes]));
    this.onlyEscaped = Int32Array.from(distinct, name => (name.includes('\\') ? 1 : 0));
    this.unescaped = new Uint8Array(Math.max(...encoded.map(bytes => bytes.length)));
  }

  clear(): void {
    const kinds = this.kinds;
    for (let i = 0; i < kinds.length; i++) kinds[i] = absent;
  }

  /** The field whose name stands, perhaps escaped, in [start, end); `count` if the shape names no such field. */
  find(bytes: Uint8Array, words: DataView, start: number, end: number): number {
    const field = this.lookUp(bytes, start, end);
    if (field < this.count && this.onlyEscaped[field] === 0) return field;
    if (findByte(words, start, end, 0x5c5c5c5c) === end) return field;
    const text = this.unescaped;
    const length = unescapeText(bytes, start, end, text, 0, text.length);
    return length < 0 ? this.count : this.lookUp(text, 0, length);
  }

  private lookUp(bytes: Uint8Array, start: number, end: number): number {
    const { names, nameStarts, count } = this;
    for (let field = 0; field < count; field++) {
      let at = nameStarts[field];
      if (nameStarts[field + 1] - at !== end - start) continue;
      let p = start;
      while (p < end && bytes[p] === names[at]) {
        p++;
        at++;
      }
      if (p === end) return field;
    }
    return count;
  }

  note(field: number, kind: number, start: number, end: number): void {
    this.kinds[field] = kind;
    this.starts[field] = start;
    this.ends[field] = end;
  }

  /** `accepted`, or why the entity is none; whether its escapes have a UTF-8 form is left to who unescapes it. */
  entityReason(): number {
    const kind = this.kinds[this.entity];
    if (kind !== textValue) return kind === absent ? missingField : wrongType;
    return this.starts[this.entity] === this.ends[this.entity] ? emptyKey : accepted;
  }

  /** Fills [time, columns...]; `accepted`, or why the first role that fails does, in that order. */
  numericReason(values: Float64Array): number {
    const { kinds, numbers, numeric } = this;
    for (let role = 0; role < numeric.length; role++) {
      const field = numeric[role];
      if (kinds[field] !== numberValue) return kinds[field] === absent ? missingField : wrongType;
      const value = numbers[field];
      if (role === 0 && !(value >= 0 && value <= timestampMsMax && Math.floor(value) === value)) {
        return invalidTimestamp;
      }
      if (value - value !== 0) return numberOutOfRange;
      values[role] = value;
    }
    return accepted;
  }
}
