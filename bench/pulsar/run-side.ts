import { spawn } from 'node:child_process';
import type { PulsarResult, PulsarTask, Side } from './children.js';

const runMsMax = 5 * 60_000;

/** Runs a child to its end. @throws Error with what it said, when it fails, prints no result or takes five minutes */
export function runSide(side: Side, task: PulsarTask): Promise<PulsarResult> {
  const [file, ...args] = side.command;
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    const limit = setTimeout(() => child.kill('SIGKILL'), runMsMax);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', code => {
      clearTimeout(limit);
      const result = code === 0 ? readResult(stdout) : undefined;
      if (result !== undefined) resolve(result);
      else reject(new Error(`${side.name} ended with ${code}: ${stderr.trim().slice(-500)}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify({ ...task, ...side.task }));
  });
}

/** The last line, if it is a result. */
export function readResult(stdout: string): PulsarResult | undefined {
  try {
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Partial<PulsarResult>;
    const isWhole = [result.messages, result.seconds, result.cpuSeconds, result.rssMaxBytes].every(
      value => typeof value === 'number' && Number.isFinite(value),
    );
    return isWhole ? (result as PulsarResult) : undefined;
  } catch {
    return undefined;
  }
}
