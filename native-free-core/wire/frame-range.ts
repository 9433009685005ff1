/**
 * One whole frame, in place. Offsets are absolute in `bytes`:
 *
 *      start            commandStart    bodyStart   bodyEnd   commandEnd          end
 *        │                   │              │          │           │               │
 *        [u32 total][u32 size][08 type][tag][len][ body ][ ... ]   [ headers, payload ]
 */
export interface FrameRange {
  /** The arena's memory, whole. */
  readonly bytes: Uint8Array;
  /** What to give to `ReceiveArena.retain` to keep the frame's memory, and later to `release`. */
  readonly segment: number;
  readonly start: number;
  readonly commandStart: number;
  readonly commandEnd: number;
  readonly end: number;
  /** `BaseCommand.type`; 0 if the command does not begin with it. */
  readonly type: number;
  /** The sub-command of `type`; both 0 if it does not follow at once. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
}
