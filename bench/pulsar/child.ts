import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { PulsarResult, PulsarTask } from './children.js';

/** Runs one side of a match in this process: the task from standard input, the result to standard output. */
export async function runChild(work: (task: PulsarTask) => Promise<PulsarResult>): Promise<void> {
  const result = await work(JSON.parse(await text(process.stdin)) as PulsarTask);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Wall clock and CPU time of this process since a moment. */
export class Cost {
  readonly #startedMs = performance.now();
  readonly #cpu = process.cpuUsage();

  end(messages: number): PulsarResult {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      messages,
      seconds: (performance.now() - this.#startedMs) / 1000,
      cpuSeconds: (user + system) / 1e6,
      rssMaxBytes: rssMaxBytes(),
    };
  }
}

/** The lines of a file, in memory before any clock starts. */
export function readLines(path: string): Buffer {
  return readFileSync(path);
}

/** Of this program alone: what `getrusage` tells begins with the size of the process that started it. */
function rssMaxBytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
