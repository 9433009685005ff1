/**
 * The service that everybody writes first, in TypeScript: one process, JSON.parse, a Map of users. A port of
 * `node/naive.mjs` of the peers' folder (same algorithms, same answers), so that the comparison needs nothing else.
 *
 *     node naive-service.js FILE naive|running-sum a|a3       a: count and sum; a3: three windows, five functions
 *
 * `LIMIT_S` stops it after so many seconds. Prints one `RESULT {json}` line.
 */
import { createReadStream } from 'node:fs';

interface TransactionEvent {
  userId: string;
  amount: number;
  timestamp: number;
}

interface Answer {
  c: number;
  s: number;
  mn?: number;
  mx?: number;
  av?: number;
}

interface Service {
  push(event: TransactionEvent): void;
  answer(): Answer;
}

const windowMs = 600_000;
const windowsMs = [60_000, 600_000, 3_600_000];
const longestMs = 3_600_000;

interface Arrays {
  times: number[];
  amounts: number[];
}

/** An array of events per user, shifted and summed anew for every event. */
class NaiveService implements Service {
  readonly #users = new Map<string, Arrays>();
  #counts = 0;
  #sums = 0;

  push(event: TransactionEvent): void {
    let user = this.#users.get(event.userId);
    if (!user) {
      user = { times: [], amounts: [] };
      this.#users.set(event.userId, user);
    }
    user.times.push(event.timestamp);
    user.amounts.push(event.amount);
    const cut = event.timestamp - windowMs;
    while (user.times.length && user.times[0] <= cut) {
      user.times.shift();
      user.amounts.shift();
    }
    const sum = user.amounts.reduce((total, amount) => total + amount, 0);
    this.#counts += user.times.length;
    this.#sums += sum;
  }

  answer(): Answer {
    return { c: this.#counts, s: this.#sums };
  }
}

/** A ring of typed arrays with a running (drifting) sum. */
class Ring {
  times = new Float64Array(8);
  amounts = new Float64Array(8);
  head = 0;
  count = 0;
  sum = 0;

  push(time: number, amount: number): void {
    if (this.count === this.times.length) this.#grow();
    const at = (this.head + this.count) & (this.times.length - 1);
    this.times[at] = time;
    this.amounts[at] = amount;
    this.count++;
    this.sum += amount;
  }

  #grow(): void {
    const capacity = this.times.length;
    const times = new Float64Array(capacity * 2);
    const amounts = new Float64Array(capacity * 2);
    for (let i = 0; i < capacity; i++) {
      const from = (this.head + i) & (capacity - 1);
      times[i] = this.times[from];
      amounts[i] = this.amounts[from];
    }
    this.times = times;
    this.amounts = amounts;
    this.head = 0;
  }

  evict(cut: number): void {
    const mask = this.times.length - 1;
    while (this.count && this.times[this.head] <= cut) {
      this.sum -= this.amounts[this.head];
      this.head = (this.head + 1) & mask;
      this.count--;
    }
    if (!this.count) this.sum = 0;
  }
}

class RunningSumService implements Service {
  readonly #users = new Map<string, Ring>();
  #counts = 0;
  #sums = 0;

  push(event: TransactionEvent): void {
    let user = this.#users.get(event.userId);
    if (user === undefined) {
      user = new Ring();
      this.#users.set(event.userId, user);
    }
    user.evict(event.timestamp - windowMs);
    user.push(event.timestamp, event.amount);
    this.#counts += user.count;
    this.#sums += user.sum;
  }

  answer(): Answer {
    return { c: this.#counts, s: this.#sums };
  }
}

/** Three windows over one array per user: each is scanned from its end for every event. */
class RescanThreeWindows implements Service {
  readonly #users = new Map<string, Arrays>();
  readonly #answer = { c: 0, s: 0, mn: 0, mx: 0, av: 0 };

  push(event: TransactionEvent): void {
    let user = this.#users.get(event.userId);
    if (!user) {
      user = { times: [], amounts: [] };
      this.#users.set(event.userId, user);
    }
    user.times.push(event.timestamp);
    user.amounts.push(event.amount);
    while (user.times[0] <= event.timestamp - longestMs) {
      user.times.shift();
      user.amounts.shift();
    }
    for (const length of windowsMs) this.#scan(user, event.timestamp - length);
  }

  #scan(user: Arrays, cut: number): void {
    let count = 0;
    let sum = 0;
    let least = Infinity;
    let greatest = -Infinity;
    for (let i = user.times.length - 1; i >= 0 && user.times[i] > cut; i--) {
      const amount = user.amounts[i];
      count++;
      sum += amount;
      if (amount < least) least = amount;
      if (amount > greatest) greatest = amount;
    }
    const answer = this.#answer;
    answer.c += count;
    answer.s += sum;
    answer.mn += least;
    answer.mx += greatest;
    answer.av += sum / count;
  }

  answer(): Answer {
    return this.#answer;
  }
}

const frontSlack = 32;

/** A monotone queue: its front is the least (sign 1) or the greatest (sign -1) of the window. */
class MonotoneQueue {
  readonly #times: number[] = [];
  readonly #values: number[] = [];
  #head = 0;

  push(time: number, value: number, sign: number): void {
    while (this.#times.length > this.#head && sign * this.#values[this.#values.length - 1] >= sign * value) {
      this.#times.pop();
      this.#values.pop();
    }
    this.#times.push(time);
    this.#values.push(value);
  }

  front(cut: number): number {
    while (this.#times[this.#head] <= cut) this.#head++;
    if (this.#head > frontSlack && this.#head * 2 > this.#times.length) {
      this.#times.splice(0, this.#head);
      this.#values.splice(0, this.#head);
      this.#head = 0;
    }
    return this.#values[this.#head];
  }
}

interface WindowState {
  ring: Ring;
  least: MonotoneQueue;
  greatest: MonotoneQueue;
}

/** Three windows, each with a running sum and two monotone queues: nine objects per user. */
class RunningThreeWindows implements Service {
  readonly #users = new Map<string, WindowState[]>();
  readonly #answer = { c: 0, s: 0, mn: 0, mx: 0, av: 0 };

  push({ userId, timestamp, amount }: TransactionEvent): void {
    let user = this.#users.get(userId);
    if (user === undefined) {
      user = windowsMs.map(() => ({
        ring: new Ring(),
        least: new MonotoneQueue(),
        greatest: new MonotoneQueue(),
      }));
      this.#users.set(userId, user);
    }
    const answer = this.#answer;
    for (let w = 0; w < windowsMs.length; w++) {
      const cut = timestamp - windowsMs[w];
      const { ring, least, greatest } = user[w];
      ring.evict(cut);
      ring.push(timestamp, amount);
      least.push(timestamp, amount, 1);
      greatest.push(timestamp, amount, -1);
      answer.c += ring.count;
      answer.s += ring.sum;
      answer.mn += least.front(cut);
      answer.mx += greatest.front(cut);
      answer.av += ring.sum / ring.count;
    }
  }

  answer(): Answer {
    return this.#answer;
  }
}

function makeService(kind: string, mode: string): Service {
  switch (`${kind} ${mode}`) {
    case 'naive a':
      return new NaiveService();
    case 'running-sum a':
      return new RunningSumService();
    case 'naive a3':
      return new RescanThreeWindows();
    case 'running-sum a3':
      return new RunningThreeWindows();
    default:
      throw new Error('usage: naive-service FILE naive|running-sum a|a3');
  }
}

const readBytes = 1 << 20;

/** Strings of a mebibyte, split: quicker than readline. Gives the events that were pushed. */
async function pushLines(file: string, service: Service, deadline: number): Promise<number> {
  let tail = '';
  let events = 0;
  for await (const text of createReadStream(file, { highWaterMark: readBytes, encoding: 'utf8' })) {
    const lines = (tail + text).split('\n');
    tail = lines.pop() ?? '';
    for (const line of lines) service.push(JSON.parse(line) as TransactionEvent);
    events += lines.length;
    if (performance.now() > deadline) break;
  }
  return events;
}

const [file, kind, mode] = process.argv.slice(2);
const service = makeService(kind, mode);
const start = performance.now();
const events = await pushLines(file, service, start + Number(process.env.LIMIT_S || 1e9) * 1000);
const seconds = (performance.now() - start) / 1000;
console.log(
  `RESULT ${JSON.stringify({ engine: `node-${kind}`, mode, events, seconds, ...service.answer() })}`,
);
