/**
 * The events of an entity that has many, in blocks.
 *
 *     log (one a large entity), int32 words:
 *       0 directory (double address)   1 log2 of its slots     2 front block's sequence   3 back block's sequence
 *       4 first live event in the front block                  5 exact accumulators or 0  6 panes or 0
 *       8 + 2w  tail of window w: block sequence, event in it
 *
 *     directory: a ring of entries by block sequence, then groups of 64 entries
 *       entry, doubles:  0 (int32 block address, int32 events)   1 time of event 0   2 + 2c, 3 + 2c: min, max of c
 *       group, doubles:  0 valid (1) or not (0)                  1 + 2c, 2 + 2c: min, max of column c
 *
 *     block: up to 128 events in order of time, ties by arrival
 *
 * Sequences are int32 and wrap: compare differences.
 */
export const logDirectory = 0;
export const logDirectoryBits = 1;
export const logFront = 2;
export const logBack = 3;
export const logFrontStart = 4;
export const logExact = 5;
export const logPanes = 6;
export const logTails = 8;

/** Events in a block, and the most that an event ring holds before its entity gets a block log. */
export const blockEvents = 128;
/** A block's size class: 4 << 5 events. */
export const blockClass = 5;
export const directoryBitsFirst = 4;
/** An entity that has so few events again gets a ring again. */
export const ringAgainEvents = 32;
/** The class of the ring that it gets: 4 << 4 events. */
export const ringAgainClass = 4;

export const entryTime = 1;
export const entryExtrema = 2;
export const groupBits = 6;
export const groupExtrema = 1;

export function entryDoubles(extremaColumns: number): number {
  return 2 + 2 * extremaColumns;
}

export function groupDoubles(extremaColumns: number): number {
  return 1 + 2 * extremaColumns;
}

/** Doubles of a directory with 2^bits entries and its groups. */
export function directoryDoubles(bits: number, extremaColumns: number): number {
  const entries = 1 << bits;
  return entries * entryDoubles(extremaColumns) + (entries >> groupBits) * groupDoubles(extremaColumns);
}

export function logDoubles(windows: number): number {
  return logTails / 2 + windows;
}
