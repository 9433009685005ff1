import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findCheckout } from '../../../tools/servers/places.js';
import { startSupervised } from '../../../tools/servers/supervised-process.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-supervised-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('runs a command, writes its log, and tells when it has ended', async () => {
  const logFile = join(folder, 'log');
  const started = await startSupervised(['sh', '-c', 'echo out; echo err >&2; echo $$'], { logFile });
  await started.exited;
  expect(started.hasExited).toBe(true);
  expect(readFileSync(logFile, 'utf8')).toBe(`out\nerr\n${started.pid}\n`);
});

it('ends the command by the signal, and only it', async () => {
  const started = await startSupervised(['sleep', '60'], { logFile: join(folder, 'log') });
  expect(isRunning(started.pid)).toBe(true);
  started.signal('SIGTERM');
  await started.exited;
  expect(isRunning(started.pid)).toBe(false);
});

/** A process that starts `sleep` in `orphan`, prints its pid, and never ends by itself. */
function startParent(orphan: string): ChildProcess {
  const built = join(findCheckout(), 'dist', 'tools', 'servers', 'supervised-process.js');
  const script = `
    const { startSupervised } = await import(${JSON.stringify(pathToFileURL(built).href)});
    const options = { logFile: ${JSON.stringify(join(orphan, 'log'))}, orphanedFolder: ${JSON.stringify(orphan)} };
    console.log((await startSupervised(['sleep', '60'], options)).pid);
    setInterval(() => undefined, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

it('leaves nothing behind when its parent is killed', async () => {
  const orphan = join(folder, 'orphan');
  mkdirSync(orphan);
  const parent = startParent(orphan);
  const pid = await new Promise<number>(resolve => {
    parent.stdout?.once('data', (line: Buffer) => resolve(Number(line.toString())));
  });
  expect(isRunning(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  await expect.poll(() => existsSync(orphan), { timeout: 10_000 }).toBe(false);
});
