import { describe, expect, it } from 'vitest';
import { firstPermitsMax } from '../../../../native-free-core/limits.js';
import { ReceiveArena } from '../../../../native-free-core/wire/receive-arena.js';
import { ArenaBudget } from '../../../../src/pulsar/consumer/arena-budget.js';
import { FlowPermits } from '../../../../src/pulsar/consumer/flow-permits.js';

const budgetOf = () => new ArenaBudget(new ReceiveArena(4, 1000 * 8, 8000));

function open(queueMessages: number, budget = budgetOf()) {
  const granted: number[] = [];
  const flow = new FlowPermits(queueMessages, budget, permits => granted.push(permits));
  flow.open();
  return { flow, granted, budget };
}

describe('flow permits', () => {
  it('begin with what the arena takes at an assumed size, and grow with what the first entry tells', () => {
    const { flow, granted } = open(100);
    // 24,000 bytes of budget, 1,024 for each.
    expect(granted).toEqual([23]);
    flow.arrived(100);
    flow.learn(10, 100);
    expect(granted).toEqual([23, 77]);
    expect(open(1000, new ArenaBudget(new ReceiveArena(4, 1 << 20, 8000))).granted).toEqual([
      firstPermitsMax,
    ]);
    expect(open(7).granted).toEqual([7]);
  });

  it('wait while they are paused, and a reminder is one more where nothing came', () => {
    const { flow, granted } = open(20);
    flow.remind();
    expect(granted).toEqual([20, 1]);
    flow.arrived(30);
    flow.remind();
    flow.taken(15, 30);
    flow.remind();
    flow.pause();
    flow.released(15, 30);
    flow.remind();
    expect(granted).toEqual([20, 1]);
    flow.resume();
    expect(granted).toEqual([20, 1, 14]);
    expect(flow.outstanding).toBe(20);
  });

  it('count messages, may owe some, and are topped up at half', () => {
    const { flow, granted } = open(100);
    flow.arrived(600);
    flow.learn(60, 600);
    flow.taken(60, 600);
    expect(flow.outstanding).toBe(40);
    flow.released(60, 600);
    expect(granted).toEqual([23, 77, 60]);
    expect(flow.outstanding).toBe(100);
  });

  it('stop at the arena’s room, and go on when some is given back', async () => {
    const { flow, granted, budget } = open(1000);
    flow.arrived(1000);
    flow.learn(1, 1000);
    // 24,000 bytes of budget: 23 messages of the assumed size, one more of the real one.
    expect(granted).toEqual([23, 1]);
    for (let i = 0; i < 24; i++) {
      if (i > 0) flow.arrived(1000);
      flow.taken(1, 1000);
    }
    expect(budget.freeBytes).toBe(0);
    const before = granted.length;
    for (let i = 0; i < 24; i++) flow.released(1, 1000);
    await Promise.resolve();
    expect(granted.length).toBeGreaterThan(before);
    expect(flow.outstanding).toBeLessThanOrEqual(24);
  });

  it('let whoever has nothing have one, however full the arena is', () => {
    const budget = budgetOf();
    budget.commit(budget.totalBytes);
    const { granted } = open(10, budget);
    expect(granted).toEqual([1]);
  });

  it('give the budget back with the session', () => {
    const { flow, budget } = open(10);
    flow.arrived(5000);
    flow.learn(1, 5000);
    flow.close();
    expect(budget.freeBytes).toBe(budget.totalBytes);
  });
});
