import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests that start real threads or the CLI run what `tools/prepare.mjs` built from these sources.
    globalSetup: ['test/build.ts', 'test/broker/broker-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
