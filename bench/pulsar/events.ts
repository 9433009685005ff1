import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { type Dataset, ensureDataset } from '../harness/dataset.js';
import type { PulsarResult } from './children.js';

/** 3 M JSON transactions of about 65 bytes, made by the generator on first use. */
export const pulsarDataset: Dataset = {
  name: 'pulsar-3m',
  users: 100_000,
  skew: 'uniform',
  events: 3_000_000,
  perWindow: 8,
  seed: 42,
  bytes: 198_058_226,
  sha256: '07eda51d4100007dce158d41a9331284973852357ad1710e9ca20704dfaf9d58',
  answers: {},
};

/** Times are added up from here, so that their sum is exact. */
export const startMs = 1_732_300_000_000;

export interface EventFile {
  readonly path: string;
  readonly answer: EventAnswer;
}

/** What a drain of all events must find. */
export interface EventAnswer {
  readonly messages: number;
  readonly bytes: number;
  readonly crc32: number;
  readonly cents: number;
  readonly timesMs: number;
}

/** The file, made now if it is not there, and what is in it, read from its lines. */
export function ensureEvents(dataset = pulsarDataset): EventFile {
  const path = ensureDataset(dataset);
  return { path, answer: answerOf(readFileSync(path)) };
}

const lineFeed = 0x0a;
const amountAt = '{"userId":"user-000000","amount":'.length;
const timestampName = ',"timestamp":';

export function answerOf(lines: Buffer): EventAnswer {
  const answer = { messages: 0, bytes: 0, crc32: 0, cents: 0, timesMs: 0 };
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf(lineFeed, start);
    const payload = lines.subarray(start, end);
    answer.messages++;
    answer.bytes += payload.length;
    answer.crc32 = crc32(payload, answer.crc32);
    const [amount, time] = payload.toString('latin1', amountAt, payload.length - 1).split(timestampName);
    answer.cents += Math.round(Number(amount) * 100);
    answer.timesMs += Number(time) - startMs;
    start = end + 1;
  }
  return answer;
}

/** What differs, or undefined. A figure that a child does not tell is not compared. */
export function differsFrom(answer: EventAnswer, result: PulsarResult): string | undefined {
  for (const name of ['messages', 'bytes', 'crc32', 'cents', 'timesMs'] as const) {
    const told = result[name];
    if (told !== undefined && told !== answer[name]) return `${name} is ${told}, not ${answer[name]}`;
  }
  return undefined;
}
