import { describe, expect, it } from 'vitest';
import { recordRetained } from '../../../native-free-core/layout/entity-layout.js';
import {
  oldIndexBase,
  oldIndexMask,
  oldIndexNext,
  recordsLive,
} from '../../../native-free-core/layout/shard-layout.js';
import {
  addEntity,
  findEntity,
  guessEntity,
  isEntity,
  moveIndexSlice,
  removeEntity,
} from '../../../native-free-core/window/entity-table.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';
import { freeBlocks, keyData, plainView, shardFor } from './shard-for-test.js';

const seed = seedOfRun();

/** Hashes with few values, so that unequal keys share them, and probe runs are long and wrap. */
const hashings: Record<string, (key: string) => number> = {
  'spread hashes': key =>
    Math.imul(
      [...key].reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt(0)) | 0, 7),
      0x9e3779b1,
    ),
  'few hashes': key => -1 - (key.charCodeAt(key.length - 1) % 5),
  'one hash': () => 1023,
};

describe('the entity table', () => {
  for (const [name, hashOf] of Object.entries(hashings)) {
    it(`is a map under random additions and removals (${name})`, () => {
      const random = seededRandom(seed);
      const size = name === 'one hash' ? 250 : name === 'few hashes' ? 1100 : 2500;
      const s = shardFor(plainView, 1 << 22, size);
      const known = new Map<string, number>();
      let moved = 0;
      const keyOf = (n: number): string => (n % 5 === 0 ? `long-key-of-entity-${n}` : `k${n}`);
      for (let step = 0; step < 8 * size; step++) {
        const key = keyOf(random.int(2 * size));
        const { data, length } = keyData(key);
        const record = known.get(key) ?? 0;
        expect(findEntity(s, hashOf(key), data, 0, length), `seed ${seed}, step ${step}, ${key}`).toBe(
          record,
        );
        const isGrowing = step % (4 * size) < 2 * size;
        if (record === 0 && (isGrowing || random.int(4) === 0)) {
          const added = addEntity(s, hashOf(key), data, 0, length);
          expect(added === 0).toBe(known.size === size);
          if (added !== 0) known.set(key, added);
        } else if (record !== 0 && (!isGrowing || random.int(4) === 0)) {
          removeEntity(s, record, hashOf(key));
          expect(s.i32[record + recordRetained]).toBe(-1);
          known.delete(key);
        }
        if (s.i32[oldIndexBase] !== 0) moved++;
        if (random.int(8) === 0) moveIndexSlice(s, 16);
        if (step % size === 0) expect(s.i32[recordsLive]).toBe(known.size);
      }
      for (const [key, record] of known) {
        const { data, length } = keyData(key);
        expect(findEntity(s, hashOf(key), data, 0, length)).toBe(record);
      }
      freeBlocks(s);
      if (name !== 'one hash') expect(moved).toBeGreaterThan(100);
    }, 30_000);
  }

  it('finds entities of the old index while it moves, also removed and added again ones', () => {
    const s = shardFor(plainView, 1 << 22, 2000);
    const hash = 77;
    const records = new Map<string, number>();
    for (let n = 0; s.i32[oldIndexBase] === 0; n++) {
      const { data, length } = keyData(`k${n}`);
      records.set(`k${n}`, addEntity(s, hash + n * 7, data, 0, length));
    }
    const check = (): void => {
      for (const [key, record] of records) {
        const { data, length } = keyData(key);
        expect(findEntity(s, hash + Number(key.slice(1)) * 7, data, 0, length), key).toBe(record);
      }
    };
    check();
    for (let n = 0; n < 500; n += 3) {
      removeEntity(s, records.get(`k${n}`) as number, hash + n * 7);
      records.set(`k${n}`, 0);
    }
    check();
    while (s.i32[oldIndexBase] !== 0) {
      expect(s.i32[oldIndexNext]).toBeLessThanOrEqual(2 * (s.i32[oldIndexMask] + 1));
      moveIndexSlice(s, 10);
      check();
    }
  });

  it('guesses by hash alone, and does not know a removed entity by an old guess', () => {
    const s = shardFor(plainView);
    const a = keyData('a');
    const other = keyData('b');
    const record = addEntity(s, 5, a.data, 0, 1);
    expect(guessEntity(s, 5)).toBe(record);
    expect(guessEntity(s, 6)).toBe(0);
    expect(isEntity(s, record, a.data, 0, 1)).toBe(true);
    expect(isEntity(s, record, other.data, 0, 1)).toBe(false);
    removeEntity(s, record, 5);
    expect(isEntity(s, record, a.data, 0, 1)).toBe(false);
  });

  it('compares keys of every length byte for byte, whatever stands behind them', () => {
    const s = shardFor(plainView);
    for (let length = 1; length < 40; length++) {
      const text = 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqr'.slice(0, length);
      const { data } = keyData(text);
      const record = addEntity(s, 9, data, 0, length);
      const behind = Buffer.from(`${text}\xff\xff\xff\xff`, 'latin1');
      expect(isEntity(s, record, new DataView(behind.buffer, behind.byteOffset), 0, length)).toBe(true);
      expect(isEntity(s, record, new DataView(behind.buffer, behind.byteOffset), 0, length + 1)).toBe(false);
      for (let i = 0; i < length; i++) {
        const changed = Buffer.from(behind);
        changed[i] ^= 0x80;
        expect(isEntity(s, record, new DataView(changed.buffer, changed.byteOffset), 0, length)).toBe(false);
      }
    }
  });
});
