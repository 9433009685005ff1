import { describe, expect, test } from 'vitest';
import { lineBytesMax, nestingDepthMax } from '../../../native-free-core/limits.js';
import { reasonNames } from '../../../native-free-core/reasons.js';
import { RecordScanner } from '../../../native-free-core/scan/record-scanner.js';
import {
  accepted,
  answerOf,
  bytesOf,
  type Input,
  record,
  type Scanned,
  scanLines,
  scanOne,
  shape,
  slackBytes,
} from './scan-lines.js';

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
  const templates = scanner.templates;
  let pos = 0;
  const fits = lines.map(() => {
    const next = templates.match(pos, text.length);
    pos = scanner.scan(pos, text.length, text.length + slackBytes);
    return next === pos;
  });
  expect(fits).toEqual([false, true, true]);
  expect(answerOf(scanner, bytes)).toEqual(accepted('é\n', [1.7e12, 0.30000000000000004], 1));
});
