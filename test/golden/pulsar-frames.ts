import { readFileSync } from 'node:fs';

/** A frame that was captured; see `pulsar/README.md`. */
export interface GoldenFrame {
  readonly name: string;
  readonly kind: string;
  readonly sender: 'client' | 'broker';
  readonly bytes: Uint8Array;
}

interface StoredFrame {
  name: string;
  kind: string;
  sender: 'client' | 'broker';
  hex: string;
  fill?: [number, number];
}

/** All golden frames, in the order in which they were sent. */
export const goldenFrames: readonly GoldenFrame[] = load();

/** The frames of a scenario of one kind. */
export function golden(name: string, kind: string): readonly Uint8Array[] {
  const found = goldenFrames.filter(frame => frame.name === name && frame.kind === kind);
  if (found.length === 0) throw new Error(`no golden frame ${name} ${kind}`);
  return found.map(frame => frame.bytes);
}

function load(): GoldenFrame[] {
  const text = readFileSync(new URL('./pulsar/frames.json', import.meta.url), 'utf8');
  const stored = JSON.parse(text) as StoredFrame[];
  return stored.map(({ name, kind, sender, hex, fill }) => {
    const head = Buffer.from(hex, 'hex');
    const tail = fill === undefined ? Buffer.alloc(0) : Buffer.alloc(fill[1], fill[0]);
    return { name, kind, sender, bytes: Uint8Array.from(Buffer.concat([head, tail])) };
  });
}
