import { expect, it } from 'vitest';
import { parseNativeCore } from '../../../bench/peers/native-core.js';

it('reads the nanoseconds per event', () => {
  expect(parseNativeCore('C++ users=100000 8.16 M ev/s 122.5 ns/ev huge=0 263.960000\n')).toBe(122.5);
  expect(parseNativeCore('')).toBeNull();
});
