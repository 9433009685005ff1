import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { differsFrom, ensureEvents } from '../../../bench/pulsar/events.js';
import { judgePulsar, sideNames } from '../../../bench/pulsar/goals.js';
import { type PulsarFigure, playPulsarMatch } from '../../../bench/pulsar/match.js';
import { readResult } from '../../../bench/pulsar/run-side.js';
import { smallDataset, useCacheFolder } from '../small-dataset.js';

useCacheFolder();

it('adds up what the events file holds', () => {
  const { path, answer } = ensureEvents(smallDataset);
  const events = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { amount: number; timestamp: number });
  const amount = events.reduce((sum, event) => sum + event.amount, 0);
  expect(answer.messages).toBe(2000);
  expect(answer.bytes).toBe(smallDataset.bytes - 2000);
  expect(answer.cents).toBe(Math.round(amount * 100));
  expect(answer.timesMs).toBe(events.reduce((sum, event) => sum + event.timestamp - 1_732_300_000_000, 0));
  const result = { messages: 2000, seconds: 1, cpuSeconds: 1, rssMaxBytes: 1 };
  expect(differsFrom(answer, result)).toBeUndefined();
  expect(differsFrom(answer, { ...result, cents: answer.cents + 1 })).toContain('cents is');
});

it('takes only a whole result', () => {
  const line = '{"messages":1,"seconds":1,"cpuSeconds":1,"rssMaxBytes":1}';
  expect(readResult(`noise\n${line}\n`)).toMatchObject({ messages: 1 });
  expect(readResult('{"messages":1}')).toBeUndefined();
  expect(readResult('')).toBeUndefined();
});

it('plays rounds in turn, and stops with a side that is wrong', async () => {
  const child = (messages: number): string[] => [
    process.execPath,
    '-e',
    `console.log(JSON.stringify({messages:${messages},seconds:2,cpuSeconds:1,rssMaxBytes:5}))`,
  ];
  const figures = await playPulsarMatch(
    {
      work: 'drain',
      title: 'tiny',
      sides: [
        { name: 'right', command: child(10) },
        { name: 'wrong', command: child(9) },
        { name: 'broken', command: [process.execPath, '-e', 'process.exit(3)'] },
      ],
      task: id => ({ serviceUrl: 'pulsar://nowhere', topic: id }),
      check: ({ messages }) => Promise.resolve(messages === 10 ? undefined : `${messages} messages`),
    },
    2,
  );
  expect(figures.map(({ side, runs, answer }) => [side, runs, answer.slice(0, 19)])).toEqual([
    ['right', 2, 'equal'],
    ['wrong', 1, '9 messages'],
    ['broken', 0, 'broken ended with 3'],
  ]);
  expect(figures[0]).toMatchObject({ messagesPerSecond: 5, cpuSecondsPerMillion: 100_000 });
});

it('judges by ratios to the Java client', () => {
  const figure = (side: string, messagesPerSecond: number): PulsarFigure => ({
    work: 'produce',
    title: 'produce',
    side,
    runs: 1,
    messagesPerSecond,
    cpuSecondsPerMillion: 1e6 / messagesPerSecond,
    p50Ms: null,
    p99Ms: null,
    p999Ms: null,
    rssMaxBytes: null,
    answer: 'equal',
  });
  const goals = judgePulsar([figure(sideNames.java, 100), figure(sideNames.ours, 130)]);
  const [speed, cpu] = goals.filter(({ what }) => what.startsWith('produce'));
  expect([speed.got, speed.isReached]).toEqual(['1.30 x', true]);
  expect([cpu.got, cpu.isReached]).toEqual(['0.769 x', false]);
  expect(goals.find(({ what }) => what === 'drain, msg/s')).toMatchObject({ got: null, isReached: null });
});
