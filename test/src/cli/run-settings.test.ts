import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generatedStartMs } from '../../../src/cli/generator-flags.js';
import type { RunFlags } from '../../../src/cli/run-flags.js';
import { runOptionsFrom } from '../../../src/cli/run-settings.js';
import { defaultFeatureView } from '../../../src/view/default-feature-view.js';

const folder = mkdtempSync(join(tmpdir(), 'millrace-run-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
writeFileSync(at('events.ndjson'), '{}\n');
writeFileSync(at('old.ndjson'), '');
linkSync(at('events.ndjson'), at('hard-link'));
symlinkSync(at('events.ndjson'), at('soft-link'));
symlinkSync(folder, at('folder-link'));

const defaults: RunFlags = {
  source: 'generator',
  deadLetter: at('dead-letters.ndjson'),
  lanes: 16,
  order: 'input',
  events: Number.POSITIVE_INFINITY,
  entities: 1000,
  seed: 1,
  skew: { kind: 'uniform' },
  disorder: 0,
  rate: 10_000,
};

const nowMs = 1_800_000_000_000;
const optionsOf = (flags: Partial<RunFlags>, given: string[] = []) =>
  runOptionsFrom({ ...defaults, ...flags }, flag => given.includes(flag), nowMs);

describe('defaults', () => {
  it('run the generator, from now, into nothing', () => {
    const options = optionsOf({});
    expect(options.view).toBe(defaultFeatureView);
    expect(options.source).toMatchObject({
      kind: 'generator',
      options: { startMs: nowMs, ratePerSecond: 10_000 },
    });
    expect(options.sink).toEqual({ kind: 'none' });
    expect(options.workers).toBeGreaterThanOrEqual(1);
  });

  it('write a file or standard input to standard output', () => {
    expect(optionsOf({ source: at('events.ndjson') }).sink).toEqual({ kind: 'stdout' });
    expect(optionsOf({ source: '-' })).toMatchObject({ source: { kind: 'stdin' }, sink: { kind: 'stdout' } });
  });

  it('begin in the past where the generator is not paced, so that it does not run into the future', () => {
    expect(optionsOf({ rate: 0 }).source).toMatchObject({ options: { startMs: generatedStartMs } });
  });
});

describe('what is refused before anything runs', () => {
  const source = at('events.ndjson');
  it.each<[string, Partial<RunFlags>, string, RegExp]>([
    ['no such source', { source: at('nope') }, 'source_unusable', /no such file/],
    ['a folder as source', { source: folder }, 'source_unusable', /directory/],
    ['a folder as sink', { source, sink: folder }, 'sink_unusable', /directory/],
    ['a sink in no folder', { source, sink: at('no/x') }, 'sink_unusable', /folder does not exist/],
    [
      'dead letters in no folder',
      { deadLetter: at('no/x') },
      'dead_letter_unusable',
      /folder does not exist/,
    ],
    ['the source as sink', { source, sink: source }, 'same_file', /--sink .* same file as --source/],
    ['the source by a hard link', { source, sink: at('hard-link') }, 'same_file', /same file/],
    ['the source by a soft link', { source, sink: at('soft-link') }, 'same_file', /same file/],
    ['the source by its folder', { source, sink: at('folder-link/events.ndjson') }, 'same_file', /same file/],
    ['the source as dead letters', { source, deadLetter: source }, 'same_file', /--dead-letter/],
    ['one new file twice', { source, sink: at('x'), deadLetter: at('folder-link/x') }, 'same_file', /--sink/],
    [
      'one old file twice',
      { source, sink: at('old.ndjson'), deadLetter: at('old.ndjson') },
      'same_file',
      /--sink/,
    ],
    ['no dead letters', { deadLetter: 'none' }, 'dead_letter_unusable', /takes a file/],
  ])('%s', (_what, flags, code, message) => {
    expect(() => optionsOf(flags)).toThrow(expect.objectContaining({ code, domain: 'configuration' }));
    expect(() => optionsOf(flags)).toThrow(message);
  });

  it('the view as sink', () => {
    writeFileSync(
      at('view.yaml'),
      '{feature_view: v, entity: e, timestamp_field: t, aggregations: [{name: n, function: count, time_window: 1m}]}',
    );
    const flags = { source, view: at('view.yaml'), sink: at('view.yaml') };
    expect(() => optionsOf(flags)).toThrow(/--sink .* same file as --view/);
    expect(optionsOf({ ...flags, sink: 'none' }).view.name).toBe('v');
    expect(() => optionsOf({ view: at('view.yaml') })).toThrow(/generator makes only/);
  });

  it('a generator flag without the generator', () => {
    expect(() => optionsOf({ source }, ['seed'])).toThrow('--seed goes only with --source generator');
    expect(optionsOf({}, ['seed']).source.kind).toBe('generator');
  });
});

it('lets devices be shared', () => {
  expect(optionsOf({ sink: '/dev/null', deadLetter: '/dev/null' }).sink).toEqual({
    kind: 'file',
    path: '/dev/null',
  });
});
