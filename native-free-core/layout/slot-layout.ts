import type { FeatureView } from '../feature-view.js';
import { chunkBytes, chunkOutputBytesMax, lineBytesMax, sliceEvents } from '../limits.js';

/**
 * The memory of one chunk slot. All slots lie in one SharedArrayBuffer, the arena, one stride apart.
 *
 *     byte 0 ┌──────────────────────────────────────────────────────────────┐
 *            │ head: int32 words and doubles named below          (128 B)   │ main, then decoder
 *            ├──────────────────────────────────────────────────────────────┤
 *            │ index: 16 B an event, grouped by lane                        │ decoder
 *            │   0: row   4: table hash   8: key start   12: key length     │
 *            │ laneStart: first index entry of lane l, and one past the last│ decoder
 *            │ refusals: 16 B each: line start, line end, line no., reason  │ decoder
 *            │ rows: 32 B an event                                          │ decoder,
 *            │   0: key start  4: key length  8: line start  12: line end   │ the status
 *            │  16: line no.  20: table hash  24: lane       28: status     │ lane's owner
 *            │ values: doubles an event: time, each column,                 │ decoder,
 *            │         each output                                          │ lane's owner
 *            ├──────────────────────────────────────────────────────────────┤
 *            │ input bytes, 64 B of slack                                   │ main
 *            │ unescaped keys                                               │ decoder
 *            │ vectors                                                      │ encoder
 *            │ dead letters                                                 │ encoder
 *            └──────────────────────────────────────────────────────────────┘
 *
 * A stage owns what it writes until it stores the slot's next sequence word (`ring/slot-ring.ts`).
 * Untouched pages cost nothing: sizes are worst cases.
 */

/** Int32 words of the head. */
export const headInputEnd = 0; // absolute byte position after the input
export const headKind = 1; // kindLines or kindLongLine
export const headRows = 2; // events accepted by the scanner
export const headRefusals = 3; // records refused by the scanner
export const headLines = 4; // line breaks in the chunk (a last line without one counts)
export const headVectorsEnd = 5; // absolute byte position after the vectors
export const headDeadLettersEnd = 6; // absolute byte position after the dead letters
export const headVectors = 7; // vectors encoded
export const headDeadLetters = 8; // dead letters encoded
/** Doubles of the head (indexes of 8 bytes). */
export const headPublishTimeMs = 8;
export const headOffset = 9; // position of the first input byte in its source
export const headLongLineBytes = 10; // kindLongLine: the whole length of the line
export const headPublishedAtMs = 11; // for the latency figure: when the chunk entered the ring
export const headBytes = 128;

export const kindLines = 0;
/** The input is the kept beginning of one over-long line. */
export const kindLongLine = 1;

export const indexEntryWords = 4;
export const refusalWords = 4;

/** Int32 words of a row. */
export const rowWords = 8;
export const rowKeyStart = 0;
export const rowKeyLength = 1;
export const rowLineStart = 2;
export const rowLineEnd = 3;
export const rowLine = 4;
export const rowHash = 5;
export const rowLane = 6;
export const rowStatus = 7;

/** Bits of a row's status above the reason. */
export const statusReasonMask = 0xff;
export const statusInexact = 1 << 8;
export const statusIncomplete = 1 << 9;

/** Set in a key length where the key must be escaped when it is written. */
export const keyEscapedBit = 1 << 30;
export const keyLengthMask = keyEscapedBit - 1;

export interface SlotLayout {
  readonly strideBytes: number;
  readonly rowsMax: number;
  readonly inputBytesMax: number;
  /** Bytes that a chunk aims at (less than `chunkBytes` where vectors are wide). */
  readonly targetBytes: number;
  /** Byte offsets from the slot's beginning. */
  readonly index: number;
  readonly laneStart: number;
  readonly refusals: number;
  readonly rows: number;
  readonly values: number;
  /** Doubles of a row: its time, its columns, its outputs. */
  readonly rowDoubles: number;
  /** The first output among them. */
  readonly outputs: number;
  readonly input: number;
  readonly scratch: number;
  readonly vectors: number;
  readonly deadLetters: number;
}

const utf8 = new TextEncoder();

/** The fewest bytes that a record of the view can take, its line break included: bounds the rows of a chunk. */
export function recordBytesMin(view: FeatureView): number {
  const fields = new Set([view.entity, view.timestampField, ...view.columns]);
  let bytes = 2 + 1; // braces and line break, less the comma that the last field has not
  for (const field of fields) bytes += utf8.encode(field).length + 4 + 1;
  return bytes - 1 + 2; // the key has quotes
}

/** The most bytes that a vector can take beside its key. */
export function vectorBytesMax(view: FeatureView): number {
  const names = [view.entity, ...view.aggregations.map(aggregation => aggregation.name)];
  const numberBytes = 26;
  const flagsBytes = 64;
  return names.reduce((sum, name) => sum + 6 * utf8.encode(name).length + 4 + numberBytes, flagsBytes);
}

const slackBytes = 64;
/** A dead letter's own bytes beside the record: reason, position, lengths. */
export const deadLetterFrameBytes = 224;

/**
 * @param outputs doubles that the aggregation gives per row
 * @param target bytes a chunk aims at; tests take small ones
 */
export function slotLayout(
  view: FeatureView,
  outputs: number,
  lanes: number,
  target = chunkBytes,
): SlotLayout {
  const perRow = vectorBytesMax(view);
  const recordMin = recordBytesMin(view);
  const fitting = Math.floor((chunkOutputBytesMax / perRow) * recordMin);
  const targetBytes = Math.max(256, Math.min(target, fitting));
  const rowsMax = Math.ceil(targetBytes / recordMin) + sliceEvents;
  const refusalsMax = Math.ceil(targetBytes / 2) + 2;
  const inputBytesMax = targetBytes + lineBytesMax + 2;

  const rowDoubles = 1 + view.columns.length + outputs;

  let at = headBytes;
  const take = (bytes: number): number => {
    const start = at;
    at += Math.ceil(bytes / 128) * 128;
    return start;
  };
  const layout = {
    rowsMax,
    inputBytesMax,
    targetBytes,
    index: take(rowsMax * 4 * indexEntryWords),
    laneStart: take((lanes + 1) * 4),
    refusals: take(refusalsMax * 4 * refusalWords),
    rows: take(rowsMax * 4 * rowWords),
    values: take(rowsMax * 8 * rowDoubles),
    rowDoubles,
    outputs: 1 + view.columns.length,
    input: take(inputBytesMax + slackBytes),
    scratch: take(inputBytesMax + slackBytes),
    vectors: take(rowsMax * perRow + inputBytesMax + slackBytes),
    deadLetters: take(2 * inputBytesMax + (rowsMax + refusalsMax) * deadLetterFrameBytes + slackBytes),
  };
  // A page more than a power of two, so that the slots do not fall on the same cache sets.
  return { ...layout, strideBytes: Math.ceil(at / 4096) * 4096 + 4096 };
}

/** Typed views over the arena; positions in it are absolute. */
export class Arena {
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  readonly u8: Uint8Array;
  readonly data: DataView;

  constructor(readonly memory: SharedArrayBuffer) {
    this.i32 = new Int32Array(memory);
    this.f64 = new Float64Array(memory);
    this.u8 = new Uint8Array(memory);
    this.data = new DataView(memory);
  }
}
