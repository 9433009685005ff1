import { connect, createServer, type Server, type Socket } from 'node:net';

export type Direction = 'toBroker' | 'toClient';

/** One client's connection and the proxy's own to the broker. */
interface Pair {
  readonly client: Socket;
  readonly broker: Socket;
}

/** What a direction does to its bytes; shared by all connections, and changed while they live. */
interface Rule {
  delayMs: number;
  isDropped: boolean;
  /** Bytes that still pass before everything is cut; Infinity: never. */
  passBytes: number;
  bytes: number;
  /** Bytes of which one bit is turned, the first time that they come in one piece. */
  spoiled: Uint8Array | undefined;
}

function newRule(): Rule {
  return { delayMs: 0, isDropped: false, passBytes: Number.POSITIVE_INFINITY, bytes: 0, spoiled: undefined };
}

/** A TCP proxy on the loopback interface that can do to a connection what networks do. */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #rules: Readonly<Record<Direction, Rule>> = { toBroker: newRule(), toClient: newRule() };
  #isRefusing = false;
  /** Connections accepted so far. */
  connections = 0;

  private constructor(readonly targetPort: number) {
    this.#server = createServer({ allowHalfOpen: true }, client => this.#accept(client));
  }

  /** `port` 0: any free one. `host`: 127.0.0.2 and its like are the loopback as well, under another name. */
  static async start(targetPort: number, port = 0, host = '127.0.0.1'): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(port, host, resolve);
    });
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy is closed');
    return address.port;
  }

  get openConnections(): number {
    return this.#pairs.size;
  }

  /** Bytes that came from the other side, dropped ones included. */
  bytes(direction: Direction): number {
    return this.#rules[direction].bytes;
  }

  /** Holds every byte back for so long; 0 ends it for bytes yet to come. Order is kept while it does not shrink. */
  delay(direction: Direction, delayMs: number): void {
    this.#rules[direction].delayMs = delayMs;
  }

  /** Swallows all that comes; `toClient` loses receipts and pongs while the connection stands. */
  drop(direction: Direction, isDropped: boolean): void {
    this.#rules[direction].isDropped = isDropped;
  }

  /** Lets exactly `bytes` more pass in that direction, then cuts all connections: in the middle of a frame. */
  cutAfter(direction: Direction, bytes: number): void {
    this.#rules[direction].passBytes = bytes;
  }

  /** Turns a bit in the next bytes that are these, as bad memory on the way would. */
  spoil(direction: Direction, bytes: Uint8Array): void {
    this.#rules[direction].spoiled = bytes;
  }

  /** Resets all connections now. */
  cut(): void {
    for (const { client, broker } of this.#pairs) {
      client.resetAndDestroy();
      broker.resetAndDestroy();
    }
  }

  /** Ends one direction (FIN) and leaves the other open: `toClient` looks like a broker that says no more. */
  halfClose(direction: Direction): void {
    for (const pair of this.#pairs) (direction === 'toClient' ? pair.client : pair.broker).end();
  }

  /** While true, connections are accepted and reset at once. */
  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    this.connections++;
    client.on('error', () => undefined);
    if (this.#isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const broker = connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    broker.on('error', () => client.resetAndDestroy());
    const pair: Pair = { client, broker };
    this.#pairs.add(pair);
    this.#forward(client, broker, this.#rules.toBroker);
    this.#forward(broker, client, this.#rules.toClient);
    const gone = (other: Socket): void => {
      this.#pairs.delete(pair);
      other.destroy();
    };
    client.on('close', () => gone(broker));
    broker.on('close', () => gone(client));
  }

  #forward(from: Socket, to: Socket, rule: Rule): void {
    from.setNoDelay(true);
    let isOver = false;
    from.on('data', (data: Buffer) => {
      rule.bytes += data.length;
      // What comes between the cut and the end of the sockets must not pass any more.
      if (rule.isDropped || isOver) return;
      const spoiledAt = rule.spoiled === undefined ? -1 : data.indexOf(rule.spoiled);
      if (spoiledAt >= 0) {
        data[spoiledAt] ^= 1;
        rule.spoiled = undefined;
      }
      const passed = data.length <= rule.passBytes ? data : data.subarray(0, rule.passBytes);
      const isCut = data.length >= rule.passBytes;
      rule.passBytes = isCut ? Number.POSITIVE_INFINITY : rule.passBytes - data.length;
      isOver = isCut;
      if (isCut) to.write(passed, () => this.#cutInOrder(to));
      else if (rule.delayMs > 0) setTimeout(() => to.writable && to.write(passed), rule.delayMs);
      else if (!to.write(passed)) {
        // A slow side slows the other one down, as without a proxy.
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.on('end', () => {
      if (rule.delayMs > 0) setTimeout(() => to.end(), rule.delayMs);
      else to.end();
    });
  }

  /** A reset would discard what the other side has not read yet: that side gets a FIN, so the bytes arrive. */
  #cutInOrder(last: Socket): void {
    for (const { client, broker } of this.#pairs) {
      for (const socket of [client, broker]) {
        if (socket === last) socket.destroySoon();
        else socket.destroy();
      }
    }
  }
}
