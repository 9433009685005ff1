import {
  learnEveryLinesMax,
  templateBytesMax,
  templateScalarsMax,
  templatesMax,
  timestampMsMax,
} from '../limits.js';
import { numberValue, type RecordFields, textValue } from './record-fields.js';
import {
  cellsOf,
  endStep,
  keyStep,
  numberStep,
  TemplateReader,
  textStep,
  wordStep,
} from './template-reader.js';

const lineFeed = 0x0a;

/** Learns templates from accepted lines, and finds the one that a line fits. */
export class LineTemplates {
  readonly reader: TemplateReader;

  readonly templates: Int32Array;
  readonly templateBytes: Uint8Array;
  /** Cells (of 8 bytes) from one template to the next. */
  readonly stride: number;
  /** Of each role of `values`: the first one that the same field plays. */
  readonly firstRoles: Int32Array;
  /** Templates learnt so far, up to `templatesMax`. */
  private count = 0;
  /** The one that fitted last is tried first. */
  private current = 0;
  private currentCell = 0;
  /** 1 if it has fitted since it became the current one; goes to `fitted` when it ceases to be. */
  private currentFitted = 0;
  /** 1 where a template has fitted since the hand of the replacement clock last passed it. */
  readonly fitted = new Int32Array(templatesMax);
  private hand = 0;
  private lastLearnt = -1;
  private learnEvery = 1;
  private learnIn = 1;

  /** `values` has a cell for each of [time, columns...] and one more for the numbers that nobody asked for. */
  constructor(
    readonly bytes: Uint8Array,
    words: DataView,
    readonly fields: RecordFields,
    readonly values: Float64Array,
  ) {
    this.stride = (templateBytesMax >> 3) + 2 * (templateScalarsMax + 1);
    const cells = new Float64Array(templatesMax * this.stride);
    this.templates = new Int32Array(cells.buffer);
    this.templateBytes = new Uint8Array(cells.buffer);
    this.firstRoles = fields.numeric.map(field => fields.numeric.indexOf(field));
    this.reader = new TemplateReader(bytes, words, cells, this.templates, values);
  }

  /**
   * Returns the position after the line's \n, with the values filled in and the key in `reader`; -1 if no template
   * fits or anything is out of the ordinary: the general walker decides.
   */
  match(pos: number, end: number): number {
    if (this.count === 0) return -1;
    const next = this.reader.read(this.currentCell, pos, end);
    if (next < 0 || !this.checkNumbers()) return this.matchOthers(pos, end);
    this.currentFitted = 1;
    return next;
  }

  private matchOthers(pos: number, end: number): number {
    for (let i = 0; i < this.count; i++) {
      if (i === this.current) continue;
      const next = this.reader.read(i * this.stride, pos, end);
      if (next < 0 || !this.checkNumbers()) continue;
      this.makeCurrent(i);
      this.currentFitted = 1;
      return next;
    }
    return -1;
  }

  private makeCurrent(index: number): void {
    if (this.currentFitted === 1) this.fitted[this.current] = 1;
    this.currentFitted = 0;
    this.current = index;
    this.currentCell = index * this.stride;
  }

  /** Copies the numbers of fields that play several roles, and checks all. */
  private checkNumbers(): boolean {
    const { values, firstRoles } = this;
    const time = values[0];
    if (!(time >= 0 && time <= timestampMsMax && Math.floor(time) === time)) return false;
    for (let role = 1; role < firstRoles.length; role++) {
      const value = values[firstRoles[role]];
      if (value - value !== 0) return false;
      values[role] = value;
    }
    return true;
  }

  /** Takes the line [pos, lineEnd), just accepted, as a template if it is time for one. `scalars`: see the walker. */
  learn(pos: number, lineEnd: number, scalars: Int32Array, scalarCount: number): void {
    if (scalarCount > templateScalarsMax) return;
    if (this.learnIn > 1) {
      this.learnIn--;
      return;
    }
    let literalBytes = lineEnd - pos + 1;
    for (let i = 0; i < scalarCount; i++) literalBytes -= scalars[3 * i + 2] - scalars[3 * i + 1];
    if (literalBytes > templateBytesMax) return;
    this.makeCurrent(this.current);
    const slot = this.slotToReplace();
    this.makeCurrent(slot);
    let k = slot * this.stride;
    let from = pos;
    for (let i = 0; i < scalarCount; i++) {
      const start = scalars[3 * i + 1];
      const length = start - from;
      const header = length | (this.stepOf(scalars[3 * i], start) << 12) | (this.cellOf(start) << 16);
      k = this.putStep(k, header, from, start, length);
      from = scalars[3 * i + 2];
    }
    const length = lineEnd - from + 1;
    this.putStep(k, length | (endStep << 12), from, lineEnd, length);
  }

  /** A clock with a second chance. Learning that did not pay (nothing fitted since) makes learning more seldom. */
  private slotToReplace(): number {
    const { fitted } = this;
    const lastLearnt = this.lastLearnt;
    if (lastLearnt >= 0) {
      if (fitted[lastLearnt] === 1) this.learnEvery = Math.max(1, this.learnEvery >> 1);
      else this.learnEvery = Math.min(learnEveryLinesMax, this.learnEvery << 1);
    }
    this.learnIn = this.learnEvery;
    let slot = this.count;
    if (slot < templatesMax) {
      this.count++;
    } else {
      while (fitted[this.hand] === 1) {
        fitted[this.hand] = 0;
        this.hand = (this.hand + 1) % templatesMax;
      }
      slot = this.hand;
      this.hand = (this.hand + 1) % templatesMax;
    }
    this.lastLearnt = slot;
    fitted[slot] = 0;
    return slot;
  }

  /** What scans the scalar at `start`: it is the key only if it is the last one of the entity's field. */
  private stepOf(kind: number, start: number): number {
    const { fields } = this;
    if (fields.starts[fields.entity] === start) return keyStep;
    return kind === numberValue ? numberStep : kind === textValue ? textStep : wordStep;
  }

  /** The cell of `values` for a number at `start`: that of the first role of its field, if it is the last one of it. */
  private cellOf(start: number): number {
    const { starts, numeric } = this.fields;
    for (let role = 0; role < numeric.length; role++) if (starts[numeric[role]] === start) return role;
    return numeric.length;
  }

  /**
   * Writes a step whose literal is [from, to); if `length` is one byte more, that is a line feed. Returns the cell
   * after it. The layout is drawn in `template-reader.ts`.
   */
  private putStep(k: number, header: number, from: number, to: number, length: number): number {
    const { bytes, templates, templateBytes } = this;
    const cells = cellsOf(length);
    templates[2 * k] = header;
    for (let i = 4; i < 8 * cells; i++) {
      let at = i - 4;
      if (i >= 8) {
        const width = length >= 8 ? 8 : 4;
        at = i < 8 * (cells - 1) ? i - 8 : length - width + (i - 8 * (cells - 1));
      }
      const isText = at < length;
      templateBytes[8 * k + i] = isText ? (from + at < to ? bytes[from + at] : lineFeed) : 0;
    }
    return k + cells;
  }
}
