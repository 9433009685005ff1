/**
 * What a slow stream costs: the engine on the generator at a steady rate, measured from inside after its start.
 *
 *     node pace-run.js RATE SECONDS WORKERS
 *
 * RATE is in events per second; 0.001 is as good as idle. Prints `RESULT {"events":…,"seconds":…,"cores":…}`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { lanesDefault } from '../../native-free-core/limits.js';
import { startPipeline } from '../../src/pipeline.js';
import { benchView } from '../harness/views.js';

/** Start-up, and the compiling that follows it, are not what is asked for. */
const settleMs = 2000;

const [rate, seconds, workers] = process.argv.slice(2).map(Number);
const pipeline = await startPipeline({
  view: benchView('count-sum'),
  source: {
    kind: 'generator',
    options: {
      events: Number.POSITIVE_INFINITY,
      entities: 10_000,
      seed: 42,
      skew: { kind: 'uniform' },
      disorderMs: 0,
      ratePerSecond: rate,
      startMs: Date.now(),
    },
  },
  sink: { kind: 'none' },
  deadLetter: { kind: 'file', path: '/dev/null' },
  workers,
  lanes: lanesDefault,
  order: 'input',
});
await pause(settleMs);
const [begin, before, recordsBefore] = [performance.now(), process.cpuUsage(), pipeline.stats().records];
await pause(seconds * 1000);
const { user, system } = process.cpuUsage(before);
const took = (performance.now() - begin) / 1000;
const events = pipeline.stats().records - recordsBefore;
console.log(
  `RESULT ${JSON.stringify({ engine: 'millrace', events, seconds: took, cores: (user + system) / 1e6 / took })}`,
);
// Nothing was promised to anybody: no need to drain.
process.exit(0);
