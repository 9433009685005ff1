/**
 * The yardstick of the regression gate. NEVER CHANGE THIS FILE: every baseline is a ratio to it, and a test holds it
 * to its hash. It is stable because it imports nothing, allocates only when it is made, draws its data from a fixed
 * generator, and does the engine's kinds of work in the plainest way: it scans bytes, it updates records in a hash
 * table larger than the near caches, it writes numbers as text. So a slower machine, a busy neighbour or another
 * clock slows both sides alike, and a newer Node shows as another baseline.
 */
const entities = 100_000;
const recordWords = 16;
const ringEvents = 8;
const indexSlots = 1 << 18;
const lines = 1 << 15;
const lineBytesMax = 80;
const draws = 1 << 16;
const newline = 0x0a;
const quote = 0x22;
const zero = 0x30;

/** What each part must give for one call; a mistake here or in the compiler would otherwise be measured. */
export interface ReferenceSums {
  readonly scan: number;
  readonly table: number;
  readonly format: number;
}

export class FrozenReference {
  readonly #text = new Uint8Array(new SharedArrayBuffer(lines * lineBytesMax));
  readonly #textEnd: number;
  readonly #index = new Int32Array(new SharedArrayBuffer(indexSlots * 4));
  readonly #records = new Int32Array(new SharedArrayBuffer((entities + 1) * recordWords * 4));
  readonly #rings = new Float64Array(new SharedArrayBuffer((entities + 1) * ringEvents * 2 * 8));
  readonly #keys = new Int32Array(new SharedArrayBuffer(draws * 4));
  readonly #amounts = new Float64Array(new SharedArrayBuffer(draws * 8));
  readonly #out = new Uint8Array(new SharedArrayBuffer(draws * 32));
  readonly #random = new Uint32Array([0x9e3779b9]);
  readonly #sum = new Int32Array(1);

  constructor() {
    this.#textEnd = this.#writeText();
    for (let entity = 1; entity <= entities; entity++) this.#insert(mix(entity), entity);
    for (let i = 0; i < draws; i++) {
      this.#keys[i] = mix(1 + (this.#draw() % entities));
      this.#amounts[i] = (this.#draw() % 20_000) / 100;
    }
  }

  #draw(): number {
    let x = this.#random[0];
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random[0] = x;
    return x >>> 0;
  }

  #writeText(): number {
    let end = 0;
    for (let i = 0; i < lines; i++) {
      const user = String(this.#draw() % entities).padStart(6, '0');
      const line = `{"userId":"user-${user}","amount":${this.#draw() % 500}.${10 + (this.#draw() % 90)},"timestamp":${1_732_300_000_000 + i}}\n`;
      for (let at = 0; at < line.length; at++) this.#text[end++] = line.charCodeAt(at);
    }
    return end;
  }

  #insert(hash: number, entity: number): void {
    let slot = hash & (indexSlots - 1);
    while (this.#index[slot] !== 0) slot = (slot + 1) & (indexSlots - 1);
    this.#index[slot] = entity;
    this.#records[entity * recordWords] = hash;
  }

  /** Reads every byte: strings by their hash, numbers by their digits. */
  scan(): number {
    const text = this.#text;
    const end = this.#textEnd;
    const sum = this.#sum;
    sum[0] = 0;
    for (let at = 0; at < end; ) at = scanToken(text, at, sum);
    return sum[0];
  }

  /** Looks each drawn key up and puts its amount into the ring of that entity, whose sum is kept. */
  table(): number {
    let sum = 0;
    for (let i = 0; i < draws; i++) {
      const entity = findEntity(this.#index, this.#records, this.#keys[i]);
      sum = (sum + addAmount(this.#records, this.#rings, entity, i, this.#amounts[i])) | 0;
    }
    return sum;
  }

  /** Writes each amount in decimal, with a literal before it. */
  format(): number {
    const out = this.#out;
    let end = 0;
    for (let i = 0; i < draws; i++) end = writeAmount(out, end, this.#amounts[i]);
    let sum = end;
    for (let at = 0; at < end; at += 61) sum = (Math.imul(sum, 31) + out[at]) | 0;
    return sum;
  }
}

// The parts are small functions, called often: so they are compiled whole, the same way in every process. One long
// loop would be compiled while it runs, at a moment of chance, and be a third faster in one process than in another.

function scanToken(text: Uint8Array, from: number, sum: Int32Array): number {
  const byte = text[from];
  if (byte === quote) return scanString(text, from + 1, sum);
  if (byte >= zero && byte <= zero + 9) return scanDigits(text, from, sum);
  if (byte === newline) sum[0] = Math.imul(sum[0], 31);
  return from + 1;
}

function scanString(text: Uint8Array, from: number, sum: Int32Array): number {
  let hash = 0x811c9dc5 | 0;
  let at = from;
  for (; text[at] !== quote; at++) hash = Math.imul(hash ^ text[at], 0x01000193);
  sum[0] += hash;
  return at + 1;
}

function scanDigits(text: Uint8Array, from: number, sum: Int32Array): number {
  let digits = 0;
  let at = from;
  for (let digit = text[at] - zero; digit >= 0 && digit <= 9; digit = text[++at] - zero) {
    digits = digits * 10 + digit;
  }
  sum[0] += digits % 1_000_003;
  return at;
}

function findEntity(index: Int32Array, records: Int32Array, hash: number): number {
  let slot = hash & (indexSlots - 1);
  while (records[index[slot] * recordWords] !== hash) slot = (slot + 1) & (indexSlots - 1);
  return index[slot];
}

function addAmount(
  records: Int32Array,
  rings: Float64Array,
  entity: number,
  time: number,
  amount: number,
): number {
  const record = entity * recordWords;
  const head = records[record + 1];
  const at = (entity * ringEvents + head) * 2;
  const oldest = rings[at + 1];
  rings[at] = time;
  rings[at + 1] = amount;
  records[record + 1] = (head + 1) & (ringEvents - 1);
  records[record + 2] += Math.round((amount - oldest) * 100);
  return records[record + 2];
}

function writeAmount(out: Uint8Array, from: number, amount: number): number {
  let end = from;
  for (let byte = 0; byte < 8; byte++) out[end++] = 0x61 + byte;
  const cents = Math.round(amount * 100);
  let units = Math.floor(cents / 100);
  let width = 1;
  for (let rest = units; rest >= 10; rest = Math.floor(rest / 10)) width++;
  for (let digit = end + width - 1; digit >= end; digit--) {
    const tenth = Math.floor(units / 10);
    out[digit] = zero + units - tenth * 10;
    units = tenth;
  }
  end += width;
  out[end++] = 0x2e;
  out[end++] = zero + (Math.floor(cents / 10) % 10);
  out[end++] = zero + (cents % 10);
  return end;
}

/** Murmur3's finalizer: a bijection of 32 bits, so no two entities share a hash. */
function mix(entity: number): number {
  let hash = entity;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The sums of a new instance's first calls. The table's changes until the rings are full. */
export const referenceSums: ReferenceSums = { scan: -1340219081, table: 870078004, format: -627525965 };
