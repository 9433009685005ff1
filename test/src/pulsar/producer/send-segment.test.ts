import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/pulsar/connection/connection.js';
import { PendingFrames } from '../../../../src/pulsar/producer/pending-frames.js';
import { type SendSegment, SendSegments } from '../../../../src/pulsar/producer/send-segment.js';
import { seededRandom, seedOfRun } from '../../../seeded-random.js';

/** What the segments look at: how much the socket has been given, and how much of it the system has taken. */
class Written {
  isOpen = true;
  queuedBytes = 0;
  writtenBytes = 0;
  asConnection(): Connection {
    return this as unknown as Connection;
  }
}

interface Frame {
  readonly segment: SendSegment;
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly messages: number;
  readonly sequenceId: number;
  readonly flags: number;
}

const segmentBytes = 1000;

/** Frames of random sizes through segments and ring, beside arrays that copy everything. */
class Pair {
  readonly segments = new SendSegments(segmentBytes);
  readonly pending = new PendingFrames();
  readonly model: Frame[] = [];
  connection = new Written();
  /** Given to a connection and not yet taken by the system: must not change. */
  readonly unwritten: { readonly frame: Frame; readonly until: number; readonly on: Written }[] = [];
  readonly known = new Set<SendSegment>();
  sequenceId = 0;

  push(size: number, fill: number, flags: number): void {
    const segment = this.segments.reserve(size);
    this.known.add(segment);
    const start = segment.at;
    segment.bytes.fill(fill, start, start + size);
    const messages = 1 + (size % 3);
    const { sequenceId } = this;
    this.pending.push(
      segment,
      start,
      start + size,
      sequenceId,
      sequenceId + messages - 1,
      messages,
      size,
      0,
      flags,
    );
    segment.at = start + size;
    this.sequenceId += messages;
    const bytes = segment.bytes.slice(start, start + size);
    const frame = { segment, start, bytes, messages, sequenceId, flags };
    this.model.push(frame);
    this.write(frame);
  }

  write(frame: Frame): void {
    this.connection.queuedBytes += frame.bytes.length;
    frame.segment.connection = this.connection.asConnection();
    frame.segment.writtenMark = this.connection.queuedBytes;
    this.unwritten.push({ frame, until: this.connection.queuedBytes, on: this.connection });
  }

  confirm(): void {
    this.segments.release(this.pending.shift());
    this.model.shift();
  }

  taken(bytes: number): void {
    const { connection } = this;
    connection.writtenBytes = Math.min(connection.queuedBytes, connection.writtenBytes + bytes);
  }

  reconnect(): void {
    this.connection.isOpen = false;
    this.connection = new Written();
    for (const frame of this.model) this.write(frame);
  }

  check(context: string): void {
    const { pending, model } = this;
    expect(pending.count, context).toBe(model.length);
    expect(pending.messages, context).toBe(model.reduce((sum, frame) => sum + frame.messages, 0));
    expect(pending.payloadBytes, context).toBe(model.reduce((sum, frame) => sum + frame.bytes.length, 0));
    model.forEach((frame, i) => {
      const row = pending.head + i;
      expect(pending.sequenceId(row), context).toBe(frame.sequenceId);
      expect(pending.highestSequenceId(row), context).toBe(frame.sequenceId + frame.messages - 1);
      expect(pending.flags(row), context).toBe(frame.flags);
      const { bytes } = pending.segment(row);
      expect(Buffer.compare(bytes.subarray(pending.start(row), pending.end(row)), frame.bytes), context).toBe(
        0,
      );
    });
    for (const { frame, until, on } of this.unwritten) {
      if (!on.isOpen || on.writtenBytes >= until) continue;
      const now = frame.segment.bytes.subarray(frame.start, frame.start + frame.bytes.length);
      expect(Buffer.compare(now, frame.bytes), `${context}: written over before it was sent`).toBe(0);
    }
  }
}

describe('segments and pending frames', () => {
  it('keep every frame as it was until its receipt and the end of its write', () => {
    const seed = seedOfRun();
    const random = seededRandom(seed);
    const pair = new Pair();
    for (let step = 0; step < 3000; step++) {
      const what = random.next();
      // Now and then one that is larger than a segment; long queues and empty ones.
      const pushes = Math.floor(step / 500) % 2 === 0 ? 0.55 : 0.25;
      if (what < pushes)
        pair.push(1 + random.int(random.next() < 0.03 ? 3000 : 300), 1 + random.int(255), random.int(8));
      else if (what < 0.8) {
        if (pair.model.length > 0) pair.confirm();
      } else if (what < 0.99) pair.taken(random.int(2000));
      else pair.reconnect();
      if (step % 10 === 0) pair.check(`seed ${seed}, step ${step}`);
    }
  });

  it('use few segments where receipts keep up', () => {
    const pair = new Pair();
    for (let i = 0; i < 500; i++) {
      pair.push(100, i & 0xff, 0);
      pair.taken(100);
      if (pair.model.length > 5) pair.confirm();
    }
    expect(pair.known.size).toBeLessThanOrEqual(2);
  });

  it('do not fill a segment again while the socket still has it, though all is confirmed', () => {
    const pair = new Pair();
    for (let i = 0; i < 30; i++) {
      pair.push(400, 1, 0);
      pair.confirm();
    }
    expect(pair.known.size).toBe(15);
    pair.taken(30 * 400);
    for (let i = 0; i < 30; i++) {
      pair.push(400, 1, 0);
      pair.taken(400);
      pair.confirm();
    }
    expect(pair.known.size).toBe(15);
  });
});

describe('marks of pending frames', () => {
  it('are put on all chunks of a message, and on nothing else', () => {
    const pending = new PendingFrames();
    const segment = new SendSegments(10).reserve(1);
    for (const sequenceId of [1, 2, 2, 2, 3]) pending.push(segment, 0, 1, sequenceId, sequenceId, 1, 1, 0, 1);
    pending.shift();
    pending.mark(2, 8);
    expect([0, 1, 2, 3].map(i => pending.flags(pending.head + i))).toEqual([9, 9, 9, 1]);
    for (let i = 0; i < 4; i++) pending.shift();
    expect(() => pending.shift()).toThrow('no pending frame');
  });
});
