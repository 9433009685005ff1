import { describe, expect, it } from 'vitest';
import {
  FrameReader,
  frameIncomplete,
  frameMalformed,
  frameReady,
  frameTooLarge,
} from '../../../native-free-core/wire/frame-reader.js';
import { ReceiveArena } from '../../../native-free-core/wire/receive-arena.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../seeded-random.js';

/** A frame of exactly `bytes` bytes whose command is 4 bytes and whose payload is made from `number`. */
function frameOf(number: number, bytes: number): Uint8Array {
  const frame = new Uint8Array(bytes);
  const view = new DataView(frame.buffer);
  view.setUint32(0, bytes - 4);
  view.setUint32(4, 4);
  frame.set([0x08, 9, 0x4a, 0], 8);
  for (let i = 12; i < bytes; i++) frame[i] = (number * 31 + i * 7) & 0xff;
  return frame;
}

function feed(reader: FrameReader, bytes: Uint8Array, from: number, most: number): number {
  const length = Math.min(reader.room(), most, bytes.length - from);
  reader.bytes.set(bytes.subarray(from, from + length), reader.writeAt);
  reader.filled(length);
  return length;
}

interface Held {
  readonly segment: number;
  readonly copy: Uint8Array;
  readonly start: number;
}

class Stream {
  readonly #frames: Uint8Array[] = [];
  readonly #bytes: Uint8Array;
  #at = 0;
  seen = 0;

  constructor(
    random: SeededRandom,
    frames: number,
    frameBytesMax: number,
    readonly reader: FrameReader,
    readonly held: Held[],
  ) {
    for (let i = 0; i < frames; i++) {
      const bytes = random.int(20) === 0 ? frameBytesMax : 12 + random.int(Math.min(150, frameBytesMax - 12));
      this.#frames.push(frameOf(i, bytes));
    }
    this.#bytes = new Uint8Array(Buffer.concat(this.#frames));
  }

  get isDone(): boolean {
    return this.seen === this.#frames.length;
  }

  /** Reads some bytes and takes what is whole; returns how many bytes were read. */
  step(random: SeededRandom): number {
    const length = feed(this.reader, this.#bytes, this.#at, 1 + random.int(120));
    this.#at += length;
    for (;;) {
      const status = this.reader.next();
      if (status === frameIncomplete) return length;
      expect(status).toBe(frameReady);
      const { start, end, segment, bytes } = this.reader;
      const copy = bytes.slice(start, end);
      if (Buffer.compare(copy, this.#frames[this.seen]) !== 0) throw new Error(`frame ${this.seen} differs`);
      this.seen++;
      if (random.int(3) !== 0) this.held.push({ segment: this.reader.arena.retain(segment), copy, start });
    }
  }
}

function releaseOne(arena: ReceiveArena, held: Held[], random: SeededRandom): void {
  const [frame] = held.splice(random.int(held.length), 1);
  const now = arena.bytes.subarray(frame.start, frame.start + frame.copy.length);
  if (Buffer.compare(now, frame.copy) !== 0) throw new Error('a held frame was overwritten');
  arena.release(frame.segment);
}

describe('FrameReader over a ReceiveArena', () => {
  it('never stands still for good, whatever the sizes, splits and orders of release', () => {
    const seed = seedOfRun();
    for (let round = 0; round < 60; round++) {
      const random = seededRandom(seed + round);
      const frameBytesMax = 64 + random.int(400);
      const connections = 1 + random.int(4);
      const arena = new ReceiveArena(connections + 1 + random.int(3), 64 + 8 * random.int(20), frameBytesMax);
      const held: Held[] = [];
      const streams = Array.from({ length: connections }, () => {
        expect(arena.join()).toBe(true);
        return new Stream(random, 60, frameBytesMax, new FrameReader(arena, frameBytesMax), held);
      });
      for (let steps = 0; streams.some(stream => !stream.isDone); steps++) {
        if (steps > 200_000) throw new Error(`stands still; seed ${seed} round ${round}`);
        const read = streams.reduce((sum, stream) => sum + stream.step(random), 0);
        // Only when nothing moves must a holder let go: the worst holder there can be.
        const mustRelease = read === 0 && streams.some(stream => !stream.isDone);
        if (held.length > 0 && (mustRelease || random.int(8) === 0)) releaseOne(arena, held, random);
        else if (mustRelease) throw new Error(`nothing is held, yet no room; seed ${seed} round ${round}`);
      }
      while (held.length > 0) releaseOne(arena, held, random);
      for (const stream of streams) stream.reader.close();
      expect(arena.freeBytes, `seed ${seed} round ${round}`).toBe(arena.segments * arena.segmentBytes);
    }
  });

  it('finds the body of a command in place', () => {
    const arena = new ReceiveArena(2, 64, 64);
    const reader = new FrameReader(arena, 64);
    feed(reader, Uint8Array.from([0, 0, 0, 10, 0, 0, 0, 6, 8, 38, 0xb2, 2, 1, 7]), 0, 64);
    expect(reader.next()).toBe(frameReady);
    expect(reader.type).toBe(38);
    expect([...reader.bytes.subarray(reader.bodyStart, reader.bodyEnd)]).toEqual([7]);
    expect(reader.next()).toBe(frameIncomplete);
  });

  it.each([
    ['longer than the bound', [0, 0, 0, 61, 0, 0, 0, 4], frameTooLarge],
    ['of 4 GiB', [255, 255, 255, 255], frameTooLarge],
    ['without a command', [0, 0, 0, 4, 0, 0, 0, 0], frameMalformed],
    ['of no bytes', [0, 0, 0, 0], frameMalformed],
    ['with a command longer than itself', [0, 0, 0, 10, 0, 0, 0, 7], frameMalformed],
    ['with a command of 4 GiB', [0, 0, 0, 10, 255, 255, 255, 255], frameMalformed],
    ['with an empty command', [0, 0, 0, 10, 0, 0, 0, 0], frameMalformed],
  ])('refuses a frame %s', (_what, bytes, status) => {
    const reader = new FrameReader(new ReceiveArena(2, 64, 64), 64);
    feed(reader, Uint8Array.from(bytes), 0, 64);
    expect(reader.next()).toBe(status);
  });
});

describe('ReceiveArena', () => {
  it('serves fewer connections than it has segments', () => {
    const arena = new ReceiveArena(3, 64, 64);
    expect([arena.join(), arena.join(), arena.join()]).toEqual([true, true, false]);
    arena.leave();
    expect(arena.join()).toBe(true);
  });

  it('tells who waits when a segment becomes free', () => {
    const arena = new ReceiveArena(2, 64, 64);
    let told = 0;
    const waiter = { onSegmentFree: () => told++ };
    arena.wait(waiter);
    const segment = arena.take();
    arena.retain(segment);
    arena.release(segment);
    expect(told).toBe(0);
    arena.release(segment);
    expect(told).toBe(1);
    arena.unwait(waiter);
    arena.release(arena.take());
    expect(told).toBe(1);
  });

  it('crashes on a release too many: a defect of ours', () => {
    const arena = new ReceiveArena(2, 64, 64);
    const segment = arena.take();
    arena.release(segment);
    expect(() => arena.release(segment)).toThrow(/more often/);
    expect(() => arena.retain(segment)).toThrow(/free/);
  });
});
