import { RecordScanner } from '../../native-free-core/scan/record-scanner.js';

/** What `benchScan` measured; all of it checked against `JSON.parse` before the clock starts. */
export interface ScanFigures {
  readonly lines: number;
  readonly bytesPerLine: number;
  /** Median of the rounds. */
  readonly nsPerLine: number;
  /** Of the best round: what the code takes when nobody else wants the core. */
  readonly nsPerLineBest: number;
}

const lineCount = 5_000;
const linesPerRound = 20_000;
const slackBytes = 4_096;

/** Lines as the production file has them: `{"userId":"user-092291","amount":21.09,"timestamp":1732300000001}`. */
function typicalLine(i: number): string {
  const user = String((i * 7_919) % 100_000).padStart(6, '0');
  const amount = ((i * 104_729) % 20_000) / 100;
  return `{"userId":"user-${user}","amount":${amount},"timestamp":${1_732_300_000_000 + i * 13}}\n`;
}

/** Scans typical lines one by one, in one thread; throws if a single value is not what `JSON.parse` says. */
export function benchScan(rounds = 101): ScanFigures {
  const lines = Array.from({ length: lineCount }, (_, i) => typicalLine(i));
  const text = new TextEncoder().encode(lines.join(''));
  const bytes = new Uint8Array(new SharedArrayBuffer(text.length + slackBytes));
  bytes.set(text);
  const scanner = new RecordScanner(
    { entity: 'userId', timestampField: 'timestamp', columns: ['amount'] },
    bytes,
  );
  check(scanner, bytes, text.length, lines);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < linesPerRound; i += lineCount) scanAll(scanner, text.length);
    times.push(Number(process.hrtime.bigint() - begin) / linesPerRound);
  }
  times.sort((a, b) => a - b);
  return {
    lines: lineCount,
    bytesPerLine: text.length / lineCount,
    nsPerLine: times[times.length >> 1],
    nsPerLineBest: times[0],
  };
}

/** Uses what was scanned, so that nothing can be left out; returns the lines refused. */
function scanAll(scanner: RecordScanner, end: number): number {
  const { values } = scanner;
  let refused = 0;
  let sum = 0;
  for (let pos = 0; pos < end; ) {
    pos = scanner.scan(pos, end, end + 64);
    if (scanner.reason !== 0) refused++;
    sum += values[0] + values[1] + scanner.keyEnd - scanner.keyStart;
  }
  if (refused !== 0 || !(sum > 0)) throw new Error(`bench scan: ${refused} lines refused, sum ${sum}`);
  return refused;
}

function check(scanner: RecordScanner, bytes: Uint8Array, end: number, lines: readonly string[]): void {
  const decoder = new TextDecoder();
  let pos = 0;
  for (const line of lines) {
    const next = scanner.scan(pos, end, end + 64);
    const key = decoder.decode(bytes.slice(scanner.keyStart, scanner.keyEnd));
    const found = JSON.stringify([scanner.reason, key, ...scanner.values, next - pos]);
    const record = JSON.parse(line) as { userId: string; amount: number; timestamp: number };
    const expected = JSON.stringify([0, record.userId, record.timestamp, record.amount, line.length]);
    if (found !== expected) throw new Error(`bench scan: expected ${expected}, found ${found}`);
    pos = next;
  }
}
