import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCheckout } from '../../../bench/harness/checkout.js';
import { writeEvents } from '../../../bench/harness/event-file.js';
import { parseResults, type ResultLine } from '../../../bench/harness/result.js';

const script = join(findCheckout(), 'dist', 'bench', 'peers', 'naive-service.js');
const events = 3000;
let folder: string;
let file: string;
let lines: { userId: string; amount: number; timestamp: number }[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-naive-'));
  file = join(folder, 'events.ndjson');
  const parts: Buffer[] = [];
  writeEvents({ users: 20, skew: 'zipf', events, perWindow: 30, seed: 3 }, bytes =>
    parts.push(Buffer.from(bytes)),
  );
  writeFileSync(file, Buffer.concat(parts));
  lines = Buffer.concat(parts)
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
});
afterAll(() => rmSync(folder, { recursive: true }));

function serve(kind: string, mode: string): ResultLine {
  const output = execFileSync(process.execPath, [script, file, kind, mode], { encoding: 'utf8' });
  const [result] = parseResults(output);
  return result;
}

/** The answer by looking at all earlier events for each event. */
function expected(windowsMs: number[]) {
  const answer = { c: 0, s: 0, mn: 0, mx: 0, av: 0 };
  for (const [i, { userId, timestamp }] of lines.entries()) {
    const before = lines.slice(0, i + 1).filter(line => line.userId === userId);
    for (const windowMs of windowsMs) {
      const amounts = before.filter(line => line.timestamp > timestamp - windowMs).map(line => line.amount);
      const sum = amounts.reduce((total, amount) => total + amount, 0);
      answer.c += amounts.length;
      answer.s += sum;
      answer.mn += Math.min(...amounts);
      answer.mx += Math.max(...amounts);
      answer.av += sum / amounts.length;
    }
  }
  return answer;
}

describe('naive-service', () => {
  it.each(['naive', 'running-sum'])('%s counts and sums over ten minutes', kind => {
    const want = expected([600_000]);
    const got = serve(kind, 'a');
    expect(got).toMatchObject({ engine: `node-${kind}`, mode: 'a', events, c: want.c });
    expect(got.s).toBeCloseTo(want.s, 3);
  });

  it.each(['naive', 'running-sum'])('%s has five functions over three windows', kind => {
    const want = expected([60_000, 600_000, 3_600_000]);
    const got = serve(kind, 'a3');
    expect(got).toMatchObject({ events, c: want.c });
    for (const name of ['s', 'mn', 'mx', 'av'] as const) expect(got[name]).toBeCloseTo(want[name], 3);
  });
});
