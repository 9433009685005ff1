/**
 * `ln` and `exp` from the four basic operations only, which IEEE 754 rounds the same everywhere. `Math.log`
 * and its like may differ in the last place between versions of an engine, and the generator's bytes must
 * not. Accurate to a few units in the last place; slow (loops), so for building tables, never per event.
 */

// biome-ignore lint/suspicious/noApproximativeNumericConstant: the bits are part of the promise above
const ln2 = 0.6931471805599453;

/** @param x a positive, finite double */
export function portableLn(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa > 1.5; exponent++) mantissa /= 2;
  for (; mantissa < 0.75; exponent--) mantissa *= 2;
  // ln m = 2 artanh((m - 1) / (m + 1)); |z| <= 0.2, so that 12 terms leave less than 1e-17.
  const z = (mantissa - 1) / (mantissa + 1);
  let power = z;
  let sum = 0;
  for (let n = 1; n < 25; n += 2) {
    sum += power / n;
    power *= z * z;
  }
  return 2 * sum + exponent * ln2;
}

/** @param x a double from -700 to 700 */
export function portableExp(x: number): number {
  const exponent = Math.round(x / ln2);
  const rest = x - exponent * ln2;
  let term = 1;
  let sum = 1;
  for (let n = 1; n < 20; n++) {
    term *= rest / n;
    sum += term;
  }
  for (let n = exponent; n > 0; n--) sum *= 2;
  for (let n = exponent; n < 0; n++) sum /= 2;
  return sum;
}

/**
 * Quantile of the standard normal distribution, to 1.2e-9 relative: P. J. Acklam's rational approximation
 * (2003).
 * @param p a probability, strictly between 0 and 1
 */
export function normalQuantile(p: number): number {
  const low = 0.02425;
  if (p > 1 - low) return -normalQuantile(1 - p);
  if (p < low) {
    const q = Math.sqrt(-2 * portableLn(p));
    return polynomial(tailNumerator, q) / (polynomial(tailDenominator, q) * q + 1);
  }
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(middleNumerator, r) * q) / (polynomial(middleDenominator, r) * r + 1);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

const middleNumerator = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const middleDenominator = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
];
const tailNumerator = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailDenominator = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
