import { configDefaults, defineConfig } from 'vitest/config';

const brokerTests = 'test/broker/**/*.test.ts';
const timedTests = 'test/integrity/**/*.test.ts';

/** What differs between the groups; they run one after the other. */
function group(name: string, groupOrder: number, include: string[], more = {}) {
  return { extends: true as const, test: { name, include, sequence: { groupOrder }, ...more } };
}

export default defineConfig({
  test: {
    // Tests that start real threads or the CLI run what `tools/prepare.mjs` built from these sources.
    globalSetup: ['test/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      group('units', 0, ['test/**/*.test.ts'], {
        exclude: [...configDefaults.exclude, brokerTests, timedTests],
      }),
      // These measure time and memory: nothing runs beside them, and no broker yet.
      group('integrity', 1, [timedTests], { maxWorkers: 1 }),
      group('broker', 2, [brokerTests], { globalSetup: ['test/broker/broker-setup.ts'] }),
    ],
  },
});
