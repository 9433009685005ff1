/**
 * Running sums of a window, and of its squares, that are read correctly rounded.
 *
 *     state at `state`: high, low (doubles)      exact sum = high + low + E,  |E| <= bound
 *     bound at `bound`: float32, rounded up
 *
 * A value enters or leaves by TwoSum (Knuth, TAOCP 4.2.2): the rounding error of `high` goes to `low`, and that of
 * `low`, which for money-like values is none at all, into the bound. When it is read, the rounded sum is certain
 * unless the bound reaches over the middle between two doubles: then the caller takes the exact path. So what is
 * read depends on the events in the window alone, never on how they came in and went.
 *
 * Doubles cross calls through memory only: V8 boxes one that is passed or returned.
 */

/** The float32 bound is rounded to nearest when stored: this much up keeps it a bound. */
export const boundUp = 1 + 2 ** -22;
/** The smallest denormal float32, so that a tiny bound does not vanish. */
export const boundLeast = 2 ** -149;
/** Squares of values in this range are two doubles exactly (Dekker); others take the exact path. */
const squareLeast = 2 ** -900;
const squareGreatest = 2 ** 900;

export function clearSum(f64: Float64Array, f32: Float32Array, state: number, bound: number): void {
  f64[state] = 0;
  f64[state + 1] = 0;
  f32[bound] = 0;
}

/** Adds sign * (the n values at from, from + step, ...). */
export function addToSum(
  f64: Float64Array,
  f32: Float32Array,
  state: number,
  bound: number,
  from: number,
  n: number,
  step: number,
  sign: number,
): void {
  let high = f64[state];
  let low = f64[state + 1];
  let lost = 0;
  for (let i = 0, at = from; i < n; i++, at += step) {
    const x = sign * f64[at];
    const sum = high + x;
    const part = sum - high;
    const error = high - (sum - part) + (x - part);
    const lowSum = low + error;
    const lowPart = lowSum - low;
    lost += Math.abs(low - (lowSum - lowPart) + (error - lowPart));
    high = sum;
    low = lowSum;
  }
  f64[state] = high;
  f64[state + 1] = low;
  // NaN (an overflow on the way) must stick, so the comparison is this way round.
  if (!(lost === 0)) f32[bound] = (f32[bound] + lost) * boundUp + boundLeast;
}

/** As `addToSum`, with the squares of the values. */
export function addToSquares(
  f64: Float64Array,
  f32: Float32Array,
  state: number,
  bound: number,
  from: number,
  n: number,
  step: number,
  sign: number,
): void {
  let high = f64[state];
  let low = f64[state + 1];
  let lost = 0;
  for (let i = 0, at = from; i < n; i++, at += step) {
    const value = f64[at];
    const square = value * value;
    if (!(square > squareLeast && square < squareGreatest)) {
      if (value !== 0) high = Number.NaN;
      continue;
    }
    const big = 134217729 * value;
    const head = big - (big - value);
    const rest = value - head;
    const tail = sign * (head * head - square + 2 * head * rest + rest * rest);
    const x = sign * square;
    const sum = high + x;
    const part = sum - high;
    const error = high - (sum - part) + (x - part);
    const lowSum = low + error;
    const lowPart = lowSum - low;
    const tailSum = lowSum + tail;
    const tailPart = tailSum - lowSum;
    lost += Math.abs(low - (lowSum - lowPart) + (error - lowPart));
    lost += Math.abs(lowSum - (tailSum - tailPart) + (tail - tailPart));
    high = sum;
    low = tailSum;
  }
  f64[state] = high;
  f64[state + 1] = low;
  if (!(lost === 0)) f32[bound] = (f32[bound] + lost) * boundUp + boundLeast;
}

/**
 * Writes the sum to out[at] if its correct rounding is certain.
 * @returns 1 if it was, 0 if the caller must take the exact path
 */
export function readSum(
  f64: Float64Array,
  f32: Float32Array,
  state: number,
  bound: number,
  out: Float64Array,
  at: number,
): number {
  const high = f64[state];
  const low = f64[state + 1];
  const sum = high + low;
  const lost = f32[bound];
  out[at] = sum;
  if (lost === 0) return sum - sum === 0 ? 1 : 0;
  const part = sum - high;
  const error = high - (sum - part) + (low - part);
  // Twice the bound, and the rounding of this very sum: both neighbours of the truth must round to `sum`.
  const reach = 2 * lost + Math.abs(error) * 2 ** -50;
  return sum + (error + reach) === sum && sum + (error - reach) === sum ? 1 : 0;
}

/**
 * Writes the population variance of n values to out[at], given their sum (doubles at `values`) and the sum of
 * their squares (at `values + 1`), each correctly rounded. Error: within 1e-15 of the greatest square. A result
 * below what that error allows to tell from 0 is 0, so that equal values have none.
 */
export function varianceOf(
  values: Float64Array,
  from: number,
  n: number,
  out: Float64Array,
  at: number,
): void {
  const sum = values[from];
  const squares = values[from + 1];
  const mean = sum / n;
  const meanOfSquares = squares / n;
  // What the two divisions rounded off, and the exact square of the mean (Dekker's products).
  const bigMean = 134217729 * mean;
  const meanHead = bigMean - (bigMean - mean);
  const meanRest = mean - meanHead;
  const meanSquare = mean * mean;
  const meanSquareLow = meanHead * meanHead - meanSquare + 2 * meanHead * meanRest + meanRest * meanRest;
  const meanLow = (sum - meanHead * n - meanRest * n) / n;
  const bigSquares = 134217729 * meanOfSquares;
  const squaresHead = bigSquares - (bigSquares - meanOfSquares);
  const squaresLow = (squares - squaresHead * n - (meanOfSquares - squaresHead) * n) / n;
  const variance = meanOfSquares - meanSquare + (squaresLow - meanSquareLow - 2 * mean * meanLow);
  out[at] = n > 1 && variance > 4e-16 * meanOfSquares ? variance : 0;
}

/** Whether a sum of squares is where `varianceOf` neither overflows nor underflows on its way. */
export function isPlainSquares(values: Float64Array, at: number): boolean {
  const squares = values[at];
  return squares === 0 || (squares > squareLeast && squares < squareGreatest);
}
