import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { runPipeline } from '../../../src/cli/run-command.js';
import { MillraceError } from '../../../src/errors.js';
import type { Pipeline, RunOptions, RunStats } from '../../../src/run-options.js';
import { defaultFeatureView } from '../../../src/view/default-feature-view.js';

const stats: RunStats = {
  seconds: 2,
  bytesIn: 3_000_000,
  records: 20_000,
  vectors: 19_997,
  deadLetters: 3,
  deadLettersByReason: { accepted: 0, late: 1, invalid_json: 2 },
  entities: 1000,
  stateBytes: 5_000_000,
  chunkMsP50: 1.25,
  chunkMsMax: 40,
  slowNumbers: 0,
  longestBatchMs: 0,
  sample: '{"userId":"user-000001"}\n',
};
const options: RunOptions = {
  view: defaultFeatureView,
  source: { kind: 'file', path: 'events.ndjson' },
  sink: { kind: 'stdout' },
  deadLetter: { kind: 'file', path: 'dead.ndjson' },
  workers: 1,
  lanes: 16,
  order: 'input',
};

class Output extends EventEmitter {
  text = '';
  constructor(
    readonly isTTY: boolean,
    readonly columns = 80,
  ) {
    super();
  }
  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

class Signals extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

function scene(terminal: { stdout?: boolean; stderr?: boolean } = {}) {
  const stdout = new Output(terminal.stdout ?? false);
  const stderr = new Output(terminal.stderr ?? false);
  const signals = new Signals();
  let finish: (stats: RunStats) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const done = new Promise<RunStats>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  let drains = 0;
  const pipeline: Pipeline = { stats: () => stats, drain: () => drains++, done };
  const start = (changes: Partial<RunOptions> = {}) =>
    runPipeline({ ...options, ...changes }, { stdout, stderr, signals, startPipeline: async () => pipeline });
  return { stdout, stderr, signals, finish, fail, start, drains: () => drains };
}

const soon = () => new Promise(resolve => setTimeout(resolve, 5));

describe('in a pipe', () => {
  it('says nothing where all went well', async () => {
    const { start, finish, stderr, stdout } = scene();
    finish({ ...stats, deadLetters: 0, deadLettersByReason: {} });
    await start();
    expect(stderr.text + stdout.text).toBe('');
  });

  it('says in one line how many dead letters there were, and where they are', async () => {
    const { start, finish, stderr } = scene();
    finish(stats);
    await start();
    expect(stderr.text).toBe('millrace: 3 dead letters (invalid_json 2, late 1) in dead.ndjson\n');
  });

  it('sums up what the generator came to', async () => {
    const { start, finish, stderr } = scene();
    finish(stats);
    await start({ source: { kind: 'generator', options: {} as never }, sink: { kind: 'none' } });
    expect(stderr.text).toContain('20000 in 2.0 s (10.0k events/s, 3 MB)');
    expect(stderr.text).toContain('{"userId":"user-000001"}');
    expect(stderr.text).not.toContain('\u001b');
  });
});

describe('on a terminal', () => {
  it('shows a live line that fits, and clears it before the summary', async () => {
    const { start, finish, stderr } = scene({ stderr: true });
    const run = start();
    await new Promise(resolve => setTimeout(resolve, 600));
    finish(stats);
    await run;
    const lines = stderr.text.split('\r');
    expect(lines[1]).toMatch(
      /^0 events\/s {2}latency 1\.3 ms {2}1000 entities {2}memory \d+ MB {2}3 dead letters {2}/,
    );
    expect(lines[1].length).toBeLessThan(80 + '\u001b[K'.length);
    expect(stderr.text).toContain('\r\u001b[K');
    expect(stderr.text).toContain('last vector');
  });

  it('shows none where vectors go to the same terminal', async () => {
    const { start, finish, stderr } = scene({ stderr: true, stdout: true });
    const run = start();
    await new Promise(resolve => setTimeout(resolve, 300));
    finish(stats);
    await run;
    expect(stderr.text).not.toContain('\r');
  });
});

describe('signals', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s drains, a second one quits with %d', async (signal, code) => {
    const { start, finish, signals, drains } = scene();
    const run = start();
    await soon();
    signals.emit(signal);
    expect([drains(), signals.exits]).toEqual([1, []]);
    signals.emit(signal);
    expect(signals.exits).toEqual([code]);
    finish(stats);
    await run;
    expect(signals.listenerCount(signal)).toBe(0);
  });

  it('are not lost before the pipeline has started', async () => {
    const { start, finish, signals, drains } = scene();
    const run = start();
    signals.emit('SIGINT');
    await soon();
    expect(drains()).toBe(1);
    finish(stats);
    await run;
  });
});

describe('ends that are not clean', () => {
  const brokenPipe = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });

  it('fails as the pipeline does', async () => {
    const { start, fail } = scene();
    const run = start();
    fail(new MillraceError('worker_failed', 'worker 2 failed', { domain: 'engine' }));
    await expect(run).rejects.toThrow('worker 2 failed');
  });

  it('is quiet when the reader of its output has gone', async () => {
    const { start, finish, stdout, stderr, drains } = scene();
    const run = start();
    await soon();
    stdout.emit('error', brokenPipe);
    expect(drains()).toBe(1);
    finish(stats);
    await run;
    expect(stderr.text).toBe('');
  });

  it('is quiet when the sink found the reader gone', async () => {
    const { start, fail } = scene();
    const run = start();
    fail(new MillraceError('sink_failed', 'cannot write', { domain: 'output', cause: brokenPipe }));
    await run;
  });

  it('is not quiet about a broken pipe that is not its output', async () => {
    const { start, fail } = scene();
    const run = start({ sink: { kind: 'file', path: 'x' } });
    fail(brokenPipe);
    await expect(run).rejects.toThrow('EPIPE');
  });
});
