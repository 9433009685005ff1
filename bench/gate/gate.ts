import { findCheckout } from '../harness/checkout.js';
import { cpuModel, nodeMajor } from '../harness/machine.js';
import { printTable } from '../harness/table.js';
import { type Baseline, findBaseline, loadBaselines, saveBaseline } from './baselines.js';
import { type Change, compare, isPass, leastRatios, limitPercent, medianRatios } from './decide.js';
import { type Ratios, type Series, type SeriesOptions, seriesVersion } from './measure.js';
import { buildParent, type NoParent, type ParentBuild } from './parent.js';
import { runSeries } from './run-series.js';

export interface GateOptions {
  readonly slowPercent: number;
  /** Compare with the parent even where there is a baseline. */
  readonly parent: boolean;
  readonly say: (line: string) => void;
}

/** Series are measured until one decision is good: the least of up to this many. */
const seriesMax = 5;
const seriesForBaseline = 5;
/** Pairs of series, the parent's and ours. */
const pairs = 3;

const whole: SeriesOptions = { rounds: 11, warmRounds: 4, users: 100_000, events: 1 << 16, slowPercent: 0 };

/** @returns whether the gate is passed */
export async function runGate(options: GateOptions): Promise<boolean> {
  const cpu = cpuModel();
  const baseline = findBaseline(loadBaselines(), cpu, nodeMajor(), seriesVersion);
  if (baseline !== undefined && !options.parent) return againstBaseline(baseline, options);
  options.say(
    options.parent
      ? 'Asked to compare with the parent commit.'
      : `No baseline for ${cpu}, Node ${nodeMajor()}: comparing with the parent commit.`,
  );
  const parent = buildParent(findCheckout());
  if ('missing' in parent) return withoutParent(parent, options);
  try {
    return await againstParent(parent, options);
  } finally {
    parent.remove();
  }
}

async function againstBaseline(baseline: Baseline, { slowPercent, say }: GateOptions): Promise<boolean> {
  const series: Ratios[] = [];
  let changes: Change[] = [];
  for (let i = 1; i <= seriesMax; i++) {
    const measured = await runSeries(findCheckout(), { ...whole, slowPercent });
    series.push(measured.ratios);
    changes = compare(leastRatios(series), baseline.ratios);
    say(`series ${i}: ${describe(measured)}`);
    if (isPass(changes)) break;
  }
  report(leastRatios(series), baseline.ratios, changes, say);
  say(
    isPass(changes)
      ? `Passed, after ${series.length} of at most ${seriesMax} series.`
      : `FAILED: the hot path is slower than the baseline of ${baseline.recorded}, in each of ${seriesMax} series.`,
  );
  return isPass(changes);
}

async function againstParent(parent: ParentBuild, { slowPercent, say }: GateOptions): Promise<boolean> {
  const before: Ratios[] = [];
  const now: Ratios[] = [];
  for (let i = 0; i < pairs; i++) {
    const theirs = await runSeries(parent.checkout, whole);
    if (theirs.version !== seriesVersion) {
      const missing = `the parent measures by version ${theirs.version} of the series, not ${seriesVersion}`;
      return withoutParent({ missing, isNatural: true }, { slowPercent, say, parent: true });
    }
    before.push(theirs.ratios);
    const ours = await runSeries(findCheckout(), { ...whole, slowPercent });
    now.push(ours.ratios);
    say(`pair ${i + 1}: parent ${describe(theirs)}`);
    say(`        now    ${describe(ours)}`);
  }
  const changes = compare(medianRatios(now), medianRatios(before));
  report(medianRatios(now), medianRatios(before), changes, say);
  const commit = parent.commit.slice(0, 10);
  say(
    isPass(changes) ? `Passed, against ${commit}.` : `FAILED: the hot path is slower than that of ${commit}.`,
  );
  return isPass(changes);
}

/** Nothing to compare with. Where a parent could be had, or a baseline is demanded, that fails the gate. */
async function withoutParent(parent: NoParent, { slowPercent, say }: GateOptions): Promise<boolean> {
  const measured = await runSeries(findCheckout(), { ...whole, slowPercent });
  say(`Nothing to compare with: ${parent.missing}.`);
  say(`Measured: ${describe(measured)}`);
  const isDemanded = (process.env.MILLRACE_REQUIRE ?? '').split(/[\s,]+/).includes('gate-baseline');
  if (parent.isNatural && !isDemanded) {
    say('Passed without a comparison; `npm run bench:gate -- --update` records a baseline for this machine.');
    return true;
  }
  say('FAILED: a missing baseline fails the gate; `npm run bench:gate -- --update` records one.');
  return false;
}

/** Measures anew and writes the baseline of this CPU and Node. */
export async function updateBaseline(say: (line: string) => void): Promise<void> {
  const series: Series[] = [];
  for (let i = 1; i <= seriesForBaseline; i++) {
    const measured = await runSeries(findCheckout(), whole);
    series.push(measured);
    say(`series ${i}: ${describe(measured)}`);
  }
  const ratios = leastRatios(series.map(one => one.ratios));
  const best = series.reduce((a, b) => (b.ratios.total < a.ratios.total ? b : a));
  const rounded = (figures: object): never =>
    Object.fromEntries(
      Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]),
    ) as never;
  const baseline: Baseline = {
    version: seriesVersion,
    ratios: rounded(ratios),
    nsPerEvent: rounded(best.nsPerEvent),
    recorded: new Date().toISOString().slice(0, 10),
  };
  saveBaseline(cpuModel(), nodeMajor(), baseline);
  say(
    `Wrote bench/gate/baselines.json for ${cpuModel()}, Node ${nodeMajor()}: commit it by itself, and say why.`,
  );
}

function describe({ ratios, nsPerEvent }: Series): string {
  const parts = (['decode', 'aggregate', 'encode'] as const).map(
    name => `${name} ${ratios[name].toFixed(3)} (${nsPerEvent[name].toFixed(0)} ns)`,
  );
  return `total ${ratios.total.toFixed(3)}, ${parts.join(', ')}`;
}

function report(
  measured: Ratios,
  baseline: Ratios,
  changes: readonly Change[],
  say: (line: string) => void,
): void {
  const rows = changes.map(({ name, percent, isTooSlow }) => [
    name,
    measured[name].toFixed(3),
    baseline[name].toFixed(3),
    `${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %`,
    `+${limitPercent[name]} %`,
    isTooSlow ? 'TOO SLOW' : 'ok',
  ]);
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [
    { title: 'times the reference', align: 'left' as const },
    right('now'),
    right('before'),
    right('change'),
    right('limit'),
    { title: '', align: 'left' as const },
  ];
  say(printTable({ columns, rows }));
}
