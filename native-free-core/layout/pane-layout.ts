import { panesPerEntity } from '../limits.js';

/**
 * What is left of events that an entity could not keep (`eventsPerEntityMax`): one pane for each 64th part of
 * `max_window`, in a ring by pane number, floor(time / paneMs) mod 66.
 *
 *     doubles: 0 greatest time of any pane    1 -
 *     pane:    0 number (NaN: none)  1 least time  2 greatest time  3 events, then for each column
 *              0 sum high  1 sum low  2 squares high  3 squares low  4 min  5 max  6 first  7 last
 */
export const paneSlots = panesPerEntity + 2;
export const panesNewest = 0;
export const panesHead = 2;
export const paneNumber = 0;
export const paneLeast = 1;
export const paneGreatest = 2;
export const paneEvents = 3;
export const paneColumns = 4;
export const paneSum = 0;
export const paneSquares = 2;
export const paneMin = 4;
export const paneMax = 5;
export const paneFirst = 6;
export const paneLast = 7;
export const paneColumnDoubles = 8;

export function paneDoubles(columns: number): number {
  return paneColumns + paneColumnDoubles * columns;
}

export function panesDoubles(columns: number): number {
  return panesHead + paneSlots * paneDoubles(columns);
}
