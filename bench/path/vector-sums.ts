import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Answer } from '../harness/dataset.js';

const readBytes = 1 << 20;

/** The sums of a file of vectors by the letters that begin their features' names: c, s, mn, mx, av. */
export async function sumVectors(path: string): Promise<{ vectors: number; answer: Answer }> {
  const sums = new Map<string, number>();
  /** From a feature's name to its letters, once a name. */
  const letters = new Map<string, string>();
  let vectors = 0;
  let tail = '';
  for await (const text of createReadStream(path, { highWaterMark: readBytes, encoding: 'utf8' })) {
    const lines = (tail + text).split('\n');
    tail = lines.pop() ?? '';
    vectors += lines.length;
    for (const line of lines) {
      const vector = JSON.parse(line) as Record<string, unknown>;
      for (const name in vector) {
        const value = vector[name];
        if (typeof value !== 'number') continue;
        let letter = letters.get(name);
        if (letter === undefined) {
          letter = name.replace(/\d.*$/, '');
          letters.set(name, letter);
        }
        sums.set(letter, (sums.get(letter) ?? 0) + value);
      }
    }
  }
  const answer = { c: sums.get('c') ?? 0, s: sums.get('s') ?? 0, ...Object.fromEntries(sums) };
  return { vectors, answer };
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: readBytes }))
    hash.update(bytes as Buffer);
  return hash.digest('hex');
}
