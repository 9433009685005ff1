import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { receiveSegmentBytes } from '../../../native-free-core/limits.js';
import { ReceiveArena } from '../../../native-free-core/wire/receive-arena.js';
import type { Address } from '../../../src/pulsar/connection/address.js';
import { type Command, decodeCommand, encodeFrame } from '../../../src/pulsar/protocol/command.js';
import type { Decoded, Rows, Written } from '../../../src/pulsar/protocol/message-table.js';
import { connect, connected } from '../../../src/pulsar/protocol/session-commands.js';

/** One client of the fake broker, as the script sees it. */
export class FakeSession {
  readonly frames: Uint8Array[] = [];
  isClosed = false;
  #waiting: (() => void) | undefined;
  #rest: Buffer = Buffer.alloc(0);

  constructor(readonly socket: Socket) {
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      this.#waiting?.();
    });
    socket.on('data', chunk => {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      while (this.#rest.length >= 4 && this.#rest.length >= 4 + this.#rest.readUInt32BE(0)) {
        const end = 4 + this.#rest.readUInt32BE(0);
        this.frames.push(this.#rest.subarray(0, end));
        this.#rest = this.#rest.subarray(end);
      }
      this.#waiting?.();
    });
  }

  /** The next frame of the client; fails when it is gone. */
  async nextFrame(): Promise<Uint8Array> {
    for (;;) {
      const frame = this.frames.shift();
      if (frame !== undefined) return frame;
      if (this.isClosed) throw new Error('the client has gone');
      await new Promise<void>(resolve => {
        this.#waiting = resolve;
      });
    }
  }

  /** The next frame, which must be this command. */
  async expect<R extends Rows>(what: Command<R>): Promise<Decoded<R>> {
    const frame = await this.nextFrame();
    const size = Buffer.from(frame).readUInt32BE(4);
    return decodeCommand(what, new Uint8Array(frame.subarray(8, 8 + size)));
  }

  send<R extends Rows>(what: Command<R>, fields: Written<R>): void {
    this.socket.write(encodeFrame(what, fields));
  }

  /** Answers CONNECT. */
  async welcome(maxMessageSize?: number): Promise<void> {
    await this.expect(connect);
    this.send(connected, { serverVersion: 'fake', protocolVersion: 21, maxMessageSize });
  }
}

/** A TCP server that speaks frames by a script: for what a real broker cannot be made to do. */
export class FakeBroker {
  readonly sessions: FakeSession[] = [];
  /** What a script failed with. */
  readonly failures: unknown[] = [];

  private constructor(
    readonly server: Server,
    readonly address: Address,
  ) {}

  static async start(script: (session: FakeSession, index: number) => unknown): Promise<FakeBroker> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const broker = new FakeBroker(server, { host: '127.0.0.1', port, isTls: false });
    server.on('connection', socket => {
      const session = new FakeSession(socket);
      const index = broker.sessions.push(session) - 1;
      Promise.resolve(script(session, index)).catch(error => broker.failures.push(error));
    });
    return broker;
  }

  get url(): string {
    return `pulsar://127.0.0.1:${this.address.port}`;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.sessions) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }
}

export const quickOptions = {
  connectTimeoutMs: 2000,
  operationTimeoutMs: 2000,
  keepAliveMs: 30_000,
} as const;

/** An arena for a few connections, with room for one frame of a megabyte. */
export function smallArena(segments = 4, segmentBytes = 64 * 1024): ReceiveArena {
  return new ReceiveArena(segments, segmentBytes, receiveSegmentBytes + 16_384);
}
