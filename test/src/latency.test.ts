import { expect, it } from 'vitest';
import { Latency } from '../../src/latency.js';

it('is 0 before the first chunk', () => {
  expect(new Latency()).toMatchObject({ median: 0, max: 0 });
});

it('gives the median of the latest 512 and the greatest of all', () => {
  const latency = new Latency();
  for (const ms of [9, 1, 5]) latency.add(ms);
  expect(latency).toMatchObject({ median: 5, max: 9 });
  latency.add(1000);
  for (let i = 0; i < 512; i++) latency.add(2 + (i % 2) * 0.5);
  expect(latency).toMatchObject({ median: 2.5, max: 1000 });
});
