import { describe, expect, it } from 'vitest';
import { blockClass, logDirectoryBits } from '../../../native-free-core/layout/block-log-layout.js';
import { recordEvents } from '../../../native-free-core/layout/entity-layout.js';
import { heapNext } from '../../../native-free-core/layout/shard-layout.js';
import {
  appendBlock,
  entryOf,
  hasRoomForBlock,
  logOf,
} from '../../../native-free-core/window/block-directory.js';
import { addEntity } from '../../../native-free-core/window/entity-table.js';
import { ringToLog } from '../../../native-free-core/window/log-conversion.js';
import type { ShardMemory } from '../../../native-free-core/window/shard-memory.js';
import { freeBlocks, keyData, plainView, shardFor } from './shard-for-test.js';

/** A log with a full directory of 16 blocks. */
function fullDirectory(): { s: ShardMemory; log: number } {
  const s = shardFor(plainView, 1 << 18, 10);
  const { data, length } = keyData('hot');
  const record = addEntity(s, 1, data, 0, length);
  s.i32[record + recordEvents] = s.allocate(0);
  ringToLog(s, record);
  const log = logOf(s, record);
  for (let blocks = 1; blocks < 16; blocks++) appendBlock(s, log);
  return { s, log };
}

describe('the block directory', () => {
  it('never promises the same rest of the heap to a block and to a larger directory', () => {
    let promised = 0;
    for (let units = 0; units < 120; units++) {
      const { s, log } = fullDirectory();
      s.i32[heapNext] = s.layout.heapEnd - units * s.heapUnit;
      if (!hasRoomForBlock(s, log)) continue;
      promised++;
      const sequence = appendBlock(s, log);
      expect(s.i32[log + logDirectoryBits]).toBe(5);
      expect(s.i32[entryOf(s, log, sequence) * 2], `${units} units`).toBeGreaterThanOrEqual(s.layout.heap);
      freeBlocks(s);
    }
    expect(promised).toBeGreaterThan(10);
  });

  it('needs no larger directory while this one has entries', () => {
    const { s, log } = fullDirectory();
    appendBlock(s, log);
    s.i32[heapNext] = s.layout.heapEnd - (s.heapUnit << blockClass);
    expect(hasRoomForBlock(s, log)).toBe(true);
    expect(s.i32[entryOf(s, log, appendBlock(s, log)) * 2]).toBeGreaterThan(0);
    expect(hasRoomForBlock(s, log)).toBe(false);
  });
});
