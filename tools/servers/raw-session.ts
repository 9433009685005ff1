import { connect, type Socket } from 'node:net';

/**
 * A few commands of Pulsar's binary protocol, by hand and independent of our client: enough to see that a broker
 * serves, and what a receipt costs when nothing else is in the way.
 */
const commands = {
  connect: 2,
  connected: 3,
  producer: 5,
  send: 6,
  sendReceipt: 7,
  error: 14,
  producerSuccess: 17,
  ping: 18,
  pong: 19,
} as const;
export type RawCommandName = keyof typeof commands;

const protocolVersion = 21;
const answerMsMax = 10_000;
const frameBytesMax = 5 << 20;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A protobuf message of numbers (varint) and of texts and messages (length-delimited), by field number. */
function message(fields: Readonly<Record<number, number | string | Buffer>>): Buffer {
  const parts = Object.entries(fields).map(([field, value]) => {
    if (typeof value === 'number') return Buffer.concat([varint(Number(field) << 3), varint(value)]);
    const bytes = Buffer.from(value as string);
    return Buffer.concat([varint((Number(field) << 3) | 2), varint(bytes.length), bytes]);
  });
  return Buffer.concat(parts);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** CRC-32C (RFC 3720, B.4), bit by bit. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f6_3b78 : 0);
  }
  return ~crc >>> 0;
}

/** A frame of a command; the body's field in the base command has the command's own number. */
function frame(name: RawCommandName, body: Buffer, payload = Buffer.alloc(0)): Buffer {
  const command = message({ 1: commands[name], [commands[name]]: body });
  return Buffer.concat([
    uint32(4 + command.length + payload.length),
    uint32(command.length),
    command,
    payload,
  ]);
}

export interface RawFrame {
  readonly name: RawCommandName | undefined;
  /** The base command, as bytes. */
  readonly command: Buffer;
}

/** One connection to a broker, without authentication. Answers pings. */
export class RawSession {
  readonly #socket: Socket;
  readonly #frames: RawFrame[] = [];
  #received: Buffer = Buffer.alloc(0);
  #wake: () => void = () => undefined;
  #failure: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', data => this.#take(data));
    socket.on('error', error => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the broker closed the connection')));
  }

  /** Connects and shakes hands. @throws Error when the broker does not answer CONNECTED */
  static async open(port: number): Promise<RawSession> {
    const session = new RawSession(connect(port, '127.0.0.1'));
    session.#socket.write(frame('connect', message({ 1: 'millrace-raw', 4: protocolVersion })));
    await session.expect('connected');
    return session;
  }

  /** Opens producer 0 of a topic that this broker owns (it was looked up before). */
  async openProducer(topic: string): Promise<void> {
    this.#socket.write(frame('producer', message({ 1: topic, 2: 0, 3: 1 })));
    await this.expect('producerSuccess');
  }

  /** Sends one message by itself, without the optional checksum, and waits for its receipt. */
  async sendAndWait(sequenceId: number, payload: Buffer, publishTimeMs: number): Promise<void> {
    const metadata = message({ 1: 'millrace-raw', 2: sequenceId, 3: publishTimeMs });
    const body = message({ 1: 0, 2: sequenceId });
    this.#socket.write(frame('send', body, Buffer.concat([uint32(metadata.length), metadata, payload])));
    await this.expect('sendReceipt');
  }

  /**
   * The same, with the checksum that every client of today sends.
   * @param more fields of its metadata: the broker does not look whether the payload is as they say
   */
  async sendChecked(
    sequenceId: number,
    payload: Buffer,
    more: Readonly<Record<number, number | string | Buffer>> = {},
  ): Promise<void> {
    const metadata = message({ 1: 'millrace-raw', 2: sequenceId, 3: Date.now(), ...more });
    const covered = Buffer.concat([uint32(metadata.length), metadata, payload]);
    const checked = Buffer.concat([Buffer.of(0x0e, 0x01), uint32(crc32c(covered)), covered]);
    this.#socket.write(frame('send', message({ 1: 0, 2: sequenceId }), checked));
    await this.expect('sendReceipt');
  }

  /** The next frame, which must be of that command. @throws Error otherwise, or after ten seconds */
  async expect(name: RawCommandName): Promise<RawFrame> {
    const next = await this.#next();
    if (next.name === name) return next;
    throw new Error(`expected ${name}, the broker sent ${next.name}: ${next.command.toString('latin1')}`);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #next(): Promise<RawFrame> {
    const limit = setTimeout(() => this.#fail(new Error('no answer in ten seconds')), answerMsMax);
    try {
      while (this.#frames.length === 0) {
        if (this.#failure !== undefined) throw this.#failure;
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
      }
      return this.#frames.shift() as RawFrame;
    } finally {
      clearTimeout(limit);
    }
  }

  #take(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    while (this.#received.length >= 8) {
      const total = this.#received.readUInt32BE(0);
      if (total > frameBytesMax) this.#fail(new Error(`a frame of ${total} bytes`));
      if (this.#received.length < 4 + total) return;
      const command = this.#received.subarray(8, 8 + this.#received.readUInt32BE(4));
      this.#received = this.#received.subarray(4 + total);
      this.#receive(command);
    }
  }

  #receive(command: Buffer): void {
    // The type is the first field: tag 0x08, and a varint of one byte for the commands known here.
    const type = command[0] === 0x08 ? command[1] : -1;
    const name = (Object.keys(commands) as RawCommandName[]).find(known => commands[known] === type);
    if (name === 'ping') this.#socket.write(frame('pong', Buffer.alloc(0)));
    else {
      this.#frames.push({ name, command });
      this.#wake();
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }
}
