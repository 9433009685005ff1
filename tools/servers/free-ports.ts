import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the range that operating systems take for outgoing connections (32768 on Linux, 49152 elsewhere), so that
 * a port found free stays free until the broker, which starts for seconds, binds it.
 */
const firstPort = 20_000;
const endPort = 32_000;
const attemptsMax = 1000;

/** Distinct TCP ports on the loopback interface that nobody listens on. */
export async function findFreePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let attempt = 0; attempt < attemptsMax && found.size < count; attempt++) {
    const port = randomInt(firstPort, endPort);
    if (!found.has(port) && (await canBind(port))) found.add(port);
  }
  if (found.size < count) throw new Error(`found only ${found.size} of ${count} free ports`);
  return [...found];
}

function canBind(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
