import { describe, expect, test } from 'vitest';
import { lineBytesMax, nestingDepthMax } from '../../../native-free-core/limits.js';
import { type ReasonName, reasonNames } from '../../../native-free-core/reasons.js';
import { blank, RecordScanner, type RecordShape } from '../../../native-free-core/scan/record-scanner.js';

const shape: RecordShape = { entity: 'userId', timestampField: 'timestamp', columns: ['amount'] };
const slackBytes = 64;

interface Scanned {
  readonly reason: ReasonName | 'blank';
  readonly key?: string;
  readonly escaped?: number;
  readonly values?: readonly number[];
}

type Input = string | readonly number[];

function bytesOf(input: Input): Uint8Array {
  return typeof input === 'string' ? new TextEncoder().encode(input) : Uint8Array.from(input);
}

/** Scans every line of the input with one scanner, with a hostile continuation behind the end. */
function scanLines(input: Input, of: RecordShape = shape): Scanned[] {
  const text = bytesOf(input);
  const begin = 5;
  const end = begin + text.length;
  const bytes = new Uint8Array(new SharedArrayBuffer(end + slackBytes + text.length + 8));
  bytes.fill(0x39);
  bytes.set(text, begin);
  const scratch = end + slackBytes;
  const scanner = new RecordScanner(of, bytes);
  const found: Scanned[] = [];
  for (let pos = begin; pos < end; ) {
    const next = scanner.scan(pos, end, scratch);
    expect(next).toBeGreaterThan(pos);
    expect(scanner.lineEnd).toBe(bytes[next - 1] === 0x0a && next <= end ? next - 1 : end);
    found.push(answerOf(scanner, bytes));
    pos = next;
  }
  return found;
}

function answerOf(scanner: RecordScanner, bytes: Uint8Array): Scanned {
  if (scanner.reason === blank) return { reason: 'blank' };
  if (scanner.reason !== 0) return { reason: reasonNames[scanner.reason] };
  const key = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    bytes.slice(scanner.keyStart, scanner.keyEnd),
  );
  return { reason: 'accepted', key, escaped: scanner.keyEscaped, values: [...scanner.values] };
}

/** The one line alone; and again behind a line that teaches a template of the ordinary shape. */
function scanOne(input: Input, of: RecordShape = shape): Scanned {
  const alone = scanLines(input, of);
  expect(alone).toHaveLength(1);
  const ordinary = bytesOf('{"userId":"a","timestamp":1,"amount":2}\n');
  expect(scanLines([...ordinary, ...bytesOf(input)], of)[1]).toEqual(alone[0]);
  return alone[0];
}

const accepted = (key: string, values: number[], escaped = 0): Scanned => ({
  reason: 'accepted',
  key,
  escaped,
  values,
});

/** A record whose entity, time and column are the given JSON texts. */
const record = (user = '"a"', time = '1', amount = '2'): string =>
  `{"userId":${user},"timestamp":${time},"amount":${amount}}`;
const withByte = (byte: number[], text: string): number[] =>
  text.split('').flatMap(c => (c === '@' ? byte : [c.charCodeAt(0)]));

describe('accepted records', () => {
  test.each<[string, Input, Scanned]>([
    [
      'the production shape',
      '{"userId":"user-092291","amount":21.09,"timestamp":1732300000001}\n',
      accepted('user-092291', [1732300000001, 21.09]),
    ],
    ['no last newline', record(), accepted('a', [1, 2])],
    ['CRLF', `${record()}\r\n`, accepted('a', [1, 2])],
    [
      'white space everywhere',
      ' \t{ "userId" :\t"a" , "timestamp": 1 ,"amount" :2 } \r\n',
      accepted('a', [1, 2]),
    ],
    [
      'extra fields of any kind',
      '{"x":[1,{"userId":"no"},[]],"userId":"a","y":{},"z":null,"timestamp":1,"t":true,"f":false,"amount":2,"s":"\\u0000é"}\n',
      accepted('a', [1, 2]),
    ],
    [
      'escaped field names',
      '{"user\\u0049d":"a","time\\u0073tamp":1,"\\u0061mount":2}\n',
      accepted('a', [1, 2]),
    ],
    [
      'the last duplicate counts',
      '{"userId":"x","userId":"a","timestamp":9,"amount":2,"timestamp":1}\n',
      accepted('a', [1, 2]),
    ],
    [
      'an earlier duplicate of a wrong type',
      '{"userId":1,"timestamp":"x","amount":[3],"userId":"a","amount":2,"timestamp":1}\n',
      accepted('a', [1, 2]),
    ],
    [
      'a duplicate under an escaped name',
      '{"userId":"x","timestamp":1,"amount":2,"\\u0075serId":"a"}\n',
      accepted('a', [1, 2]),
    ],
    ['time with a zero fraction', record('"a"', '1700000000000.0'), accepted('a', [1700000000000, 2])],
    ['time with an exponent', record('"a"', '1.7e12'), accepted('a', [1.7e12, 2])],
    ['time that rounds to an integer', record('"a"', '5.0000000000000000001'), accepted('a', [5, 2])],
    ['greatest time', record('"a"', '9007199254740991'), accepted('a', [2 ** 53 - 1, 2])],
    ['time zero, with a sign', record('"a"', '-0'), accepted('a', [0, 2])],
    ['column -0 is 0', record('"a"', '1', '-0.0'), accepted('a', [1, 0])],
    ['column that underflows', record('"a"', '1', '-1e-400'), accepted('a', [1, 0])],
    ['17 digits', record('"a"', '1', '0.30000000000000004'), accepted('a', [1, 0.30000000000000004])],
    [
      '15 and 16 digits',
      record('"a"', '999999999999999', '1234567.890123456'),
      accepted('a', [999999999999999, 1234567.890123456]),
    ],
    ['negative decimal', record('"a"', '1', '-12345.678'), accepted('a', [1, -12345.678])],
    ['key beyond ASCII', record('"zażółć 🦊"'), accepted('zażółć 🦊', [1, 2])],
    [
      'key with an escape that output does not need',
      record('"\\u00e9\\/\\ud83e\\udd8a"'),
      accepted('é/🦊', [1, 2]),
    ],
    ['key with a quote', record('"a\\"b"'), accepted('a"b', [1, 2], 1)],
    ['key with a backslash', record('"a\\\\b"'), accepted('a\\b', [1, 2], 1)],
    ['key with control characters', record('"\\n\\u001F"'), accepted('\n\u001f', [1, 2], 1)],
    ['key with every short escape', record('"\\b\\f\\n\\r\\t"'), accepted('\b\f\n\r\t', [1, 2], 1)],
    ['key with DEL', record('"a\\u007f"'), accepted('a\u007f', [1, 2], 0)],
    ['key with U+0000', record('"\\u0000"'), accepted('\0', [1, 2], 1)],
    [
      'an unpaired surrogate elsewhere',
      '{"\\ud800":"\\udfff","userId":"a","timestamp":1,"amount":2}',
      accepted('a', [1, 2]),
    ],
    [
      'an unpaired surrogate in an earlier duplicate',
      '{"userId":"\\ud800","userId":"a","timestamp":1,"amount":2}',
      accepted('a', [1, 2]),
    ],
    [
      'an extra number beyond the doubles',
      '{"x":1e999,"userId":"a","timestamp":1,"amount":2}',
      accepted('a', [1, 2]),
    ],
  ])('%s', (_, input, expected) => {
    expect(scanOne(input)).toEqual(expected);
  });

  test('deepest nesting', () => {
    const inside = nestingDepthMax - 1;
    const line = `{"x":${'['.repeat(inside)}${']'.repeat(inside)},"userId":"a","timestamp":1,"amount":2}`;
    expect(scanOne(line)).toEqual(accepted('a', [1, 2]));
  });

  test('longest line', () => {
    const frame = record('""').length;
    const key = 'k'.repeat(lineBytesMax - frame);
    expect(scanOne(`${record(`"${key}"`)}\n`)).toEqual(accepted(key, [1, 2]));
    expect(scanOne(`${record(`"${key}k"`)}\n`)).toEqual({ reason: 'line_too_long' });
  });
});

describe('refused records', () => {
  const deep = '['.repeat(nestingDepthMax);
  test.each<[ReasonName, string, Input]>([
    ['invalid_json', 'cut off', '{"userId":"a"'],
    ['invalid_json', 'cut off inside a string', '{"userId":"a\n'],
    ['invalid_json', 'cut off inside an escape', '{"userId":"\\u00'],
    ['invalid_json', 'cut off inside a word', '{"x":tru'],
    ['invalid_json', 'text behind the record', `${record()}x`],
    ['invalid_json', 'two records on a line', record() + record()],
    ['invalid_json', 'comma before a brace', '{"userId":"a","timestamp":1,"amount":2,}'],
    ['invalid_json', 'comma before a bracket', '{"x":[1,],"userId":"a","timestamp":1,"amount":2}'],
    ['invalid_json', 'wrong closing bracket', '{"x":[1},"userId":"a","timestamp":1,"amount":2}'],
    ['invalid_json', 'name without quotes', '{userId:"a","timestamp":1,"amount":2}'],
    ['invalid_json', 'no colon', '{"userId" "a","timestamp":1,"amount":2}'],
    ['invalid_json', 'leading zero', record('"a"', '1', '01')],
    ['invalid_json', 'negative leading zero', record('"a"', '1', '-01')],
    ['invalid_json', 'leading plus', record('"a"', '1', '+1')],
    ['invalid_json', 'no digits before the point', record('"a"', '1', '.5')],
    ['invalid_json', 'no digits behind the point', record('"a"', '1', '5.')],
    ['invalid_json', 'no digits in the exponent', record('"a"', '1', '5e+')],
    ['invalid_json', 'NaN', record('"a"', '1', 'NaN')],
    ['invalid_json', 'raw control character', withByte([0x01], record('"@"'))],
    ['invalid_json', 'raw tab in a string', record('"\t"')],
    ['invalid_json', 'raw carriage return in a string', record('"\r"')],
    ['invalid_json', 'unknown escape', record('"\\x41"')],
    ['invalid_json', 'bad hex digit', record('"\\u00g0"')],
    ['invalid_json', 'byte order mark', withByte([0xef, 0xbb, 0xbf], `@${record()}`)],
    ['invalid_json', 'NUL between values', withByte([0], `{"userId":"a",@"timestamp":1,"amount":2}`)],
    ['invalid_json', 'form feed as white space', withByte([0x0c], `@${record()}`)],
    ['invalid_json', 'no-break space outside a string', withByte([0xc2, 0xa0], `@${record()}`)],
    ['invalid_json', 'syntax before fields', '{"userId":1,'],
    ['invalid_json', 'syntax before bytes', withByte([0xff], '{"x":+"@"}')],
    ['invalid_json', 'syntax before depth', `[,${deep}`],
    ['invalid_utf8', 'lone continuation', withByte([0x80], record('"@"'))],
    ['invalid_utf8', 'overlong, two bytes', withByte([0xc0, 0xaf], record('"@"'))],
    ['invalid_utf8', 'overlong, three bytes', withByte([0xe0, 0x9f, 0xbf], record('"@"'))],
    ['invalid_utf8', 'overlong, four bytes', withByte([0xf0, 0x8f, 0xbf, 0xbf], record('"@"'))],
    ['invalid_utf8', 'encoded surrogate', withByte([0xed, 0xa0, 0x80], record('"@"'))],
    ['invalid_utf8', 'above U+10FFFF', withByte([0xf4, 0x90, 0x80, 0x80], record('"@"'))],
    ['invalid_utf8', 'byte above 0xF4', withByte([0xf5, 0x80, 0x80, 0x80], record('"@"'))],
    ['invalid_utf8', 'cut off by the quote', withByte([0xe2, 0x82], record('"@"'))],
    ['invalid_utf8', 'cut off by the line', withByte([0xe2, 0x82], '{"userId":"@')],
    ['invalid_utf8', 'outside a string', withByte([0xff], `{"userId":"a",@`)],
    ['invalid_utf8', 'in a field name', withByte([0xff], '{"@":1}')],
    ['invalid_utf8', 'inside a word', withByte([0xff], '{"x":tr@e}')],
    ['invalid_utf8', 'inside a number', withByte([0xff], '{"x":1.@}')],
    ['invalid_utf8', 'inside an escape', withByte([0xff], '{"x":"\\u0@"}')],
    ['invalid_utf8', 'bytes before syntax', withByte([0xff], '{"x":"@"+}')],
    ['invalid_utf8', 'bytes before fields', withByte([0xff], '{"x":"@"}')],
    ['not_an_object', 'array', '[{"userId":"a"}]'],
    ['not_an_object', 'number', '12'],
    ['not_an_object', 'string', ' "userId" \n'],
    ['not_an_object', 'word', 'null\r\n'],
    ['too_deep', 'arrays', `{"x":${deep}`],
    ['too_deep', 'objects', '{"x":'.repeat(nestingDepthMax + 1)],
    ['too_deep', 'no object at all', `${deep}[`],
    ['too_deep', 'depth before syntax', `{"x":${deep}+`],
    ['missing_field', 'nothing', '{}'],
    ['missing_field', 'entity', '{"timestamp":1,"amount":2}'],
    ['missing_field', 'time', '{"userId":"a","amount":2}'],
    ['missing_field', 'column', '{"userId":"a","timestamp":1}'],
    ['missing_field', 'only nested', '{"x":{"userId":"a","timestamp":1,"amount":2}}'],
    ['missing_field', 'entity before time', '{"timestamp":"x","amount":2}'],
    ['missing_field', 'name in another case', '{"userid":"a","timestamp":1,"amount":2}'],
    ['wrong_type', 'entity a number', record('1')],
    ['wrong_type', 'entity null', record('null')],
    ['wrong_type', 'entity an object', record('{}')],
    ['wrong_type', 'time a string', record('"a"', '"1"')],
    ['wrong_type', 'time a boolean', record('"a"', 'true')],
    ['wrong_type', 'column an array', record('"a"', '1', '[2]')],
    ['wrong_type', 'column null', record('"a"', '1', 'null')],
    ['wrong_type', 'last duplicate', '{"userId":"a","timestamp":1,"amount":2,"userId":1}'],
    ['wrong_type', 'entity before time', record('1', '0.5')],
    ['empty_key', 'empty', record('""')],
    ['empty_key', 'before time', record('""', '0.5')],
    ['unpaired_surrogate', 'high alone', record('"\\ud800"')],
    ['unpaired_surrogate', 'low alone', record('"a\\udc00"')],
    ['unpaired_surrogate', 'high before text', record('"\\ud800a\\udc00"')],
    ['unpaired_surrogate', 'two high', record('"\\ud800\\ud800\\udc00"')],
    ['unpaired_surrogate', 'before time', record('"\\udfff"', '-1')],
    ['invalid_timestamp', 'fraction', record('"a"', '1.5')],
    ['invalid_timestamp', 'negative', record('"a"', '-1')],
    ['invalid_timestamp', '2^53', record('"a"', '9007199254740992')],
    ['invalid_timestamp', 'rounds to 2^53', record('"a"', '9007199254740991.5')],
    ['invalid_timestamp', 'infinite', record('"a"', '1e999')],
    ['invalid_timestamp', 'before columns', record('"a"', '-1', '"x"')],
    ['number_out_of_range', 'too great', record('"a"', '1', '1e309')],
    ['number_out_of_range', 'too small', record('"a"', '1', '-1e309')],
  ])('%s: %s', (reason, _, input) => {
    expect(scanOne(input)).toEqual({ reason });
  });
});

test('the bytes behind the end are never trusted', () => {
  const line = record();
  for (let cut = 1; cut < line.length; cut++) {
    const bytes = new Uint8Array(new SharedArrayBuffer(2 * line.length + slackBytes + 2));
    bytes.set(bytesOf(`${line}\n${line}\n`));
    const scanner = new RecordScanner(shape, bytes);
    const second = scanner.scan(0, line.length + 1, bytes.length);
    expect(scanner.scan(second, second + cut, bytes.length)).toBe(second + cut);
    expect([cut, reasonNames[scanner.reason]]).toEqual([cut, 'invalid_json']);
  }
});

test('blank lines', () => {
  expect(scanLines('\n \t\r\n   ').map(line => line.reason)).toEqual(['blank', 'blank', 'blank']);
});

test('a line after any other is unaffected, and lines of many shapes are told apart', () => {
  const shapes = Array.from({ length: 12 }, (_, i) => `{${' '.repeat(i)}"userId":"k`);
  let text = '';
  for (let i = 0; i < 600; i++) {
    text += `${shapes[(i * i) % shapes.length]}${i}","amount":${i / 4},"timestamp":${i}}\n`;
    if (i % 5 === 0) text += '{"broken\n';
  }
  const found = scanLines(text).filter(line => line.reason === 'accepted');
  expect(found).toEqual(Array.from({ length: 600 }, (_, i) => accepted(`k${i}`, [i, i / 4])));
});

test('one field in several roles', () => {
  const several = { entity: 'u', timestampField: 't', columns: ['a', 't', 'a'] };
  const lines = '{"u":"x","a":1.5,"t":7}\n{"u":"y","a":2.5,"t":8}\n{"u":"z","a":3,"t":9}\n';
  expect(scanLines(lines, several)).toEqual([
    accepted('x', [7, 1.5, 7, 1.5]),
    accepted('y', [8, 2.5, 8, 2.5]),
    accepted('z', [9, 3, 9, 3]),
  ]);
  expect(scanLines('{"u":"x","t":1}', { entity: 'u', timestampField: 'u', columns: [] })).toEqual([
    { reason: 'wrong_type' },
  ]);
});

test('field names that JSON escapes', () => {
  const odd = { entity: 'a\\u0041', timestampField: '"', columns: ['é\n', ''] };
  const line = String.raw`{"a\u0041":3,"a\\u0041":"k","\"":1,"\u00E9\n":2,"":4}`;
  expect(scanLines(line, odd)).toEqual([accepted('k', [1, 2, 4])]);
  expect(scanLines(line.replace(String.raw`\\`, '\\'), odd)).toEqual([{ reason: 'missing_field' }]);
});

test('ordinary lines take the short way from the second one on, and unusual scalars do not leave it', () => {
  const lines = [
    '{"userId":"user-1","n":null,"amount":21.09,"s":"x","timestamp":1732300000001}\n',
    '{"userId":"user-000002","n":true,"amount":-5,"s":"","timestamp":0}\n',
    '{"userId":"é\\n","n":false,"amount":0.30000000000000004,"s":"\\u0041","timestamp":1.7e12}\n',
  ];
  const text = bytesOf(lines.join(''));
  const bytes = new Uint8Array(new SharedArrayBuffer(2 * text.length + slackBytes));
  bytes.set(text);
  const scanner = new RecordScanner(shape, bytes);
  const templates = scanner['templates'];
  let pos = 0;
  const fits = lines.map(() => {
    const next = templates.match(pos, text.length);
    pos = scanner.scan(pos, text.length, text.length + slackBytes);
    return next === pos;
  });
  expect(fits).toEqual([false, true, true]);
  expect(answerOf(scanner, bytes)).toEqual(accepted('é\n', [1.7e12, 0.30000000000000004], 1));
});
