import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpProxy } from './tcp-proxy.js';

let server: Server;
let proxy: TcpProxy;
const accepted: Socket[] = [];

beforeEach(async () => {
  accepted.length = 0;
  server = createServer({ allowHalfOpen: true }, socket => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    // An echo: what came back says what arrived.
    socket.on('data', data => socket.write(data));
    socket.on('end', () => socket.end());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  proxy = await TcpProxy.start((server.address() as AddressInfo).port);
});

afterEach(async () => {
  await proxy.close();
  for (const socket of accepted) socket.destroy();
  await new Promise(resolve => server.close(resolve));
});

async function client(allowHalfOpen = false): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen });
  let received = '';
  socket.on('data', data => {
    received += data.toString();
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { socket, received: () => received };
}

/** Unlike `once`, also when it was reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise(resolve => socket.once('close', () => resolve()));
}

describe('the TCP proxy', () => {
  it('forwards both ways and counts', async () => {
    const { socket, received } = await client();
    socket.write('hello');
    await expect.poll(received).toBe('hello');
    expect([proxy.connections, proxy.bytes('toBroker'), proxy.bytes('toClient')]).toEqual([1, 5, 5]);
    socket.destroy();
    await expect.poll(() => proxy.openConnections).toBe(0);
  });

  it('cuts after exactly so many bytes towards the client, which arrive', async () => {
    const { socket, received } = await client();
    proxy.cutAfter('toClient', 3);
    socket.write('hello');
    await closed(socket);
    expect(received()).toBe('hel');
  });

  it('cuts after exactly so many bytes towards the broker, which arrive', async () => {
    const { socket } = await client();
    await expect.poll(() => accepted.length).toBe(1);
    let arrived = '';
    accepted[0].on('data', data => {
      arrived += data.toString();
    });
    proxy.cutAfter('toBroker', 2);
    socket.write('hello');
    await closed(socket);
    await expect.poll(() => arrived).toBe('he');
  });

  it('swallows one direction and leaves the other', async () => {
    const { socket, received } = await client();
    proxy.drop('toClient', true);
    socket.write('lost');
    await expect.poll(() => proxy.bytes('toClient')).toBe(4);
    proxy.drop('toClient', false);
    socket.write('found');
    await expect.poll(received).toBe('found');
  });

  it('delays in order', async () => {
    const { socket, received } = await client();
    proxy.delay('toBroker', 80);
    const sent = performance.now();
    socket.write('a');
    await sleep(10);
    socket.write('b');
    await expect.poll(received).toBe('ab');
    expect(performance.now() - sent).toBeGreaterThanOrEqual(80);
  });

  it('closes one direction only', async () => {
    const { socket } = await client(true);
    await expect.poll(() => accepted.length).toBe(1);
    proxy.halfClose('toClient');
    await once(socket, 'end');
    const arrived = once(accepted[0], 'data');
    socket.write('still');
    expect(String((await arrived)[0])).toBe('still');
    socket.destroy();
  });

  it('resets what is open, and refuses what comes, when told', async () => {
    const first = await client();
    await expect.poll(() => accepted.length).toBe(1);
    const gone = closed(first.socket);
    proxy.cut();
    await gone;
    proxy.refuse(true);
    const second = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    await closed(second);
    proxy.refuse(false);
    const third = await client();
    third.socket.write('x');
    await expect.poll(third.received).toBe('x');
    third.socket.destroy();
  });
});
