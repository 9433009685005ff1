import { describe, expect, it } from 'vitest';
import {
  entityLayout,
  inlineKeyBytesMax,
  recordKey,
} from '../../../native-free-core/layout/entity-layout.js';
import * as runWords from '../../../native-free-core/layout/run-words.js';
import * as shard from '../../../native-free-core/layout/shard-layout.js';
import {
  headBytes,
  indexEntryWords,
  refusalWords,
  rowWords,
  slotLayout,
} from '../../../native-free-core/layout/slot-layout.js';
import { columnsMax, workersMax } from '../../../native-free-core/limits.js';
import { defaultFeatureView } from '../../../src/view/default-feature-view.js';
import { randomView } from '../../oracle/random-stream.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();

type Area = readonly [name: string, from: number, bytes: number];

/** Throws where two areas overlap, or one ends past `end`. */
function expectDisjoint(areas: readonly Area[], end: number): void {
  const sorted = [...areas].sort((a, b) => a[1] - b[1]);
  sorted.forEach(([name, from, bytes], i) => {
    const next = i + 1 < sorted.length ? sorted[i + 1] : (['the end', end, 0] as const);
    if (from + bytes > next[1])
      throw new Error(`${name} ends at ${from + bytes}, in ${next[0]} at ${next[1]}`);
  });
}

describe('an entity record', () => {
  it('is one cache line for the built-in view', () => {
    expect(entityLayout(defaultFeatureView).recordBytes).toBe(64);
  });

  it('has a place of its own for everything, inside of it', () => {
    for (let round = 0; round < 300; round++) {
      const view = randomView(seededRandom(seed + round));
      const layout = entityLayout(view);
      const areas: Area[] = [
        ['fixed', 0, 24],
        ['key', recordKey * 4, inlineKeyBytesMax],
      ];
      const accumulators: number[] = [];
      const outputs: number[] = [];
      for (const window of layout.windows) {
        areas.push(['count', window.count * 4, 4]);
        outputs.push(window.countOutput);
        for (const moment of window.moments) {
          const isSquared = moment.squares >= 0;
          areas.push(['sum', moment.sum * 8, 16], ['bound', moment.bound * 4, isSquared ? 8 : 4]);
          if (isSquared) areas.push(['squares', moment.squares * 8, 16]);
          accumulators.push(moment.exact, ...(isSquared ? [moment.exact + 1] : []));
          outputs.push(moment.sumOutput, moment.meanOutput, moment.varianceOutput, moment.stddevOutput);
        }
        for (const extremum of window.extrema) areas.push(['extremum', extremum.value * 8, 8]);
        outputs.push(
          ...window.extrema.map(({ output }) => output),
          ...window.edges.map(({ output }) => output),
        );
      }
      expectDisjoint(areas, layout.recordBytes);
      expect(accumulators).toEqual(Array.from({ length: layout.accumulators }, (_, i) => i));
      const used = outputs.filter(output => output >= 0).sort((a, b) => a - b);
      expect(used, `seed ${seed + round}`).toEqual(Array.from({ length: layout.outputs }, (_, i) => i));
      expect(layout.outputOf.every(output => output < layout.outputs)).toBe(true);
      expect(layout.recordBytes % 8).toBe(0);
    }
  });
});

describe('a chunk slot', () => {
  it('has an area of its own for everything', () => {
    for (let round = 0; round < 100; round++) {
      const random = seededRandom(seed + round);
      const view = randomView(random);
      const { outputs } = entityLayout(view);
      const lanes = 1 + random.int(256);
      const slot = slotLayout(view, outputs, lanes, [256, 5000, 131_072][random.int(3)]);
      const rows = slot.rowsMax;
      expectDisjoint(
        [
          ['head', 0, headBytes],
          ['index', slot.index, rows * indexEntryWords * 4],
          ['laneStart', slot.laneStart, (lanes + 1) * 4],
          ['refusals', slot.refusals, (slot.targetBytes / 2) * refusalWords * 4],
          ['rows', slot.rows, rows * rowWords * 4],
          ['values', slot.values, rows * slot.rowDoubles * 8],
          ['input', slot.input, slot.inputBytesMax + 8],
          ['scratch', slot.scratch, slot.inputBytesMax + 8],
          ['vectors', slot.vectors, slot.inputBytesMax + 8],
          ['deadLetters', slot.deadLetters, 2 * slot.inputBytesMax + 8],
        ],
        slot.strideBytes,
      );
      expect(slot.outputs + outputs).toBe(slot.rowDoubles);
      for (const name of ['index', 'refusals', 'rows', 'values'] as const) {
        expect(slot[name] % 8, name).toBe(0);
      }
    }
  });
});

describe('a shard', () => {
  it('keeps its control words, tables and heap apart', () => {
    const lastList = shard.heapFreeBase + shard.heapClasses;
    expect(lastList * 4).toBeLessThanOrEqual(shard.newestMs * 8);
    expect((shard.eventStage + 1 + columnsMax) * 8).toBeLessThanOrEqual(shard.controlBytes);
    for (const [recordBytes, bytes, recordsMax] of [
      [64, 2 ** 30, undefined],
      [96, 1 << 20, 7],
      [4096, 1 << 24, undefined],
    ] as const) {
      const layout = shard.shardLayout(recordBytes, bytes, recordsMax);
      const index = layout.indexSlotsMax * 8;
      expect(layout.indexSlotsMax).toBeGreaterThan(layout.recordsMax);
      expectDisjoint(
        [
          ['control', 0, shard.controlBytes],
          ['index A', layout.indexA * 4, index],
          ['index B', layout.indexB * 4, index],
          ['records', layout.records * 4, layout.recordsMax * recordBytes],
          ['heap', layout.heap * 8, (layout.heapEnd - layout.heap) * 8],
        ],
        bytes,
      );
    }
  });

  it('is refused where there is no room', () => {
    expect(() => shard.shardLayout(64, 1 << 16, 1000)).toThrow(RangeError);
  });
});

describe('the control words of a run', () => {
  it('lie two cache lines apart, each on its own', () => {
    const slots = 8;
    const threads = Array.from({ length: workersMax + 1 }, (_, i) => i);
    const words = [
      runWords.stopWord,
      runWords.publishedWord,
      runWords.decodeTicketWord,
      runWords.encodeTicketWord,
      runWords.ackedWord,
      ...threads.flatMap(thread => [runWords.parkedWord(thread), runWords.bellWord(thread)]),
      ...threads.slice(1).map(thread => runWords.aggregatedWord(thread - 1)),
      ...Array.from({ length: slots }, (_, slot) => [
        runWords.decodedWord(slot),
        runWords.encodedWord(slot, slots),
      ]).flat(),
    ];
    expectDisjoint(
      words.map((word, i): Area => [`word ${i}`, word * 4, 128]),
      runWords.runWordsBytes(slots),
    );
  });
});
