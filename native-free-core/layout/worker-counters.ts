import { reasonNames } from '../reasons.js';

/** What a worker counts, in doubles of its own stretch of shared memory; it alone writes them. */
export const countReasons = 0; // dead letters, one double a reason code
export const countVectors = reasonNames.length;
export const countRecords = countVectors + 1; // accepted by the scanner or refused, blank lines not
export const countSlowNumbers = countRecords + 1; // decimals past 19 digits that took the slow path
export const countLongestBatchMs = countSlowNumbers + 1; // longest stretch of one chunk in one worker's lanes
/** Doubles from one worker's counters to the next's: no line is shared. */
export const counterStride = Math.ceil((countLongestBatchMs + 1) / 16) * 16 + 16;
