import { eiselLemire } from './eisel-lemire.js';

/** `slowPathCount[0]`: how often this thread took the path that allocates (see `parseLongNumber`). */
export const slowPathCount: Float64Array = new Float64Array(1);

const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const twoTo32 = 2 ** 32;

/** Digits that always fit an unsigned 64-bit number. */
const keptDigitsMax = 19;
/**
 * Digits that can decide a rounding: the longest decimal that lies exactly between two doubles has 767 of them.
 * Whatever follows 800 digits matters only by being zero or not.
 */
const decisiveDigitsMax = 800;

/** The significand cut to 19 digits, as two 32-bit limbs: upper, lower. */
const kept = new Uint32Array(2);
const candidates = new Float64Array(2);

/**
 * Writes the correctly rounded double of digits x 10^exponent to `out[at]`. `digits` are all the digits (with a dot
 * among them that does not count) from `bytes[pos]` on, read as one integer; any number of them, at least one;
 * a byte that is neither a digit nor a dot, or `end`, must follow them.
 *
 * Beyond 19 significant digits the value lies between w and w + 1, with w the first 19. If both round to the same
 * double, that is the answer (Lemire 2021, on long numbers). Otherwise, which takes a value within about a hundredth
 * of a unit of a border, JavaScript's own conversion of a string decides: counted in `slowPathCount`, and the only
 * allocation.
 */
export function parseLongNumber(
  bytes: Uint8Array,
  pos: number,
  end: number,
  exponent: number,
  out: Float64Array,
  at: number,
): void {
  let p = pos;
  while (p < end && (bytes[p] === zero || bytes[p] === dot)) p++;
  const significant = p;
  kept[0] = 0;
  kept[1] = 0;
  let count = 0;
  for (; p < end && count < keptDigitsMax; p++) {
    if (bytes[p] === dot) continue;
    if (bytes[p] < zero || bytes[p] > nine) break;
    const lower = kept[1] * 10 + bytes[p] - zero;
    kept[0] = kept[0] * 10 + Math.floor(lower / twoTo32);
    kept[1] = lower;
    count++;
  }
  let dropped = 0;
  let remainder = 0;
  for (; p < end; p++) {
    if (bytes[p] === dot) continue;
    if (bytes[p] < zero || bytes[p] > nine) break;
    remainder |= bytes[p] - zero;
    dropped++;
  }
  const high = kept[0] | 0;
  const low = kept[1] | 0;
  const scale = (exponent + dropped) | 0;
  eiselLemire(high, low, scale, candidates, 0);
  out[at] = candidates[0];
  if (remainder === 0) return;
  const next = (low + 1) | 0;
  eiselLemire((high + (next === 0 ? 1 : 0)) | 0, next, scale, candidates, 1);
  if (candidates[0] !== candidates[1]) parseThroughString(bytes, significant, p, scale, out, at);
}

/** The slow path. `scale` is the power of ten of the 19th significant digit, the first of them at `bytes[pos]`. */
function parseThroughString(
  bytes: Uint8Array,
  pos: number,
  end: number,
  scale: number,
  out: Float64Array,
  at: number,
): void {
  slowPathCount[0]++;
  let text = '';
  let remainder = 0;
  for (let p = pos; p < end; p++) {
    if (bytes[p] === dot) continue;
    if (text.length < decisiveDigitsMax) text += String.fromCharCode(bytes[p]);
    else remainder |= bytes[p] - zero;
  }
  if (remainder !== 0) text += '1';
  out[at] = Number(`${text}e${scale + keptDigitsMax - text.length}`);
}
