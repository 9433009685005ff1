import { normalQuantile, portableExp, portableLn } from './portable-math.js';

/** Cells of a quantile table; a draw picks one with its upper bits and a place in it with its lower ones. */
export const quantileCells = 4096;

/** Amounts in cents by quantile: log-normal about 33.12, within 0.01 and 5000. Length `quantileCells + 1`. */
export function amountQuantiles(): Float64Array {
  const table = new Float64Array(quantileCells + 1);
  for (let cell = 1; cell < quantileCells; cell++) {
    table[cell] = Math.min(
      500_000,
      Math.max(1, portableExp(3.5 + normalQuantile(cell / quantileCells)) * 100),
    );
  }
  table[0] = 1;
  table[quantileCells] = 500_000;
  return table;
}

/**
 * Gaps between events by quantile: exponential with mean 1. The last cell has no upper end: whoever draws it
 * adds its lower end and draws again, since the exponential distribution has no memory. Length
 * `quantileCells`.
 */
export function gapQuantiles(): Float64Array {
  const table = new Float64Array(quantileCells);
  for (let cell = 1; cell < quantileCells; cell++) table[cell] = -portableLn(1 - cell / quantileCells);
  return table;
}

/**
 * Draws an index with given chances from two random numbers: column `i`, unless the second is past its
 * threshold.
 */
export interface AliasTable {
  /** Chance of staying in the column, as a 32-bit fraction. */
  readonly thresholds: Uint32Array;
  readonly aliases: Uint32Array;
}

/**
 * Zipf's law over entities: the entity of rank r (from 1) has weight r^-exponent. Ranks are scattered over
 * the entities' numbers, so that neighbours are not alike. Built by A. J. Walker's method as M. D. Vose has
 * it (1991).
 */
export function zipfTable(entities: number, exponent: number): AliasTable {
  const weights = new Float64Array(entities);
  // A prime that does not divide the number of entities makes this a permutation.
  const stride = entities % 7919 === 0 ? 7907 : 7919;
  let total = 0;
  for (let rank = 1; rank <= entities; rank++) {
    const weight = portableExp(-exponent * portableLn(rank));
    weights[(rank * stride + 13) % entities] = weight;
    total += weight;
  }
  return aliasTable(weights, total);
}

function aliasTable(weights: Float64Array, total: number): AliasTable {
  const count = weights.length;
  const thresholds = new Uint32Array(count).fill(0xffff_ffff);
  const aliases = Uint32Array.from(weights, (_, index) => index);
  // One array serves both work lists: the poor grow from its start, the rich from its end.
  const work = new Uint32Array(count);
  let poor = 0;
  let rich = count;
  for (let index = 0; index < count; index++) {
    weights[index] = (weights[index] / total) * count;
    if (weights[index] < 1) work[poor++] = index;
    else work[--rich] = index;
  }
  while (poor > 0 && rich < count) {
    const receiver = work[--poor];
    const donor = work[rich];
    thresholds[receiver] = Math.floor(weights[receiver] * 0xffff_ffff);
    aliases[receiver] = donor;
    weights[donor] -= 1 - weights[receiver];
    if (weights[donor] >= 1) continue;
    rich++;
    work[poor++] = donor;
  }
  return { thresholds, aliases };
}
