import { describe, expect, it } from 'vitest';
import { loadNativePackage } from '../../../../src/pulsar/native/native-package.js';

describe('the native package', () => {
  it('is named, with a hint, when it is not there', async () => {
    await expect(loadNativePackage('no-such-pulsar-client')).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
      domain: 'configuration',
      hint: expect.stringContaining('npm install pulsar-client'),
      message: expect.stringContaining('no-such-pulsar-client'),
    });
  });
});
