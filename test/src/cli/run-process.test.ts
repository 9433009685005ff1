import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileLines } from '../hostile-lines.js';

const main = resolve('dist/src/main.js');
const folder = mkdtempSync(join(tmpdir(), 'millrace-run-'));
const events = join(folder, 'events.ndjson');
const mixed = join(folder, 'mixed.ndjson');
const env = { PATH: process.env.PATH };
const noLetters = ['--dead-letter', join(folder, 'none-expected')];
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const flags = ['--events', '60000', '--entities', '700', '--disorder', '9m', '--rate', '100'];
  const bytes = execFileSync(process.execPath, [main, 'generate', ...flags], { maxBuffer: 1 << 26 });
  writeFileSync(events, bytes);
  const bad = Buffer.concat(hostileLines().flatMap(line => [line, Buffer.from('\n')]));
  writeFileSync(mixed, Buffer.concat([bytes, bad, bytes.subarray(0, 1_000_007)]));
});

function run(args: string[], input?: string | Buffer) {
  const ran = spawnSync(process.execPath, [main, 'run', ...args], {
    cwd: folder,
    env,
    input,
    maxBuffer: 1 << 26,
  });
  return { code: ran.status, out: ran.stdout.toString(), err: ran.stderr.toString() };
}

function shell(script: string) {
  const ran = spawnSync('bash', ['--norc', '-c', script], {
    cwd: folder,
    env: { ...env, MAIN: main, NODE: process.execPath },
  });
  return { code: ran.status, out: ran.stdout.toString(), err: ran.stderr.toString() };
}

/** A running `millrace`, with what it has written so far. */
function start(args: string[]) {
  const child = spawn(process.execPath, [main, 'run', ...args], { cwd: folder, env });
  const said = { out: '', err: '' };
  child.stdout.on('data', part => {
    said.out += String(part);
  });
  child.stderr.on('data', part => {
    said.err += String(part);
  });
  const exit = new Promise<number | null>(done => child.once('close', done));
  return { child, said, exit };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let ms = 0; !isSo(); ms += 10) {
    if (ms > 20_000) throw new Error('waited for 20 s');
    await pause(10);
  }
}

describe('files', () => {
  it('have the same bytes whatever the number of workers', () => {
    const files = ['1', '2', '3'].map(workers => {
      const out = join(folder, `out-${workers}`);
      const dead = join(folder, `dead-${workers}`);
      const args = [
        '--source',
        mixed,
        '--sink',
        out,
        '--dead-letter',
        dead,
        '--workers',
        workers,
        '--lanes',
        '7',
      ];
      const { code, err } = run(args);
      expect({ code, out: '' }).toEqual({ code: 0, out: '' });
      expect(err).toMatch(/^millrace: \d+ dead letters \(late \d+, .*line_too_long 2.*\) in .*dead-\d\n$/);
      return [readFileSync(out), readFileSync(dead)];
    });
    expect(files[0][0].length).toBeGreaterThan(4_000_000);
    for (const [out, dead] of files) expect(out.equals(files[0][0]) && dead.equals(files[0][1])).toBe(true);
  });

  it('may be empty', () => {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    const out = join(folder, 'out-empty');
    expect(run(['--source', empty, '--sink', out, ...noLetters])).toEqual({ code: 0, out: '', err: '' });
    expect(statSync(out).size).toBe(0);
    expect(existsSync(noLetters[1])).toBe(false);
  });

  it('may be named pipes', () => {
    const { code, out, err } = shell('"$NODE" "$MAIN" run --source <(head -3 events.ndjson)');
    expect({ code, lines: out.match(/\n/g)?.length, err }).toEqual({ code: 0, lines: 3, err: '' });
  });
});

describe('standard input and output', () => {
  it('carry the bytes that files carry', () => {
    const out = join(folder, 'out-file');
    run(['--source', events, '--sink', out, ...noLetters]);
    const piped = run(['--source', '-', ...noLetters], readFileSync(events));
    expect({ code: piped.code, err: piped.err }).toEqual({ code: 0, err: '' });
    expect(piped.out === readFileSync(out, 'utf8')).toBe(true);
    expect(shell('"$NODE" "$MAIN" run --source events.ndjson > redirected').code).toBe(0);
    expect(readFileSync(join(folder, 'redirected')).equals(readFileSync(out))).toBe(true);
  });

  it('give each line as it comes, though the input stays open', async () => {
    const { child, said, exit } = start(['--source', '-', ...noLetters]);
    for (let i = 1; i <= 3; i++) {
      child.stdin.write(`{"userId":"a","amount":1,"timestamp":${i}}\n`);
      await until(() => said.out.includes(`"transactionCount10Min":${i},`));
    }
    child.stdin.end('{"userId":"a","amount":1,"timestamp":4}');
    expect(await exit).toBe(0);
    expect(said.out.match(/\n/g)).toHaveLength(4);
  });

  it('may lose their reader', () => {
    const script =
      '"$NODE" "$MAIN" run --source generator --events endless --rate 0 --sink - 2>errors | head -2';
    const { code, out } = shell(`set -o pipefail; ${script}; echo "codes \${PIPESTATUS[@]}"`);
    expect(code).toBe(0);
    expect(out).toMatch(/^\{"userId".*\n\{"userId".*\ncodes 0 0\n$/);
    expect(readFileSync(join(folder, 'errors'), 'utf8')).toBe('');
  });
});

describe('signals', () => {
  const endless = ['--source', 'generator', '--rate', '0'];

  it.each(['SIGINT', 'SIGTERM'] as const)('%s drains: whole lines, a summary, exit 0', async signal => {
    const out = join(folder, `drained-${signal}`);
    const { child, said, exit } = start([...endless, '--sink', out]);
    await until(() => existsSync(out) && statSync(out).size > 1_000_000);
    child.kill(signal);
    expect(await exit).toBe(0);
    const lines = readFileSync(out, 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(JSON.parse(lines.at(-1) ?? '')).toHaveProperty('totalAmount10Min');
    expect(said.err).toMatch(new RegExp(`vectors +${lines.length}\n`));
  });

  it('drains while the input is open and quiet', async () => {
    const { child, said, exit } = start(['--source', '-', ...noLetters]);
    child.stdin.write('{"userId":"a","amount":1,"timestamp":1}\n');
    await until(() => said.out !== '');
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('drains while a named pipe has no writer yet', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { child, exit } = start(['--source', pipe, ...noLetters]);
    await pause(1500);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  async function stuck(args: string[], feed?: (child: ChildProcess) => void): Promise<number | null> {
    const child = spawn(process.execPath, [main, 'run', ...args], {
      cwd: folder,
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const exit = new Promise<number | null>(done => child.once('exit', done));
    feed?.(child);
    await pause(2000); // nobody reads: the pipe is full, and the drain cannot end
    child.kill('SIGTERM');
    await pause(300);
    expect(child.exitCode).toBe(null);
    child.kill('SIGTERM');
    return exit;
  }

  it('twice quits at once, though the output is stuck', async () => {
    expect(await stuck([...endless, '--sink', '-'])).toBe(143);
  });
});

describe('failures', () => {
  it.each([
    [['--sink', '/dev/full'], 'error: cannot write to /dev/full: no space left on device\n'],
    [
      ['--dead-letter', '/dev/full', '--sink', 'none'],
      'error: cannot write to /dev/full: no space left on device\n',
    ],
  ])('%j: exit 1 and the reason', (args, message) => {
    expect(run(['--source', mixed, ...args])).toEqual({ code: 1, out: '', err: message });
  });

  it('standard output on a full disk', () => {
    const { code, err } = shell('"$NODE" "$MAIN" run --source events.ndjson > /dev/full');
    expect({ code, err }).toEqual({
      code: 1,
      err: 'error: cannot write to standard output: no space left on device\n',
    });
  });

  it('a redirected output that is cut short is a failure, not an end', () => {
    // One chunk, whose write the system takes in part.
    const { code, err } = shell(
      'head -1900 events.ndjson > short; ulimit -f 50; "$NODE" "$MAIN" run --source short > cut',
    );
    expect({ code, err }).toEqual({
      code: 1,
      err: 'error: cannot write to standard output: file too large\n',
    });
  });

  it.each([
    [['--source', 'nowhere'], 'error: cannot read the source nowhere: there is no such file\n'],
    [['--source', '.'], 'error: cannot read the source .: it is a directory\n'],
    [['--source', events, '--view', mixed], /^.*mixed.ndjson/],
  ])('%j: exit 2', (args, message) => {
    const { code, out, err } = run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});
