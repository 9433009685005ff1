import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FrozenReference, referenceSums } from '../../../bench/gate/frozen-reference.js';
import { findCheckout } from '../../../bench/harness/checkout.js';

it('is frozen: every baseline is a ratio to this very file', () => {
  const source = readFileSync(join(findCheckout(), 'bench', 'gate', 'frozen-reference.ts'));
  expect(createHash('sha256').update(source).digest('hex')).toBe(
    'f9bc05895a1937f66790f1c25f45d026ca42ac3a6b91144eae517dc1da06c033',
  );
});

it('does the same work everywhere', () => {
  const reference = new FrozenReference();
  expect({ scan: reference.scan(), table: reference.table(), format: reference.format() }).toEqual(
    referenceSums,
  );
});
