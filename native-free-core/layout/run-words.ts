import { workersMax } from '../limits.js';

/**
 * The control words of a run, in a SharedArrayBuffer of their own: int32, one to a 128 B stretch (two cache
 * lines, since the adjacent one is fetched with it).
 *
 *     word                     written by            meaning
 *     stop                     main                  1: finish what is published, then return; 2: return now
 *     published                main                  chunks given to the ring
 *     acked                    main                  chunks that the sinks have confirmed
 *     ready                    any worker (add)      workers that have begun
 *     decodeTicket             any worker (CAS)      chunks taken for decoding
 *     encodeTicket             any worker (CAS)      chunks taken for encoding
 *     parked[thread]           that thread           1 while it waits on its bell
 *     bell[thread]             who wakes it (add)    what the thread waits on
 *     aggregated[worker]       that worker           chunks whose lanes it has taken
 *     decoded[slot]            the decoder           the sequence after that of the chunk decoded there
 *     encoded[slot]            the encoder           the sequence after that of the chunk encoded there
 *
 * Sequences count chunks from 0 and wrap at 2^31: compare distances, never values.
 * Thread 0 is main, thread 1 + w is worker w.
 */
const spread = 32;
const threadsMax = workersMax + 1;

export const stopWord = 0;
export const publishedWord = 1 * spread;
export const decodeTicketWord = 2 * spread;
export const encodeTicketWord = 3 * spread;
export const ackedWord = 4 * spread;
export const readyWord = 5 * spread;
const parkedBase = 6 * spread;
const bellBase = parkedBase + threadsMax * spread;
const aggregatedBase = bellBase + threadsMax * spread;
const decodedBase = aggregatedBase + workersMax * spread;

export const mainThread = 0;
export const stopDrain = 1;
export const stopNow = 2;

export function parkedWord(thread: number): number {
  return parkedBase + thread * spread;
}

export function bellWord(thread: number): number {
  return bellBase + thread * spread;
}

export function aggregatedWord(worker: number): number {
  return aggregatedBase + worker * spread;
}

export function decodedWord(slot: number): number {
  return decodedBase + slot * spread;
}

export function encodedWord(slot: number, slots: number): number {
  return decodedBase + (slots + slot) * spread;
}

/** Bytes of the control block for a ring of `slots` slots. */
export function runWordsBytes(slots: number): number {
  return (decodedBase + 2 * slots * spread) * 4;
}
