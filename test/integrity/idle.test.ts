import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';

const main = resolve('dist/src/main.js');
const folder = mkdtempSync(join(tmpdir(), 'millrace-idle-'));
afterAll(() => rmSync(folder, { recursive: true }));

const settlesMs = 2000;
const watchedMs = 5000;
const tickMs = 10;

/** CPU time of all of a process's threads, as Linux counts it: user and system ticks of a hundredth of a second. */
function cpuMs(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(afterName[11]) + Number(afterName[12])) * tickMs;
}

/** Cores that `millrace run` takes once it has started up. */
async function coresTaken(args: string[]): Promise<number> {
  const child = spawn(process.execPath, [main, 'run', ...args], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  try {
    await pause(settlesMs);
    const before = cpuMs(child.pid as number);
    const startedAt = performance.now();
    await pause(watchedMs);
    expect(child.exitCode).toBe(null);
    return (cpuMs(child.pid as number) - before) / (performance.now() - startedAt);
  } finally {
    child.kill('SIGKILL');
  }
}

// Only Linux tells one process's CPU time to another through /proc.
const onLinux = it.skipIf(process.platform !== 'linux');

onLinux('an engine that waits for input takes less than a hundredth of a core', async () => {
  expect(await coresTaken(['--source', '-', '--sink', 'none', '--workers', '2'])).toBeLessThan(0.01);
});

onLinux('10,000 events a second take less than 0.15 core', async () => {
  const generator = ['--source', 'generator', '--rate', '10000', '--sink', 'none'];
  expect(await coresTaken([...generator, '--workers', '1'])).toBeLessThan(0.15);
  expect(await coresTaken([...generator, '--workers', '2'])).toBeLessThan(0.15);
});
