import { describe, expect, it } from 'vitest';
import type { FeatureView } from '../../../native-free-core/feature-view.js';
import { lineBytesMax, longLineKeptBytes } from '../../../native-free-core/limits.js';
import { SingleThreadEngine } from '../../engine/single-thread-engine.js';

/** What is written, seen from the bytes that went in: through decode and windows, which a chunk comes from. */

const view: FeatureView = {
  name: 'v',
  entity: 'user "ID"\n',
  timestampField: 't',
  columns: ['x'],
  aggregations: [
    { name: 'n\\é', function: 'count', column: -1, windowMs: 1000 },
    { name: 'sum', function: 'sum', column: 0, windowMs: 1000 },
    { name: 'sum again', function: 'sum', column: 0, windowMs: 1000 },
  ],
  maxWindowMs: 1000,
  latenessMs: 1000,
  maxAheadMs: 0,
  eventsPerEntityMax: 2,
};

function run(input: Uint8Array | string, publishTimeMs?: number): { vectors: string[]; letters: unknown[] } {
  const options = publishTimeMs === undefined ? {} : { publishTimeMs };
  const output = new SingleThreadEngine(view, options).run(input);
  const lines = (bytes: Buffer): string[] => bytes.toString().split('\n').slice(0, -1);
  return { vectors: lines(output.vectors), letters: lines(output.deadLetters).map(line => JSON.parse(line)) };
}

function line(key: string, t: number, x: number): string {
  return `{"user \\"ID\\"\\n":${JSON.stringify(key)},"t":${t},"x":${x}}`;
}

describe('a vector', () => {
  it('has the key as it was, escaped where it must be, and names as in the view', () => {
    const keys = [
      'a',
      'ab',
      'abc',
      'abcd',
      'abcde',
      'a"b',
      '\\',
      '\n',
      '\u0000\u001f',
      'é',
      '🔑',
      'x'.repeat(5000),
      '\u007f\u2028',
    ];
    const { vectors } = run(keys.map(key => `${line(key, 5, 0.5)}\n`).join(''));
    const wanted = keys.map(key =>
      JSON.stringify({ 'user "ID"\n': key, 'n\\é': 1, sum: 0.5, 'sum again': 0.5 }),
    );
    expect(vectors).toEqual(wanted);
  });

  it('is the same for a key that was written with more escapes', () => {
    const escaped = '{"user \\u0022ID\\"\\u000a":"\\u0061\\/\\u00e9\\ud83d\\udd11\\"","t":5,"x":1}\n';
    const plain = `${line('a/é🔑"', 5, 1)}\n`;
    const [first, second] = run(escaped + plain).vectors;
    expect(JSON.parse(first)).toEqual({ 'user "ID"\n': 'a/é🔑"', 'n\\é': 1, sum: 1, 'sum again': 1 });
    expect(JSON.parse(second)).toEqual({ 'user "ID"\n': 'a/é🔑"', 'n\\é': 2, sum: 2, 'sum again': 2 });
  });

  it('says null for a sum that does not fit, and exact: false for merged events', () => {
    const { vectors } = run([1e308, 1e308, 1].map((x, i) => `${line('a', 5 + i, x)}\n`).join(''));
    expect(vectors[1]).toBe('{"user \\"ID\\"\\n":"a","n\\\\é":2,"sum":null,"sum again":null}');
    expect(vectors[2]).toMatch(/,"sum again":null,"exact":false}$/);
  });
});

describe('a dead letter', () => {
  it('has its reason, its position and its bytes, in the order of the input', () => {
    const bad = ['{', '"tab\there"', '{"a":"b"}\r', 'é', ' [1] '];
    const late = line('a', 1, 0);
    const future = line('a', 60_000, 0);
    const lines = [bad[0], line('a', 2000, 0), bad[1], '', late, bad[2], future, bad[3], bad[4]];
    const { letters } = run(lines.join('\n'), 50_000);
    const offsets = lines.map((_, i) =>
      Buffer.byteLength(
        lines
          .slice(0, i)
          .map(text => `${text}\n`)
          .join(''),
      ),
    );
    const letter = (i: number, reason: string) => ({
      reason,
      position: { line: i + 1, offset: offsets[i] },
      record: lines[i],
    });
    expect(letters).toEqual([
      letter(0, 'invalid_json'),
      letter(2, 'invalid_json'),
      letter(4, 'late'),
      letter(5, 'missing_field'),
      letter(6, 'future'),
      letter(7, 'invalid_json'),
      letter(8, 'not_an_object'),
    ]);
  });

  it('carries bytes that are no text in base64', () => {
    for (const bytes of [[0xff], [0xc3], [0x01], [0x00, 0x61], [0xed, 0xa0, 0x80], [0x61, 0xf5, 0x22]]) {
      const [letter] = run(Uint8Array.from([0x0a, ...bytes, 0x0a])).letters as { record_base64: string }[];
      expect([...Buffer.from(letter.record_base64, 'base64')]).toEqual(bytes);
      expect(letter).toMatchObject({ position: { line: 2, offset: 1 } });
    }
  });

  it('counts positions past a byte order mark, and over chunks', () => {
    const many = `${line('a', 5, 1)}\n`.repeat(20_000);
    const { vectors, letters } = run(
      Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), Buffer.from(`${many}oops`)]),
    );
    expect(vectors).toHaveLength(20_000);
    expect(letters).toEqual([
      { reason: 'invalid_json', position: { line: 20_001, offset: 3 + many.length }, record: 'oops' },
    ]);
  });

  it('keeps the beginning of an over-long line, and its length', () => {
    const first = line('a', 5, 1);
    for (const [character, field] of [
      ['"', 'record'],
      ['\u0001', 'record_base64'],
    ] as const) {
      for (const length of [lineBytesMax + 1, 3 * lineBytesMax + 7]) {
        const { vectors, letters } = run(`${first}\n${character.repeat(length)}\n${first}\nno`);
        expect(vectors).toHaveLength(2);
        const kept = Buffer.from(character.repeat(longLineKeptBytes));
        expect(letters[0]).toEqual({
          reason: 'line_too_long',
          position: { line: 2, offset: first.length + 1 },
          length,
          [field]: field === 'record' ? kept.toString() : kept.toString('base64'),
        });
        expect(letters[1]).toMatchObject({ position: { line: 4, offset: 2 * first.length + 3 + length } });
      }
    }
  });
});
