/**
 * Writes one transaction as a line of NDJSON. What is the same in every line is copied from templates, which
 * keep the digits of the time that seldom change (`set` is faster than a loop here, and digits in pairs are
 * not):
 *
 *     {"userId":"user-000123","amount":   21.09   ,"timestamp":1732300000001}\n
 *     └───────────── head ────────────┘ └ digits ┘ └────────── tail ──────────┘
 */

const userAt = '{"userId":"user-'.length;
const timeAt = ',"timestamp":'.length;
const userDigitsMin = 6;
const userDigitsMax = 8;
const amountBytesMax = '5000.00'.length;
const timeDigitsMax = 16;

/** Upper bound of `lineBytes`. */
export const lineBytesBound =
  headText(userDigitsMax).length + amountBytesMax + tailText(timeDigitsMax).length;

export class TransactionLine {
  private readonly heads: readonly Uint8Array[];
  private readonly tails: readonly Uint8Array[];
  /** Per tail: the time that its digits say, in units of 10 s. */
  private readonly tailTime: Float64Array;

  constructor() {
    const encoder = new TextEncoder();
    this.heads = Array.from({ length: userDigitsMax + 1 }, (_, digits) => encoder.encode(headText(digits)));
    this.tails = Array.from({ length: timeDigitsMax + 1 }, (_, digits) => encoder.encode(tailText(digits)));
    this.tailTime = new Float64Array(timeDigitsMax + 1);
  }

  /**
   * @param bytes has room for `lineBytes(user, cents, timeMs)` at `start`
   * @param user 0 to 10^8 - 1
   * @param cents 1 to 500,000
   * @param timeMs 0 to 2^53 - 1
   * @returns where the line ends
   */
  write(bytes: Uint8Array, start: number, user: number, cents: number, timeMs: number): number {
    const userDigits = user < 1_000_000 ? userDigitsMin : digitsOf(user);
    const head = this.heads[userDigits];
    bytes.set(head, start);
    writeDigits(bytes, start + userAt, user, userDigits);
    let at = start + head.length;
    const whole = (cents / 100) | 0;
    at = writeDigits(bytes, at, whole, digitsOf(whole));
    bytes[at] = 0x2e;
    at = writeDigits(bytes, at + 1, cents - whole * 100, 2);
    return this.writeTail(bytes, at, timeMs);
  }

  lineBytes(user: number, cents: number, timeMs: number): number {
    const amountDigits = Math.max(3, digitsOf(cents));
    const userDigits = Math.max(userDigitsMin, digitsOf(user));
    return this.heads[userDigits].length + amountDigits + 1 + this.tails[digitsOf(timeMs)].length;
  }

  private writeTail(bytes: Uint8Array, at: number, timeMs: number): number {
    const digits = timeMs >= 1e12 && timeMs < 1e13 ? 13 : digitsOf(timeMs);
    const tail = this.tails[digits];
    const upper = Math.floor(timeMs / 10_000);
    if (digits <= 4) {
      writeDigits(tail, timeAt, timeMs, digits);
      bytes.set(tail, at);
      return at + tail.length;
    }
    if (this.tailTime[digits] !== upper) this.setTailTime(tail, digits, upper);
    bytes.set(tail, at);
    writeDigits(bytes, at + timeAt + digits - 4, timeMs - upper * 10_000, 4);
    return at + tail.length;
  }

  /** In two halves, since `writeDigits` takes integers below 2^31. */
  private setTailTime(tail: Uint8Array, digits: number, upper: number): void {
    const top = Math.floor(upper / 1_000_000);
    const topDigits = Math.max(0, digits - 4 - 6);
    writeDigits(tail, timeAt, top, topDigits);
    writeDigits(tail, timeAt + topDigits, upper - top * 1_000_000, digits - 4 - topDigits);
    this.tailTime[digits] = upper;
  }
}

function headText(userDigits: number): string {
  return `{"userId":"user-${'0'.repeat(userDigits)}","amount":`;
}

function tailText(timeDigits: number): string {
  return `,"timestamp":${'0'.repeat(timeDigits)}}\n`;
}

/** `value`, an integer below 2^31, right-aligned in `digits` digits with leading zeros. */
function writeDigits(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let rest = value | 0;
  for (let place = at + digits - 1; place >= at; place--) {
    const tens = (rest / 10) | 0;
    bytes[place] = 0x30 + (rest - tens * 10);
    rest = tens;
  }
  return at + digits;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}
