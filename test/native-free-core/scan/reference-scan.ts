import { nestingDepthMax } from '../../../native-free-core/limits.js';
import type { ReasonName } from '../../../native-free-core/reasons.js';
import type { RecordShape } from '../../../native-free-core/scan/record-scanner.js';

/** What a line holds, by definition: `JSON.parse` and `TextDecoder`, and a small grammar to say what is wrong first. */
export interface Expected {
  readonly reason: ReasonName | 'blank';
  readonly key?: string;
  readonly escaped?: number;
  readonly values?: readonly number[];
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Where the first malformed sequence begins. */
function utf8FaultAt(bytes: Uint8Array): number {
  let p = 0;
  while (p < bytes.length) {
    const length = [1, 2, 3, 4].find(
      n => p + n <= bytes.length && decode(bytes.subarray(p, p + n)) !== undefined,
    );
    if (length === undefined) return p;
    p += length;
  }
  return Infinity;
}

class Fault {
  constructor(
    readonly reason: ReasonName,
    readonly at: number,
  ) {}
}

const numberPrefix =
  /-?(?:(?:0|[1-9][0-9]*)(?:\.(?:[0-9]+(?:[eE](?:[+-]?[0-9]*)?)?)?|[eE](?:[+-]?[0-9]*)?)?)?/y;
const wholeNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them raw in strings
const stringPrefix = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const escapePrefix = /\\(?:u[0-9a-fA-F]{0,3})?/y;
const space = /[ \t\r\n]*/y;

/** RFC 8259 by recursive descent over the bytes as Latin-1; throws a `Fault` at the first byte that cannot stand. */
class Grammar {
  private at = 0;
  constructor(private readonly text: string) {}

  check(): void {
    this.take(space);
    this.value(0);
    this.take(space);
    if (this.at < this.text.length) this.refuse();
  }

  private value(depth: number): void {
    const c = this.text[this.at];
    if (c === '"') this.string();
    else if (c === '{' || c === '[') this.nested(depth + 1, c === '{');
    else if (c === 't') this.word('true');
    else if (c === 'f') this.word('false');
    else if (c === 'n') this.word('null');
    else if (!wholeNumber.test(this.take(numberPrefix))) this.refuse();
  }

  private nested(depth: number, isObject: boolean): void {
    if (depth > nestingDepthMax) throw new Fault('too_deep', this.at);
    const close = isObject ? '}' : ']';
    this.at++;
    this.take(space);
    if (this.text[this.at] === close) {
      this.at++;
      return;
    }
    for (;;) {
      if (isObject) {
        this.string();
        this.take(space);
        this.word(':');
        this.take(space);
      }
      this.value(depth);
      this.take(space);
      if (this.text[this.at] === close) break;
      this.word(',');
      this.take(space);
    }
    this.at++;
  }

  private string(): void {
    if (this.text[this.at] !== '"') this.refuse();
    this.take(stringPrefix);
    // What the prefix left of an escape is a broken one.
    if (this.take(escapePrefix) !== '') this.refuse();
    this.word('"');
  }

  private word(letters: string): void {
    for (const letter of letters) {
      if (this.text[this.at] !== letter) this.refuse();
      this.at++;
    }
  }

  private take(what: RegExp): string {
    what.lastIndex = this.at;
    const found = what.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private refuse(): never {
    throw new Fault('invalid_json', this.at);
  }
}

function firstFault(line: Uint8Array): ReasonName | undefined {
  const text = decode(line);
  const utf8At = text === undefined ? utf8FaultAt(line) : Infinity;
  let fault = new Fault('accepted', Infinity);
  try {
    new Grammar(Buffer.from(line).toString('latin1')).check();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    fault = error;
  }
  if (text !== undefined && fault.reason !== 'too_deep') agreeWithJsonParse(text, fault);
  if (utf8At <= fault.at && utf8At < Infinity) return 'invalid_utf8';
  return fault.at < Infinity ? fault.reason : undefined;
}

/** The grammar above only finds places: whether there is a fault at all, `JSON.parse` says. */
function agreeWithJsonParse(text: string, fault: Fault): void {
  let parses = true;
  try {
    JSON.parse(text);
  } catch {
    parses = false;
  }
  if (parses !== (fault.at === Infinity))
    throw new Error(`the reference disagrees with JSON.parse on ${text}`);
}

/** `line` is without its \n. */
export function referenceScan(line: Uint8Array, shape: RecordShape): Expected {
  if (line.every(c => c === 0x20 || c === 0x09 || c === 0x0d)) return { reason: 'blank' };
  const fault = firstFault(line);
  if (fault !== undefined) return { reason: fault };
  const record: unknown = JSON.parse(decoder.decode(line));
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    return { reason: 'not_an_object' };
  const field = (name: string): unknown =>
    Object.hasOwn(record, name) ? (record as Record<string, unknown>)[name] : undefined;
  const key = field(shape.entity);
  if (key === undefined) return { reason: 'missing_field' };
  if (typeof key !== 'string') return { reason: 'wrong_type' };
  if (key === '') return { reason: 'empty_key' };
  if (/\p{Surrogate}/u.test(key)) return { reason: 'unpaired_surrogate' };
  const values: number[] = [];
  for (const [role, name] of [shape.timestampField, ...shape.columns].entries()) {
    const value = field(name);
    if (value === undefined) return { reason: 'missing_field' };
    if (typeof value !== 'number') return { reason: 'wrong_type' };
    if (role === 0 && (!Number.isSafeInteger(value) || value < 0)) return { reason: 'invalid_timestamp' };
    if (!Number.isFinite(value)) return { reason: 'number_out_of_range' };
    values.push(value + 0);
  }
  const escaped = [...key].some(c => c < ' ' || c === '"' || c === '\\') ? 1 : 0;
  return { reason: 'accepted', key, escaped, values };
}
