import { describe, expect, it } from 'vitest';
import { readGnuTime, readProc, runChild } from '../../../bench/harness/run-child.js';

function node(script: string) {
  return { file: process.execPath, args: ['-e', script] };
}

describe('runChild', () => {
  it('gives what the command printed, its code and what it cost', async () => {
    const script =
      'const end = Date.now() + 300; while (Date.now() < end); console.log(process.env.WORD); process.exitCode = 3';
    const outcome = await runChild({ ...node(script), env: { WORD: 'found' } }, 30_000);
    expect(outcome).toMatchObject({ exitCode: 3, timedOut: false, stdout: 'found\n' });
    if (process.platform !== 'linux') return;
    expect(outcome.cpuSeconds).toBeGreaterThan(0.05);
    expect(outcome.cpuSeconds).toBeLessThan(5);
    expect(outcome.peakRssBytes).toBeGreaterThan(10e6);
  });

  it('ends a command at its limit', async () => {
    const outcome = await runChild(node('setInterval(() => {}, 1000)'), 300);
    expect(outcome).toMatchObject({ exitCode: null, timedOut: true });
  });
});

describe('costs', () => {
  it('are read from GNU time', () => {
    expect(readGnuTime('a warning\nMILLRACE-TIME 1.25 0.50 2048\n')).toEqual({
      cpuSeconds: 1.75,
      peakRssBytes: 2 << 20,
    });
    expect(readGnuTime('')).toEqual({ cpuSeconds: null, peakRssBytes: null });
  });

  it('are read from /proc, whatever the name of the process', () => {
    const stat = '77 (a) (b c) R 1 77 77 0 -1 4194304 900 0 0 0 150 50 0 0 20 0 11 0 100 1000 2000';
    expect(readProc(stat, 'Name:\tnode\nVmHWM:\t    1024 kB\nVmRSS:\t 9 kB\n')).toEqual({
      cpuSeconds: 2,
      peakRssBytes: 1 << 20,
    });
    expect(readProc(stat, '').peakRssBytes).toBeNull();
  });
});
