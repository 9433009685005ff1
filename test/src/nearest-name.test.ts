import { expect, it } from 'vitest';
import { nearestName } from '../../src/nearest-name.js';

const keys = ['name', 'function', 'column', 'time_window'];

it.each([
  ['functon', 'function'],
  ['fucntion', 'function'],
  ['timeWindow', 'time_window'],
  ['window', 'time_window'],
  ['colum', 'column'],
  ['nmae', 'name'],
  ['co', 'column'],
])('finds what %s means', (written, meant) => {
  expect(nearestName(written, keys)).toBe(meant);
});

it.each(['foo', '', 'x', 'aggregations', 'y'.repeat(1000)])('finds nothing near %j', written => {
  expect(nearestName(written, keys)).toBeUndefined();
});
