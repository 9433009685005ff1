import type { OnReadOpts, Socket } from 'node:net';
import { spillBytes } from '../../../native-free-core/limits.js';
import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';
import {
  type FrameReader,
  frameIncomplete,
  frameReady,
} from '../../../native-free-core/wire/frame-reader.js';

export interface FrameReceiver {
  /** In place; see `FrameRange`. */
  onFrame(frame: FrameRange): void;
  /** Bytes came, be they a whole frame or not. */
  onBytes(): void;
  /** `status` of the frame reader: the stream cannot be followed further. */
  onBadFrame(status: number): void;
}

/**
 * From a socket into the arena. Over TCP the operating system writes into the arena itself; over TLS the decrypted
 * chunks are copied. When the arena has no free segment, reading stops until one is released, and the peer is slowed
 * down by TCP.
 */
export class ReceivePath {
  #socket: Socket | undefined;
  #isPaused = false;
  #isClosed = false;
  #isScheduled = false;
  /** Bytes that were read but found no room in the arena. */
  #rest: Uint8Array | undefined;
  /** What Node reads into next. It asks right after each read, so that a paused path must name something, too. */
  #target: Uint8Array;
  #spill: Uint8Array | undefined;
  readonly #resume = () => this.#tryResume();

  constructor(
    readonly reader: FrameReader,
    readonly receiver: FrameReceiver,
  ) {
    this.#target = this.#nextTarget();
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** For `net.connect`: reads go straight into the arena. */
  get onread(): OnReadOpts {
    return {
      buffer: () => this.#target,
      callback: (bytes, buffer) => this.#onRead(bytes, buffer),
    };
  }

  /** @param isCopied for TLS, where `onread` does not apply */
  attach(socket: Socket, isCopied: boolean): void {
    this.#socket = socket;
    if (isCopied) socket.on('data', (chunk: Uint8Array) => this.#onChunk(chunk));
    socket.resume();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.reader.arena.unwait(this);
    this.reader.close();
    this.#rest = undefined;
  }

  /** Called from within somebody's release: only schedules. */
  onSegmentFree(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#resume);
  }

  #onRead(bytes: number, buffer: Uint8Array): boolean {
    if (this.#isClosed) return false;
    this.receiver.onBytes();
    if (buffer === this.#spill) this.#feed(buffer.subarray(0, bytes));
    else {
      this.reader.filled(bytes);
      this.#drain();
    }
    if (this.#isClosed) return false;
    this.#target = this.#nextTarget();
    return !this.#isPaused;
  }

  #onChunk(chunk: Uint8Array): void {
    if (this.#isClosed) return;
    this.receiver.onBytes();
    const whole = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#feed(whole);
    if (this.#isPaused) this.#socket?.pause();
  }

  #nextTarget(): Uint8Array {
    const room = this.#rest === undefined ? this.reader.room() : 0;
    if (room > 0) return this.reader.bytes.subarray(this.reader.writeAt, this.reader.writeAt + room);
    this.#pause();
    this.#spill ??= new Uint8Array(spillBytes);
    return this.#spill;
  }

  #pause(): void {
    this.#isPaused = true;
    this.reader.arena.wait(this);
  }

  /** Copies a chunk into the arena, as far as there is room; the rest waits. */
  #feed(chunk: Uint8Array): void {
    this.#rest = undefined;
    for (let at = 0; at < chunk.length && !this.#isClosed; ) {
      const room = this.reader.room();
      if (room === 0) {
        this.#rest = chunk.subarray(at);
        this.#pause();
        return;
      }
      const bytes = Math.min(room, chunk.length - at);
      this.reader.bytes.set(chunk.subarray(at, at + bytes), this.reader.writeAt);
      this.reader.filled(bytes);
      at += bytes;
      this.#drain();
    }
  }

  #drain(): void {
    while (!this.#isClosed) {
      const status = this.reader.next();
      if (status === frameIncomplete) return;
      if (status === frameReady) this.receiver.onFrame(this.reader);
      else {
        this.receiver.onBadFrame(status);
        return;
      }
    }
  }

  #tryResume(): void {
    this.#isScheduled = false;
    if (this.#isClosed || !this.#isPaused) return;
    if (this.#rest !== undefined) this.#feed(this.#rest);
    if (this.#isClosed || this.#rest !== undefined || this.reader.room() === 0) return;
    this.#isPaused = false;
    this.reader.arena.unwait(this);
    this.#socket?.resume();
  }
}
