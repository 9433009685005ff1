import { describe, expect, it } from 'vitest';
import {
  metaClassMask,
  recordEvents,
  recordHead,
  recordMeta,
  recordRetained,
} from '../../../native-free-core/layout/entity-layout.js';
import { addEntity } from '../../../native-free-core/window/entity-table.js';
import {
  advanceRing,
  insertIntoRing,
  resizeRing,
  ringMask,
  scanRing,
} from '../../../native-free-core/window/event-ring.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';
import { keyData, plainView, shardFor } from './shard-for-test.js';

const seed = seedOfRun();

describe('the event ring', () => {
  it('is a sorted array under appends, insertions, dropping and resizing', () => {
    const random = seededRandom(seed);
    const s = shardFor(plainView);
    const { data, length } = keyData('ring');
    const record = addEntity(s, 1, data, 0, length);
    s.i32[record + recordEvents] = s.allocate(0);
    const [least, longest] = s.entity.windows;
    let events: [number, number][] = [];
    let clock = 10_000;
    for (let step = 0; step < 5000; step++) {
      const time =
        random.int(4) === 0 && events.length > 0
          ? clock - random.int(999)
          : clock + random.int(random.int(2) * 150 + 20);
      const staged = Float64Array.of(time, random.int(100));
      const mask = ringMask(s, record);
      if (events.length > mask)
        expect(resizeRing(s, record, (s.i32[record + recordMeta] & metaClassMask) + 1)).toBe(true);
      else if (mask > 3 && events.length <= mask >> 2)
        resizeRing(s, record, (s.i32[record + recordMeta] & metaClassMask) - 1);
      if (time >= clock) {
        clock = time;
        advanceRing(s, record, staged);
      }
      const at = insertIntoRing(s, record, staged);
      expect([s.f64[at], s.f64[at + 1]]).toEqual([...staged]);
      events.splice(events.findLastIndex(([other]) => other <= time) + 1, 0, [time, staged[1]]);
      events = events.filter(([other]) => other > clock - plainView.maxWindowMs);
      const ring = s.i32[record + recordEvents];
      const head = s.i32[record + recordHead];
      const found = Array.from({ length: s.i32[record + recordRetained] }, (_, i) => {
        const place = ring + ((head + i) & ringMask(s, record)) * 2;
        return [s.f64[place], s.f64[place + 1]];
      });
      expect(found, `seed ${seed}, step ${step}`).toEqual(events);
      for (const window of [least, longest]) {
        const inside = events.filter(([other]) => other > clock - window.windowMs);
        s.i32[record + window.count] = inside.length;
        for (const sign of [1, -1]) {
          const out = s.layout.heapEnd - 1;
          scanRing(s, record, inside.length, 0, sign, out);
          expect(sign * s.f64[out]).toBe(Math.min(...inside.map(event => sign * event[1])));
        }
      }
    }
  });
});
