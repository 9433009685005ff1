import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeatureView } from '../../native-free-core/feature-view.js';
import { reasonNames } from '../../native-free-core/reasons.js';
import { NoneSink } from '../../src/sink/none-sink.js';
import type { Sink } from '../../src/sink/sink.js';
import { EventGenerator } from '../../src/source/generator.js';
import { defaultFeatureView } from '../../src/view/default-feature-view.js';
import { built } from '../built.js';
import { seededRandom, seedOfRun } from '../seeded-random.js';
import { hostileLines } from './hostile-lines.js';
import { MemorySource } from './source/memory-source.js';

const { startBetween, startPipeline } = await built('src/pipeline.js');
const folder = mkdtempSync(join(tmpdir(), 'millrace-pipeline-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sizes = { chunkBytes: 4096, slots: 4, shardBytes: 8 << 20 };

/** Keeps all that it gets, each time after as long as it is told. */
class KeepingSink implements Sink {
  readonly isClosedByReader = false;
  readonly parts: Buffer[] = [];
  isBusy = false;
  constructor(readonly delayMs: () => number | undefined = () => undefined) {}

  write(bytes: Uint8Array): void | Promise<void> {
    if (this.isBusy) throw new Error('a write before the one before was confirmed');
    const ms = this.delayMs();
    if (ms === undefined) {
      this.parts.push(Buffer.from(bytes));
      return;
    }
    this.isBusy = true;
    // Copied late: the slot must not be given away before.
    return pause(ms).then(() => {
      this.parts.push(Buffer.from(bytes));
      this.isBusy = false;
    });
  }

  get text(): string {
    return Buffer.concat(this.parts).toString('latin1');
  }

  close(): void {}
}

/** Good events in disorder, with every kind of bad line strewn in. */
function mixedInput(seed: number): Buffer {
  const generator = new EventGenerator({
    events: 20_000,
    entities: 300,
    seed: 3,
    skew: { kind: 'zipf', exponent: 1.1 },
    disorderMs: 900_000,
    ratePerSecond: 5,
    startMs: 1_700_000_000_000,
  });
  const bytes = Buffer.alloc(4 << 20);
  const lines = bytes.toString('latin1', 0, generator.fill(bytes, 0, bytes.length, 20_000)).split('\n');
  const random = seededRandom(seed);
  const bad = hostileLines();
  const parts: Buffer[] = [];
  for (const line of lines) {
    parts.push(Buffer.from(`${line}\n`));
    if (random.int(20) === 0) parts.push(bad[random.int(bad.length)], Buffer.from('\n'));
  }
  return Buffer.concat(parts);
}

describe('the same bytes come out', () => {
  const seed = seedOfRun();
  const input = mixedInput(seed);
  let expected: { vectors: string; letters: string };

  async function outputs(workers: number, randomly: boolean): Promise<{ vectors: string; letters: string }> {
    const random = seededRandom(seed + workers);
    const size = randomly ? () => 1 + random.int(9000) : () => 65_536;
    const source = new MemorySource(input, size, () => randomly && random.int(5) === 0);
    source.publishTimeMs = 1_700_100_000_000;
    const delay = () => (randomly && random.int(50) === 0 ? random.int(3) : undefined);
    const vectors = new KeepingSink(delay);
    const letters = new KeepingSink(delay);
    const ends = { source, vectors, deadLetters: letters };
    const stats = await startBetween(ends, { view: defaultFeatureView, workers, lanes: 16 }, sizes).done;
    const deadLetters = letters.text.split('\n').length - 1;
    expect(stats).toMatchObject({ bytesIn: input.length, deadLetters });
    expect(stats.vectors).toBe(vectors.text.split('\n').length - 1);
    expect(source.isClosed).toBe(true);
    return { vectors: vectors.text, letters: letters.text };
  }

  beforeAll(async () => {
    expected = await outputs(1, false);
  });

  it.each([
    1, 2, 3, 5,
  ])(`from %i workers, whatever the reads and the sinks' pace (seed ${seed})`, async workers => {
    const got = await outputs(workers, true);
    expect(got.vectors === expected.vectors && got.letters === expected.letters).toBe(true);
  });

  it('with dead letters whose position and record are those of the input', () => {
    const letters = expected.letters
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(Buffer.from(line, 'latin1').toString()));
    const reasons = new Set(letters.map(letter => letter.reason));
    for (const reason of reasonNames)
      if (reason !== 'accepted' && reason !== 'capacity') expect(reasons).toContain(reason);
    let after = -1;
    for (const { position, record, record_base64, length } of letters) {
      const original = record === undefined ? Buffer.from(record_base64, 'base64') : Buffer.from(record);
      const end = input.indexOf(0x0a, position.offset);
      const whole = input.subarray(position.offset, end);
      expect(original.equals(length === undefined ? whole : whole.subarray(0, 65_536))).toBe(true);
      if (length !== undefined) expect(length).toBe(whole.length);
      expect(position.offset).toBeGreaterThan(after);
      after = position.offset;
    }
    const last = letters.at(-1).position;
    const feeds = input.subarray(0, last.offset).toString('latin1').split('\n').length;
    expect(last.line).toBe(feeds);
  });
});

describe('backpressure', () => {
  it('lets no more chunks in than there are slots, while a sink is slow', async () => {
    const input = Buffer.from('{"userId":"a","amount":1,"timestamp":5}\n'.repeat(50_000));
    let written = 0;
    const source = new MemorySource(input, () => 4096);
    const sink = new KeepingSink(() => 5);
    const ahead: number[] = [];
    const read = source.read.bind(source);
    let given = 0;
    source.read = target => {
      const got = read(target);
      given++;
      ahead.push(given - written);
      return got;
    };
    const write = sink.write.bind(sink);
    sink.write = async bytes => {
      await write(bytes);
      written++;
    };
    const ends = { source, vectors: sink, deadLetters: new NoneSink() };
    const pipeline = startBetween(ends, { view: defaultFeatureView, workers: 2, lanes: 4 }, sizes);
    await pause(300);
    pipeline.drain();
    await pipeline.done;
    expect(Math.max(...ahead)).toBeLessThanOrEqual(sizes.slots + 1);
    expect(given).toBeLessThan(input.length / 4096);
  });
});

describe('failures', () => {
  const good = Buffer.from('{"userId":"a","amount":1,"timestamp":5}\n'.repeat(5000));
  const options = { view: defaultFeatureView, workers: 2, lanes: 4 };

  it('of a worker stop the run with a message, and close everything', async () => {
    // A view that no worker can read: what it does with it throws there, not here.
    const broken: FeatureView = {
      ...defaultFeatureView,
      get columns() {
        return new Error().stack?.includes('reserveMemory') ? ['amount'] : ([null] as unknown as string[]);
      },
    };
    const source = new MemorySource(good);
    const ends = { source, vectors: new NoneSink(), deadLetters: new NoneSink() };
    const pipeline = startBetween(ends, { ...options, view: broken }, sizes);
    await expect(pipeline.done).rejects.toMatchObject({
      code: 'worker_failed',
      message: expect.stringMatching(/^a worker failed: .+/),
    });
    expect(source.isClosed).toBe(true);
  });

  it('of a worker are heard while a sink never confirms', async () => {
    let stuck = (): void => {};
    const isStuck = new Promise<void>(resolve => (stuck = resolve));
    const vectors: Sink = {
      isClosedByReader: false,
      write: () => {
        stuck();
        return new Promise(() => {});
      },
      close: () => {},
    };
    const source = new MemorySource(good, () => 4096);
    const { Pump } = await import('../../src/pump.js');
    const { reserveMemory } = await import('../../src/engine-memory.js');
    const { LineChunker } = await import('../../src/source/line-chunker.js');
    const { runWorkers } = await built('src/worker-pool.js');
    const memory = reserveMemory(defaultFeatureView, 1, 4, sizes);
    const chunker = new LineChunker(memory.arena, memory.slotLayout, source);
    const pump = new Pump(memory, { chunker, vectors, deadLetters: new NoneSink() });
    const workers = runWorkers(memory.tasks);
    const done = pump.run();
    await isStuck;
    pump.fail(new Error('a worker failed: on purpose'));
    await expect(done).rejects.toThrow('on purpose');
    await workers.done;
    await workers.destroy();
  });

  it('of the source or of a sink come out as they are', async () => {
    const source = new MemorySource(good);
    source.read = () => Promise.reject(new Error('no source'));
    const none = new NoneSink();
    await expect(
      startBetween({ source, vectors: none, deadLetters: none }, options, sizes).done,
    ).rejects.toThrow('no source');
    for (const write of [() => Promise.reject(new Error('no sink')), () => expect.fail('no sink')]) {
      const vectors = { isClosedByReader: false, write, close: () => {} };
      const ends = { source: new MemorySource(good), vectors, deadLetters: none };
      await expect(startBetween(ends, options, sizes).done).rejects.toThrow('no sink');
    }
  });
});

describe('draining', () => {
  it('finishes what was read, though the source never ends', async () => {
    const vectors = new KeepingSink();
    const source = new MemorySource(Buffer.from('{"userId":"a","amount":1,"timestamp":5}\n{"user'));
    const read = source.read.bind(source);
    let reads = 0;
    source.read = target => (reads++ === 0 ? read(target) : new Promise(() => {}));
    const ends = { source, vectors, deadLetters: new NoneSink() };
    const pipeline = startBetween(ends, { view: defaultFeatureView, workers: 1, lanes: 1 }, sizes);
    while (vectors.text === '') await pause(5);
    pipeline.drain();
    expect(await pipeline.done).toMatchObject({ vectors: 1, records: 1, bytesIn: 40, entities: 1 });
    expect(vectors.text).toBe('{"userId":"a","transactionCount10Min":1,"totalAmount10Min":1}\n');
  });

  it('ends when the reader of the vectors has gone', async () => {
    let written = 0;
    const vectors = {
      isClosedByReader: false,
      write: () => {
        vectors.isClosedByReader = ++written > 2;
      },
      close: () => {},
    };
    const endless = new MemorySource(
      Buffer.from('{"userId":"a","amount":1,"timestamp":5}\n'.repeat(1e6)),
      () => 4096,
    );
    const ends = { source: endless, vectors, deadLetters: new NoneSink() };
    const stats = await startBetween(ends, { view: defaultFeatureView, workers: 1, lanes: 1 }, sizes).done;
    expect(stats.records).toBeLessThan(1e5);
  });
});

it('opens a file, and makes no dead-letter file where there is none to write', async () => {
  const path = join(folder, 'in.ndjson');
  writeFileSync(path, '{"userId":"a","amount":0.25,"timestamp":5}');
  const out = join(folder, 'out.ndjson');
  const deadLetter = { kind: 'file', path: join(folder, 'dead') } as const;
  const source = { kind: 'file', path } as const;
  const options = {
    view: defaultFeatureView,
    workers: 1,
    lanes: 2,
    order: 'input',
    deadLetter,
    source,
  } as const;
  const { done } = await startPipeline({ ...options, sink: { kind: 'file', path: out } }, sizes);
  expect(await done).toMatchObject({
    vectors: 1,
    deadLetters: 0,
    sample: readFileSync(out, 'utf8').trimEnd(),
  });
  expect(() => readFileSync(deadLetter.path)).toThrow('ENOENT');
  await expect(startPipeline({ ...options, sink: { kind: 'file', path: folder } }, sizes)).rejects.toThrow(
    'directory',
  );
  await expect(
    startPipeline({ ...options, source: { kind: 'file', path: out + 1 }, sink: { kind: 'none' } }),
  ).rejects.toThrow('no such file');
});
