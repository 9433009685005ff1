import { describe, expect, it } from 'vitest';
import {
  headInputEnd,
  headKind,
  headLongLineBytes,
  headOffset,
  kindLongLine,
} from '../../../native-free-core/layout/slot-layout.js';
import { lineBytesMax, longLineKeptBytes } from '../../../native-free-core/limits.js';
import { reserveMemory } from '../../../src/engine-memory.js';
import { LineChunker } from '../../../src/source/line-chunker.js';
import { defaultFeatureView } from '../../../src/view/default-feature-view.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';
import { MemorySource } from './memory-source.js';

/** A line as a chunk holds it, or, of an over-long one, its beginning and its whole length. */
interface Line {
  readonly offset: number;
  readonly text: string;
  readonly length: number;
}

const small = { chunkBytes: 4096, slots: 1, shardBytes: 1 << 20 };
const memory = reserveMemory(defaultFeatureView, 1, 1, small);
const { arena, slotLayout } = memory;
const encoder = new TextEncoder();
const mark = '\ufeff';
const kept = longLineKeptBytes;

function lineOf(bytes: Uint8Array, offset: number, length = bytes.length): Line {
  const isLong = length > lineBytesMax;
  return { offset, length, text: Buffer.from(isLong ? bytes.subarray(0, kept) : bytes).toString('latin1') };
}

/** What the input holds, by its definition. */
function linesOf(bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length) {
    const feed = bytes.indexOf(0x0a, at);
    const end = feed < 0 ? bytes.length : feed;
    lines.push(lineOf(bytes.subarray(at, end), at));
    at = end + 1;
  }
  return lines;
}

/** The lines of one chunk, and a check that the slot has room for whatever they are. */
function linesOfChunk(): Line[] {
  const input = slotLayout.input;
  const bytes = arena.u8.slice(input, arena.i32[headInputEnd]);
  const offset = arena.f64[headOffset];
  if (arena.i32[headKind] === kindLongLine) return [lineOf(bytes, offset, arena.f64[headLongLineBytes])];
  expect(bytes.length).toBeGreaterThan(0);
  expect(bytes.length).toBeLessThanOrEqual(slotLayout.inputBytesMax);
  // Rows and refusals of a slot are for the target: past it may lie one long line only.
  const first = bytes.indexOf(0x0a) < 0 ? bytes.length : bytes.indexOf(0x0a) + 1;
  expect(Math.min(bytes.length, bytes.length - first)).toBeLessThanOrEqual(slotLayout.targetBytes);
  if (first < slotLayout.targetBytes) expect(bytes.length).toBeLessThanOrEqual(slotLayout.targetBytes);
  return linesOf(Buffer.concat([Buffer.from('\n'), bytes]))
    .slice(1)
    .map(line => ({ ...line, offset: line.offset - 1 + offset }));
}

async function chunked(source: MemorySource): Promise<Line[]> {
  const chunker = new LineChunker(arena, slotLayout, source);
  const lines: Line[] = [];
  for (;;) {
    const filled = await chunker.fill(0);
    if (filled === 'chunk') lines.push(...linesOfChunk());
    if (filled !== 'end') continue;
    expect(chunker.offset).toBe(source.bytes.length);
    expect(await chunker.fill(0)).toBe('end');
    return lines;
  }
}

async function expectExact(
  text: string | Uint8Array,
  sizes: number[] = [1, 2, 3, 1000, 65_536],
): Promise<Line[]> {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text;
  const expected = linesOf(bytes);
  for (const size of sizes) {
    for (const later of [false, true]) {
      if (later && size < 1000 && bytes.length > 10_000) continue;
      const lines = await chunked(
        new MemorySource(
          bytes,
          () => size,
          () => later,
        ),
      );
      if (!same(lines, expected)) expect(shown(lines), `reads of ${size}`).toEqual(shown(expected));
    }
  }
  return expected;
}

function same(a: Line[], b: Line[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      (line, i) => line.offset === b[i].offset && line.length === b[i].length && line.text === b[i].text,
    )
  );
}

function shown(lines: Line[]): string[] {
  return lines.map(({ offset, length, text }) => `${offset} +${length} ${text.slice(0, 40)}`);
}

describe('lines', () => {
  it.each([
    ['nothing', ''],
    ['one line', 'a\n'],
    ['a missing last newline', 'a\nbc'],
    ['CRLF, kept with its line', 'a\r\nbc\r\n\r\n'],
    ['blank lines', '\n\n a \n\n\n'],
    ['only a newline', '\n'],
  ])('%s', async (_, text) => {
    await expectExact(text);
  });

  it('of a chunk and more', async () => {
    await expectExact('0123456789\n'.repeat(5000), [7, 4096, 65_536]);
  });
});

describe('byte order mark', () => {
  it.each([
    ['at the start is skipped, and its bytes are counted', `${mark}a\nb\n`, [3, 5]],
    ['alone is an empty input', mark, []],
    ['before a line break', `${mark}\na`, [3, 4]],
    ['twice: the second one stays', `${mark}${mark}a\n`, [3]],
    ['elsewhere stays', `a\n${mark}b\n`, [0, 2]],
  ])('%s', async (_, text, offsets) => {
    const lines = await expectExact(text);
    expect(lines.map(line => line.offset)).toEqual(offsets);
  });

  it('only begun is data', async () => {
    await expectExact(Uint8Array.of(0xef, 0xbb));
    await expectExact(Uint8Array.of(0xef, 0xbb, 0x0a, 0x61));
  });
});

describe('long lines', () => {
  const good = 'good\r\n\nx\n';
  const reads = [4093, 65_536];

  it.each([
    ['lineBytesMax - 1', lineBytesMax - 1],
    ['lineBytesMax', lineBytesMax],
    ['lineBytesMax + 1', lineBytesMax + 1],
    ['lineBytesMax + 4096', lineBytesMax + 4096],
    ['3 MiB', 3 << 20],
  ])('of %s bytes, and what follows', async (_, bytes) => {
    const long = 'y'.repeat(bytes);
    const lines = await expectExact(`first\n${long}\n${good}`, reads);
    expect(lines.map(line => line.offset).slice(0, 3)).toEqual([0, 6, 6 + bytes + 1]);
    await expectExact(`${long}\n${long}\r\n${good}`, reads);
    await expectExact(`${good}${long}`, reads);
    await expectExact(`${mark}${long}`, reads);
  });

  it('give the same wherever reads end', async () => {
    const text = `${'y'.repeat(lineBytesMax + 30)}\n${good}`;
    for (let size = lineBytesMax - 4; size < lineBytesMax + 40; size += 3) await expectExact(text, [size]);
  });

  it('directly followed by more short lines than one chunk takes', async () => {
    await expectExact(`${'y'.repeat(2 << 20)}\n${'{}\n'.repeat(200_000)}`, [4096, 65_521, 100_000]);
  });
});

describe('random texts cut at random borders', () => {
  const seed = seedOfRun();
  it(`have the same lines (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const pieces = [
      '\n',
      '\n',
      '\r\n',
      'abc',
      '{"userId":"x"}',
      mark,
      ' ',
      '0123456789'.repeat(50),
      'z'.repeat(9000),
    ];
    for (let round = 0; round < 60; round++) {
      const count = random.int(60);
      const parts = Array.from({ length: count }, () => pieces[random.int(pieces.length)]);
      if (round % 20 === 0)
        parts.splice(random.int(count + 1), 0, 'l'.repeat(lineBytesMax + random.int(20_000) - 9000));
      const bytes = encoder.encode(parts.join(''));
      const sizeMax = bytes.length > 1e6 ? 200_000 : [2, 50, 5000][random.int(3)];
      const source = new MemorySource(
        bytes,
        () => 1 + random.int(sizeMax),
        () => random.int(4) === 0,
      );
      const lines = await chunked(source);
      if (!same(lines, linesOf(bytes)))
        expect(shown(lines), `round ${round}, seed ${seed}`).toEqual(shown(linesOf(bytes)));
    }
  });
});

it('passes a failure of the source on', async () => {
  const failing = new MemorySource(encoder.encode('a\n'));
  failing.read = () => Promise.reject(new Error('gone'));
  await expect(new LineChunker(arena, slotLayout, failing).fill(0)).rejects.toThrow('gone');
});
