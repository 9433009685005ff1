import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  aggregationsMax,
  columnsMax,
  eventsPerEntityMaxMax,
  nameCharsMax,
  viewBytesMax,
  windowsMax,
} from '../../../native-free-core/limits.js';
import { defaultFeatureView } from '../../../src/view/default-feature-view.js';
import { parseFeatureView } from '../../../src/view/parse-feature-view.js';

const head = 'feature_view: v\nentity: userId\ntimestamp_field: t\n';
const one = `${head}aggregations:\n  - { name: n, function: count, time_window: 10m }\n`;

/** Each problem as `line:column message`. */
function problemsOf(text: string): string[] {
  const parsed = parseFeatureView(text, 'view.yaml');
  return parsed.ok ? [] : parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function viewOf(text: string) {
  const parsed = parseFeatureView(text, 'view.yaml');
  if (!parsed.ok) throw new Error(problemsOf(text).join('\n'));
  return parsed.view;
}

/** A view of the given lines below `aggregations:`; the first of them is line 5. */
function listing(...lines: string[]): string {
  return `${head}aggregations:\n${lines.map(line => `  - ${line}\n`).join('')}`;
}

describe('a valid view', () => {
  it('has the defaults that the documentation names', () => {
    expect(defaultFeatureView).toEqual({
      name: 'user_transactions',
      entity: 'userId',
      timestampField: 'timestamp',
      columns: ['amount'],
      aggregations: [
        { name: 'transactionCount10Min', function: 'count', column: -1, windowMs: 600_000 },
        { name: 'totalAmount10Min', function: 'sum', column: 0, windowMs: 600_000 },
      ],
      maxWindowMs: 600_000,
      latenessMs: 600_000 + 3_600_000,
      maxAheadMs: 3_600_000,
      eventsPerEntityMax: 1_048_576,
    });
  });

  it('takes every setting', () => {
    const view = viewOf(`${one}max_window: 2h\nlateness: 0s\nmax_ahead: 5m\nevents_per_entity_max: 9\n`);
    expect(view).toMatchObject({
      maxWindowMs: 7_200_000,
      latenessMs: 0,
      maxAheadMs: 300_000,
      eventsPerEntityMax: 9,
    });
  });

  it('takes eventsPerEntityMax as another spelling', () => {
    expect(viewOf(`${one}eventsPerEntityMax: 1\n`).eventsPerEntityMax).toBe(1);
  });

  it('takes max_window from the greatest window, and lateness from max_window', () => {
    const view = viewOf(
      listing('{name: a, function: count, time_window: 1m}', '{name: b, function: count, time_window: 1d}'),
    );
    expect(view).toMatchObject({ maxWindowMs: 86_400_000, latenessMs: 90_000_000 });
    expect(viewOf(`${one}max_window: 2h\n`).latenessMs).toBe(10_800_000);
  });

  it('lists columns once, in the order of first use', () => {
    const view = viewOf(
      listing(
        '{name: a, function: sum, column: y, time_window: 1m}',
        '{name: b, function: max, column: x, time_window: 1m}',
        '{name: c, function: min, column: y, time_window: 1m}',
        '{name: d, function: count, time_window: 1m}',
      ),
    );
    expect(view.columns).toEqual(['y', 'x']);
    expect(view.aggregations.map(aggregation => aggregation.column)).toEqual([0, 1, 0, -1]);
  });

  it('may be JSON, begin with a byte order mark, end lines with CRLF and use anchors', () => {
    const json = {
      feature_view: 'v',
      entity: 'e',
      timestamp_field: 't',
      aggregations: [{ name: 'n', function: 'avg', column: 'c', time_window: '1s' }],
    };
    expect(viewOf(JSON.stringify(json)).columns).toEqual(['c']);
    expect(viewOf(`\ufeff${one.replaceAll('\n', '\r\n')}`)).toEqual(viewOf(one));
    const anchored = viewOf(
      listing(
        '{name: &n a, function: sum, column: &c x, time_window: &w 5m}',
        '{name: b, function: max, column: *c, time_window: *w}',
      ),
    );
    expect(anchored.aggregations[1]).toEqual({ name: 'b', function: 'max', column: 0, windowMs: 300_000 });
  });

  it.each(readdirSync('examples').filter(file => file.endsWith('.yaml')))('is in examples/%s', file => {
    viewOf(readFileSync(`examples/${file}`, 'utf8'));
  });

  it('is in examples/user-transactions.yaml as it is built in', () => {
    expect(viewOf(readFileSync('examples/user-transactions.yaml', 'utf8'))).toEqual(defaultFeatureView);
  });
});

describe('the place and the reason of a mistake', () => {
  it.each([
    [
      'feature_view: v\n',
      ['1:1 `entity` is missing', '1:1 `timestamp_field` is missing', '1:1 `aggregations` is missing'],
    ],
    [one.replace('entity: userId', 'entity:'), ['2:8 `entity` has no value; it must be text']],
    [
      one.replace('userId', '12'),
      ['2:9 `entity` must be text, not the number 12; in quotes it is text: "12"'],
    ],
    [one.replace('userId', '""'), ['2:9 `entity` must not be empty']],
    [one.replace('userId', '[a]'), ['2:9 `entity` must be text, not a list']],
    [
      one.replace('userId', '"\\ud800"'),
      ['2:9 `entity` holds half of a surrogate pair, which UTF-8 cannot write'],
    ],
    [one.replace('userId', 'x'.repeat(nameCharsMax + 1)), ['2:9 `entity` is longer than 256 characters']],
    [one.replace('userId', 'meta'), [expect.stringMatching(/^2:9 .*`meta` is a name that vectors keep/)]],
    [
      one.replace('timestamp_field: t', 'timestamp_field: userId'),
      [expect.stringMatching(/^3:18 .*holds text/)],
    ],
    [one.replace('entity:', 'entityy:'), ['2:1 unknown key `entityy`; did you mean `entity`?']],
    [`${one}foo: 1\n`, [expect.stringMatching(/^6:1 unknown key `foo`; known here: feature_view, entity, /)]],
    [`${one}entity: b\n`, ['6:1 `entity` is here twice; the first is on line 2']],
    [`${one}__proto__: b\n`, [expect.stringMatching(/^6:1 unknown key `__proto__`/)]],
    [`${one}max_window: 5m\n`, ['6:13 `max_window` (5m) is shorter than the greatest `time_window` (10m)']],
    [`${one}max_window: 0s\n`, ['6:13 `max_window` must be longer than zero, not 0s']],
    [`${one}lateness: -1h\n`, ['6:11 `lateness` cannot be negative: -1h']],
    [`${one}lateness: 0\n`, ['6:11 `lateness` has no unit: 0; write `0s`']],
    [`${one}max_ahead: 1.5h\n`, [expect.stringMatching(/^6:12 `max_ahead` has a fraction/)]],
    [`${one}max_ahead: 90000d\n`, ['6:12 `max_ahead` is longer than 3660d: 90000d']],
    [`${one}events_per_entity_max: 0\n`, ['6:24 `events_per_entity_max` must be at least 1, not 0']],
    [
      `${one}events_per_entity_max: 1.5\n`,
      [expect.stringMatching(/^6:24 .* must be a whole number, not the number 1.5/)],
    ],
    [
      `${one}events_per_entity_max: ${eventsPerEntityMaxMax + 1}\n`,
      [expect.stringMatching(/^6:24 .* must be at most/)],
    ],
    [
      `${one}events_per_entity_max: 1\neventsPerEntityMax: 1\n`,
      [expect.stringMatching(/^7:1 .*another spelling/)],
    ],
    [`${head}aggregations: []\n`, ['4:15 `aggregations` must hold at least one aggregation']],
    [`${head}aggregations:\n`, ['4:14 `aggregations` has no value; it must be a list of aggregations']],
    [`${head}aggregations: {a: 1}\n`, ['4:15 `aggregations` must be a list of aggregations, not a map']],
    ['- a\n', [expect.stringMatching(/^1:1 the view must be a map .*, not a list/)]],
    ['hello\n', [expect.stringMatching(/^1:1 the view must be a map .*, not the text `hello`/)]],
  ])('%j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it.each([
    [
      '{name: n, function: summ, column: a, time_window: 1m}',
      [expect.stringMatching(/^5:25 .*did you mean `sum`/)],
    ],
    [
      '{name: n, function: mean, column: a, time_window: 1m}',
      [expect.stringMatching(/^5:25 .*did you mean `avg`/)],
    ],
    ['{name: n, function: sum, time_window: 1m}', ['5:5 `sum` needs a `column`']],
    [
      '{name: n, function: sum, colum: a, time_window: 1m}',
      ['5:30 unknown key `colum`; did you mean `column`?'],
    ],
    [
      '{name: n, function: count, column: a, time_window: 1m}',
      [expect.stringMatching(/^5:32 `count` .*takes no `column`/)],
    ],
    [
      '{name: n, function: max, column: userId, time_window: 1m}',
      [expect.stringMatching(/^5:38 .*holds text/)],
    ],
    [
      '{name: n, function: count, time_window: 600}',
      [expect.stringMatching(/^5:45 `time_window` has no unit: 600; write `600s`/)],
    ],
    ['{name: n, function: count, time_window: 0s}', ['5:45 `time_window` must be longer than zero, not 0s']],
    ['{name: n, function: count, time_window: 3661d}', ['5:45 `time_window` is longer than 3660d: 3661d']],
    ['{name: n, function: count}', ['5:5 `time_window` is missing']],
    ['{name: exact, function: count, time_window: 1m}', [expect.stringMatching(/^5:12 .*`exact` is a name/)]],
    [
      '{name: windowComplete, function: count, time_window: 1m}',
      [expect.stringMatching(/^5:12 .*is a name/)],
    ],
    [
      '{name: userId, function: count, time_window: 1m}',
      [expect.stringMatching(/^5:12 .*the entity's field/)],
    ],
    ['foo', [expect.stringMatching(/^5:5 this must be an aggregation.*not the text `foo`/)]],
    ['', [expect.stringMatching(/^5:5 this has no value/)]],
  ])('of an aggregation: %s', (line, problems) => {
    expect(problemsOf(listing(line))).toEqual(problems);
  });

  it('knows a name that is used twice', () => {
    const count = '{name: n, function: count, time_window: 1m}';
    expect(problemsOf(listing(count, count))).toEqual([
      '6:12 `name`: `n` is already the feature of aggregations[0]',
    ]);
  });

  it('reports all mistakes, in the order of the file', () => {
    const text = `entity: 5\nlatenes: 1\n${listing('{name: a, function: x, time_window: 1}', '{nam: a}').replace('entity: userId\n', '')}`;
    const problems = problemsOf(text);
    expect(problems.map(problem => problem.split(' ')[0])).toEqual([
      '1:9',
      '2:1',
      '6:25',
      '6:41',
      '7:5',
      '7:5',
      '7:6',
    ]);
  });
});

describe('bounds', () => {
  const many = (count: number, line: (index: number) => string) =>
    listing(...Array.from({ length: count }, (_, index) => line(index)));

  it.each([
    ['aggregations', aggregationsMax, (i: number) => `{name: n${i}, function: count, time_window: 1m}`],
    ['windows', windowsMax, (i: number) => `{name: n${i}, function: count, time_window: ${i + 1}m}`],
    ['columns', columnsMax, (i: number) => `{name: n${i}, function: sum, column: c${i}, time_window: 1m}`],
  ])('allows the greatest number of %s and no more', (_what, max, line) => {
    expect(problemsOf(many(max, line))).toEqual([]);
    const problems = problemsOf(many(max + 1, line));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${5 + max}:\\d+ .*a view may have ${max}`));
  });

  it('refuses a file that is too large', () => {
    expect(problemsOf(`${one}#${'x'.repeat(viewBytesMax)}`)).toEqual([
      '1:1 the view is larger than 1048576 bytes',
    ]);
  });
});

describe('oddities of YAML', () => {
  it.each([
    ['', '1:1 the view is empty'],
    ['# nothing\n', '1:1 the view is empty'],
    ['---\n', '1:1 the view is empty'],
    [`${one}---\n${one}`, '6:1 a second document begins here; a view file holds one view'],
    [`${head}aggregations:\n\t- {}\n`, '5:1 a tab cannot indent in YAML; use spaces'],
    [`${head}aggregations: [\n`, '5:1 not YAML: flow sequence'],
    ['entity: "unterminated\nfoo: 1', '2:7 not YAML: missing closing "quote'],
    ['entity: !secret x\n', '1:9 tags have no meaning in a view (Unresolved tag: !secret)'],
    ['entity: *nowhere\n', '1:9 `*nowhere` names no anchor before it'],
    ['entity: &a [*a]\n', '1:13 `*a` contains itself'],
    ['? [a]\n: b\n', '1:3 a key must be a plain name'],
    [`entity: ${'['.repeat(50)}${']'.repeat(50)}\n`, '1:25 nested too deeply'],
    ['['.repeat(5000), 'nested too deeply'],
    [`entity: &a x\nlist: [${'*a,'.repeat(101)}]\n`, '2:308 more than 100 aliases'],
  ])('%j', (text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem);
  });

  it('does not let aliases grow without bound', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]\n`);
    expect(problemsOf(`a0: &a0 x\n${levels.join('')}`)).toEqual([
      '1:1 the aliases (`*name`) of the view expand to too much',
    ]);
  });
});
