import { lineBytesMax } from '../limits.js';
import { accepted, invalidJson, lineTooLong, unpairedSurrogate } from '../reasons.js';
import { JsonWalker, skipSpace } from './json-walker.js';
import { LineTemplates } from './line-templates.js';
import { RecordFields, type RecordShape } from './record-fields.js';
import { unescapeText } from './string-scanner.js';
import type { TemplateReader } from './template-reader.js';
import { findByte, wordsOf } from './words.js';

export type { RecordShape } from './record-fields.js';

/** `RecordScanner.reason` of a line of JSON white space only. */
export const blank = -1;

const lineFeed = 0x0a;
/** More than any position: an unescaped key never needs more room than its line took. */
const noLimit = 0x7fffffff;

/**
 * Scans NDJSON lines in place: checks each as strict JSON (RFC 8259, UTF-8), and reads key, time and columns.
 * Ordinary lines fit a template learnt from earlier ones; all others go through the general walker, which alone
 * decides what is refused and why. Both ways agree: `test/native-free-core/scan/` holds them to one reference.
 */
export class RecordScanner {
  /** [timestamp ms, column 0, column 1, ...] of the last accepted record. */
  readonly values: Float64Array;
  /** Where the key's unescaped UTF-8 lies in `bytes`: in the line itself if it has no escapes there, else in scratch. */
  keyStart = 0;
  keyEnd = 0;
  /** 1 if the key holds a character that JSON must escape on output (quote, backslash, control), else 0. */
  keyEscaped = 0;
  /** End of the line without its \n; a \r before that is JSON white space and stays inside. */
  lineEnd = 0;
  /** Code of `reasons.ts`, 0 if the record is accepted, `blank` if there is none. */
  reason = 0;

  readonly words: DataView;
  readonly fields: RecordFields;
  readonly walker: JsonWalker;
  readonly templates: LineTemplates;
  readonly reader: TemplateReader;

  /** `bytes` needs 64 readable bytes after the end of every input given; what they hold does not matter. */
  constructor(
    shape: RecordShape,
    readonly bytes: Uint8Array,
  ) {
    this.words = wordsOf(bytes);
    this.fields = new RecordFields(shape);
    const cells = new Float64Array(shape.columns.length + 2);
    this.values = cells.subarray(0, shape.columns.length + 1);
    this.walker = new JsonWalker(bytes, this.words, this.fields);
    this.templates = new LineTemplates(bytes, this.words, this.fields, cells);
    this.reader = this.templates.reader;
  }

  /**
   * Scans the line that begins at `pos`; `end` is the end of the input given (the last line may lack its \n).
   * A key with escapes is unescaped to `bytes[scratch..]`, where there must be as much room as the line takes.
   * Returns the position after the line's \n, or `end`. What the line holds is in the fields of this object; all but
   * `reason` and `lineEnd` mean something only if it was accepted.
   */
  scan(pos: number, end: number, scratch: number): number {
    const next = this.templates.match(pos, end);
    if (next < 0 || next - 1 - pos > lineBytesMax) return this.scanAny(pos, end, scratch);
    this.lineEnd = next - 1;
    this.takeFitted(scratch);
    return next;
  }

  /**
   * Scans a message: all of [pos, end) is one record, in which line breaks are white space, and which may not be
   * blank. A line break stands at `end` meanwhile, so that templates fit; the byte there is put back.
   */
  scanMessage(pos: number, end: number, scratch: number): void {
    const { bytes } = this;
    const behind = bytes[end];
    bytes[end] = lineFeed;
    this.lineEnd = end;
    const next = end - pos > lineBytesMax ? -1 : this.templates.match(pos, end + 1);
    if (next === end + 1) this.takeFitted(scratch);
    else {
      this.reason = this.decide(pos, end, scratch);
      if (this.reason === blank) this.reason = invalidJson;
      const { walker } = this;
      if (this.reason === accepted) this.templates.learn(pos, end, walker.scalars, walker.scalarCount);
    }
    bytes[end] = behind;
  }

  /** The line fitted a template. */
  private takeFitted(scratch: number): void {
    const { reader } = this;
    this.reason = accepted;
    this.keyStart = reader.keyStart;
    this.keyEnd = reader.keyEnd;
    this.keyEscaped = 0;
    if (reader.keyPlain === 0) this.reason = this.unescapeKey(reader.keyStart, reader.keyEnd, scratch);
  }

  private scanAny(pos: number, end: number, scratch: number): number {
    const { walker } = this;
    const lineEnd = findByte(this.words, pos, end, 0x0a0a0a0a);
    this.lineEnd = lineEnd;
    this.reason = this.decide(pos, lineEnd, scratch);
    if (this.reason === accepted) this.templates.learn(pos, lineEnd, walker.scalars, walker.scalarCount);
    return lineEnd < end ? lineEnd + 1 : end;
  }

  private decide(pos: number, lineEnd: number, scratch: number): number {
    const { fields } = this;
    if (lineEnd - pos > lineBytesMax) return lineTooLong;
    if (skipSpace(this.bytes, pos, lineEnd) === lineEnd) return blank;
    let reason = this.walker.walk(pos, lineEnd);
    if (reason === accepted) reason = fields.entityReason();
    if (reason === accepted) {
      reason = this.unescapeKey(fields.starts[fields.entity], fields.ends[fields.entity], scratch);
    }
    return reason === accepted ? fields.numericReason(this.values) : reason;
  }

  /** Sets the key from its text in the line; `accepted` or `unpairedSurrogate`. */
  private unescapeKey(start: number, end: number, scratch: number): number {
    const { bytes } = this;
    this.keyStart = start;
    this.keyEnd = end;
    this.keyEscaped = 0;
    if (findByte(this.words, start, end, 0x5c5c5c5c) === end) return accepted;
    const keyEnd = unescapeText(bytes, start, end, bytes, scratch, noLimit);
    if (keyEnd < 0) return unpairedSurrogate;
    this.keyStart = scratch;
    this.keyEnd = keyEnd;
    for (let p = scratch; p < keyEnd; p++) {
      const c = bytes[p];
      if (c < 0x20 || c === 0x22 || c === 0x5c) this.keyEscaped = 1;
    }
    return accepted;
  }
}
