import { describe, expect, it } from 'vitest';
import { benchCore, runCore } from '../../../bench/core/core.js';
import { findClass, loadTargets } from '../../../bench/core/targets.js';
import { findDataset, loadDatasets } from '../../../bench/harness/dataset.js';

describe('the core', () => {
  it.each(['uniform', 'zipf'] as const)('runs small on %s users, its answers checked', async skew => {
    expect(await runCore({ users: 300, skew, events: 6000, perWindow: 8, seed: 7 }, 1)).toBeGreaterThan(0);
  });

  it('makes a table, with the C++ left out', async () => {
    const options = { rounds: 1, lapEvents: 4096, laps: 1, native: false };
    const section = await benchCore([findDataset('1k-uniform')], options);
    expect(section.table.rows).toHaveLength(1);
    expect(section.table.rows[0]).toHaveLength(section.table.columns.length);
    expect(section.wrong).toEqual([]);
  });
});

describe('targets.json', () => {
  const classes = loadTargets();

  it('has a target for every data set in every class, and says how it was come by', () => {
    for (const machine of classes) {
      expect(Object.keys(machine.core).sort()).toEqual(
        loadDatasets()
          .map(({ name }) => name)
          .sort(),
      );
      expect(['measured', 'projected']).toContain(machine.basis);
      expect(machine.how.length).toBeGreaterThan(20);
    }
  });

  it('knows its machines', () => {
    expect(findClass(classes, 'AMD EPYC (family 25 model 1)', 2)?.basis).toBe('measured');
    const xeon = 'Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz (family 6 model 85)';
    expect(findClass(classes, xeon, 8)?.basis).toBe('projected');
    expect(findClass(classes, 'AMD EPYC (family 25 model 1)', 64)).toBeUndefined();
  });
});
