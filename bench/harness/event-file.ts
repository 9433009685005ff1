import { SplitMix64 } from './split-mix-64.js';

/** What decides every byte of a data file. */
export interface EventShape {
  /** Users, at most a million: six digits in the key. */
  readonly users: number;
  readonly skew: 'uniform' | 'zipf';
  readonly events: number;
  /** Events that a user has on average in ten minutes. */
  readonly perWindow: number;
  readonly seed: number;
}

const windowMs = 600_000;
const startMs = 1_732_300_000_000;
const zipfExponent = 1.1;
const flushBytes = 1 << 20;
/** Longest line: key, nine characters of amount, thirteen of time. */
const lineBytesMax = 128;

/**
 * Writes NDJSON in time order, `{"userId":"user-092291","amount":21.09,"timestamp":1732300000001}`: Poisson arrivals,
 * log-normal amounts of two decimals. No user has two events in one millisecond, so that SQL's RANGE and an
 * event-by-event window agree. The same bytes as `gen` of the peers' folder. `write` must take the bytes at once.
 */
export function writeEvents(shape: EventShape, write: (bytes: Uint8Array) => void): void {
  const random = new SplitMix64(shape.seed);
  const drawUser = userDraw(shape, random);
  const perMs = (shape.perWindow * shape.users) / windowMs;
  const lastMs = new Float64Array(shape.users);
  const buffer = Buffer.allocUnsafe(flushBytes + lineBytesMax);
  let used = 0;
  let time = startMs;
  for (let i = 0; i < shape.events; i++) {
    time += -Math.log(1 - random.fraction()) / perMs;
    const timestamp = Math.floor(time);
    let user = drawUser();
    while (lastMs[user] === timestamp) user = drawUser();
    lastMs[user] = timestamp;
    const cents = drawCents(random);
    const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
    const key = String(user).padStart(6, '0');
    used += buffer.write(
      `{"userId":"user-${key}","amount":${amount},"timestamp":${timestamp}}\n`,
      used,
      'latin1',
    );
    if (used < flushBytes) continue;
    write(buffer.subarray(0, used));
    used = 0;
  }
  write(buffer.subarray(0, used));
}

/** Log-normal, by Box and Muller; from one cent to 5,000. */
function drawCents(random: SplitMix64): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
  const normal = radius * Math.cos(2 * Math.PI * random.fraction());
  return Math.floor(Math.min(Math.max(Math.exp(3.5 + normal) * 100, 1), 500_000));
}

function userDraw({ users, skew }: EventShape, random: SplitMix64): () => number {
  if (skew === 'uniform') return () => random.remainder(users);
  const cumulative = zipfCumulative(users);
  // Ranks are spread over the key space, so that hot users are not neighbours.
  return () => (Math.min(lowerBound(cumulative, random.fraction()), users - 1) * 7919 + 13) % users;
}

function zipfCumulative(users: number): Float64Array {
  const cumulative = new Float64Array(users);
  let total = 0;
  for (let rank = 1; rank <= users; rank++) {
    total += rank ** -zipfExponent;
    cumulative[rank - 1] = total;
  }
  for (let i = 0; i < users; i++) cumulative[i] /= total;
  return cumulative;
}

/** The first index whose value is not below `x`. */
function lowerBound(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
