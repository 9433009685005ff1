/** What `PartitionProducer.append` answers. */
export const appended = 0;
/** A pending bound is reached: `whenWritable`. */
export const full = 1;
/** Larger than the broker takes, and not to be chunked. */
export const tooLarge = 2;
/** The sequence id is not above the last one. */
export const notAscending = 3;
/** Closed, fenced or otherwise at its end: `stoppedBecause`. */
export const stopped = 4;
export type AppendStatus = 0 | 1 | 2 | 3 | 4;
