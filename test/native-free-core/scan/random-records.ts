import type { SeededRandom } from '../../seeded-random.js';

/** Random NDJSON for a record with `userId`, `timestamp`, `amount` and `price`: ordinary, odd, and broken. */
export class RandomRecords {
  constructor(private readonly random: SeededRandom) {}

  pick<T>(from: readonly T[]): T {
    return from[this.random.int(from.length)];
  }

  chance(oneIn: number): boolean {
    return this.random.int(oneIn) === 0;
  }

  private digits(max: number): string {
    const length = 1 + this.random.int(max);
    return Array.from({ length }, () => String(this.random.int(10))).join('');
  }

  private space(): string {
    return this.chance(6) ? this.pick([' ', '\t', '  ', '\r', ' \t ']) : '';
  }

  private character(): string {
    const wild = [
      'é',
      '€',
      '🦊',
      '\\n',
      '\\"',
      '\\\\',
      '\\/',
      '\\u0041',
      '\\u00e9',
      '\\ud83e\\udd8a',
      '\\uD800',
      '\\udc01',
      '\\u0000',
      '\u007f',
      '\ufeff',
      '\ud7ff',
      '\uffff',
    ];
    return this.chance(8) ? this.pick(wild) : this.pick([...'abcXYZ019 _-.:,{}[]']);
  }

  string(): string {
    const plain = this.chance(2);
    const length = this.random.int(12);
    const letters = Array.from({ length }, () => (plain ? this.pick([...'user-0123']) : this.character()));
    return `"${letters.join('')}"`;
  }

  /** Numbers of all shapes, and a few that are none. */
  number(): string {
    const integer = this.chance(4) ? '0' : this.digits(this.pick([1, 3, 6, 17, 22])).replace(/^0+(?=.)/, '');
    const fraction = this.chance(2) ? '' : `.${this.digits(this.pick([1, 2, 8, 20]))}`;
    const exponent = this.chance(4)
      ? `${this.pick(['e', 'E'])}${this.pick(['', '+', '-'])}${this.digits(3)}`
      : '';
    const odd = [
      '-0',
      '-0.0',
      '1e999',
      '-1e999',
      '1e-999',
      '5e-324',
      '9007199254740993',
      '1.7976931348623159e308',
      '01',
      '-',
      '1.',
      '.5',
    ];
    return this.chance(10) ? this.pick(odd) : `${this.chance(5) ? '-' : ''}${integer}${fraction}${exponent}`;
  }

  private time(): string {
    const odd = [
      '0',
      '-0',
      '1.7e12',
      '1700000000000.0',
      '9007199254740991',
      '9007199254740992',
      '1.5',
      '-1',
      '1e999',
    ];
    return this.chance(8) ? this.pick(odd) : String(1_700_000_000_000 + this.random.int(1e9));
  }

  private value(depth: number): string {
    const kind = this.random.int(depth > 3 ? 3 : 5);
    if (kind === 0) return this.string();
    if (kind === 1) return this.number();
    if (kind === 2) return this.pick(['true', 'false', 'null']);
    const values = Array.from({ length: this.random.int(4) }, () => this.value(depth + 1));
    if (kind === 3)
      return `[${this.space()}${values.join(`${this.space()},${this.space()}`)}${this.space()}]`;
    return this.object(values.map(value => [this.name(), value]));
  }

  private name(): string {
    return this.chance(3)
      ? this.string()
      : this.escapedName(this.pick(['userId', 'timestamp', 'amount', 'price', 'x', 'y', '__proto__']));
  }

  private escapedName(name: string): string {
    if (!this.chance(6)) return `"${name}"`;
    const at = this.random.int(name.length);
    const code = name.charCodeAt(at).toString(16).padStart(4, '0');
    return `"${name.slice(0, at)}\\u${code}${name.slice(at + 1)}"`;
  }

  private object(fields: readonly (readonly [string, string])[]): string {
    const s = (): string => this.space();
    const texts = fields.map(([name, value]) => `${s()}${name}${s()}:${s()}${value}${s()}`);
    return `{${texts.join(',')}${texts.length === 0 ? s() : ''}}`;
  }

  /** Any record: field order, extra fields, duplicates and wrong types at random. */
  record(): string {
    const fields: [string, string][] = [
      ['userId', this.string()],
      ['timestamp', this.time()],
      ['amount', this.number()],
      ['price', this.number()],
    ];
    const texts = fields.map(([name, value]): [string, string] => [this.escapedName(name), value]);
    for (let n = this.random.int(3); n > 0; n--) texts.push([this.name(), this.value(1)]);
    for (let i = texts.length - 1; i > 0; i--) {
      const j = this.random.int(i + 1);
      [texts[i], texts[j]] = [texts[j], texts[i]];
    }
    if (this.chance(20)) texts.pop();
    return `${this.space()}${this.object(texts)}${this.space()}`;
  }

  /** A way to write ordinary records that all have one structure, so that a template comes to fit them. */
  ordinaryShape(): () => string {
    const s = this.space();
    const user = (): string => `"userId"${s}:${this.chance(9) ? this.string() : `"user-${this.digits(6)}"`}`;
    const time = (): string => `${s}"timestamp":${this.time()}`;
    const amount = (): string =>
      `"amount"${s}:${s}${this.chance(4) ? this.number() : (this.random.int(1e6) / 100).toString()}`;
    const price = (): string => `"price":${this.number()}${s}`;
    const extras = [
      (): string => `"x":[${this.pick(['true', 'false', 'null'])},${this.number()},${this.string()}]`,
      (): string => `"amount":${this.string()},"x":{"userId":${this.number()}}`,
      (): string => `"userId":${this.string()},"y":${s}null`,
    ];
    const parts = this.pick([
      [user, amount, time, price],
      [time, price, amount, user],
      [this.pick(extras), user, price, amount, time],
      [price, this.pick(extras), time, user, amount],
    ]);
    const lead = parts.indexOf(user) === 0 ? '' : s;
    return () => `{${lead}${parts.map(part => part()).join(`,${s}`)}}${s}`;
  }

  /** Flips, inserts, deletes, truncates, or repeats a slice of, a line's bytes. */
  mutate(line: Uint8Array): Uint8Array {
    const bytes = [...line];
    const at = this.random.int(bytes.length + 1);
    const length = 1 + this.random.int(this.pick([1, 4, 16]));
    const structural = [...'{}[]:,"\\ntfue+-.0129 \t\r\n'].map(c => c.charCodeAt(0));
    const other = [0x00, 0x1f, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff];
    const byte = this.pick([structural, other, [this.random.int(256)]].map(from => this.pick(from)));
    const kind = this.random.int(6);
    if (kind === 0) bytes[Math.min(at, bytes.length - 1)] ^= 1 << this.random.int(8);
    else if (kind === 1) bytes[Math.min(at, bytes.length - 1)] = byte;
    else if (kind === 2) bytes.splice(at, 0, byte);
    else if (kind === 3) bytes.splice(at, length);
    else if (kind === 4) bytes.length = at;
    else bytes.splice(this.random.int(bytes.length + 1), 0, ...bytes.slice(at, at + length));
    return Uint8Array.from(bytes);
  }
}
