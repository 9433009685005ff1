import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultFeatureViewText } from '../../../src/view/default-view-text.js';

const main = resolve('dist/src/main.js');
const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function millrace(args: string[], options: SpawnSyncOptions = {}) {
  const env = { PATH: process.env.PATH, ...options.env };
  const run = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    ...options,
    env,
    encoding: 'utf8',
  });
  return { code: run.status, out: String(run.stdout), err: String(run.stderr) };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('version and help', () => {
  it('prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(millrace(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it.each([
    [['--help']],
    [['run', '--help']],
    [['check', '--help']],
    [['generate', '--help']],
    [['help', 'run']],
  ])('%j shows examples on standard output, without colours in a pipe', args => {
    const { code, out, err } = millrace(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Usage: millrace');
    expect(out).toContain('Examples:');
    expect(out).not.toContain('\u001b');
  });

  it('names every flag of run, its variable, and the built-in view', () => {
    const { out } = millrace(['run', '--help']);
    for (const flag of ['view', 'source', 'sink', 'dead-letter', 'workers', 'lanes', 'order']) {
      expect(out).toContain(`--${flag} `);
      expect(out).toContain(`MILLRACE_${flag.toUpperCase().replace('-', '_')}`);
    }
    expect(out).toContain(defaultFeatureViewText.split('\n')[4].trim());
  });

  it('shows help on standard error where there is no command', () => {
    const { code, out, err } = millrace([]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Usage: millrace');
  });
});

describe('wrong usage ends with 2 and one clear line', () => {
  it.each([
    [['rnu'], /^error: unknown command 'rnu'\n\(Did you mean run\?\)/],
    [['run', '--souce', 'x'], /^error: unknown option '--souce'\n\(Did you mean --source\?\)/],
    [['generate', '--entites', '5'], /Did you mean --entities\?/],
    [['run', 'events.ndjson'], /too many arguments for 'run'[\s\S]*hint: input files go with --source/],
    [['check'], /missing required argument 'view'/],
    [
      ['run', '--workers', '0'],
      /'--workers <n>' argument '0' is invalid. Expected a whole number from 1 to 64/,
    ],
    [['run', '--lanes', '257'], /from 1 to 256/],
    [['run', '--order', 'time'], /Allowed choices are input, entity/],
    [
      ['run', '--source', 'nope.ndjson'],
      /^error: cannot read the source nope.ndjson: there is no such file\n$/,
    ],
    [
      ['run', '--view', 'nope.yaml'],
      /^error: cannot read the feature view nope.yaml: there is no such file\n$/,
    ],
    [
      ['run', '--sink', 'no/such/x'],
      /^error: cannot write the sink no\/such\/x: its folder does not exist\n$/,
    ],
    [['run', '--source', '-', '--rate', '5'], /^error: --rate goes only with --source generator\nhint: /],
    [['generate', '--disorder', '5'], /has no unit: 5; write '5s'/],
    [['generate', '--rate', '0'], /Expected more than 0/],
    [['generate', '--skew', 'zipf'], /as in zipf:1.1/],
  ])('%j', (args, message) => {
    const { code, out, err } = millrace(args);
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('of the environment too, where an empty value is none', () => {
    const wrong = millrace(['run'], { env: { MILLRACE_LANES: 'x' } });
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain("value 'x' from env 'MILLRACE_LANES' is invalid");
    const empty = millrace(['run', '--source', 'nope'], { env: { MILLRACE_LANES: '', MILLRACE_VIEW: '' } });
    expect(empty.err).toBe('error: cannot read the source nope: there is no such file\n');
  });
});

describe('check', () => {
  it('lists the features of a valid view', () => {
    const path = file('good.yaml', defaultFeatureViewText);
    expect(millrace(['check', path])).toEqual({
      code: 0,
      err: '',
      out: [
        `${path}: valid`,
        '  feature                function  column  window',
        '  transactionCount10Min  count     -       10m',
        '  totalAmount10Min       sum       amount  10m',
        '  max_window 10m, lateness 1h10m, max_ahead 1h, events_per_entity_max 1048576',
        '',
      ].join('\n'),
    });
  });

  it('points at what is wrong', () => {
    const path = file('bad.yaml', defaultFeatureViewText.replace('function: sum', 'function: summ'));
    const { code, out, err } = millrace(['check', path]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^.*bad\.yaml:6:41: error: `function` must be one of .*; did you mean `sum`\?\n +6 \| .*\n +\| +\^\n$/,
    );
  });
});

describe('generate', () => {
  const args = [
    'generate',
    '--events',
    '2000',
    '--entities',
    '50',
    '--seed',
    '7',
    '--skew',
    'zipf:1.1',
    '--disorder',
    '30s',
  ];

  it('writes the same events for the same flags', () => {
    const { code, out, err } = millrace(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.match(/\n/g)).toHaveLength(2000);
    expect(millrace(args).out).toBe(out);
    expect(millrace([...args, '--seed', '8']).out).not.toBe(out);
  });

  it('ends quietly when its reader goes away', async () => {
    const child = spawn(process.execPath, [main, 'generate', '--events', 'endless'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', part => (err += String(part)));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise(done => child.once('close', done));
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});
