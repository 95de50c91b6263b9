import { configDefaults, defineConfig } from 'vitest/config';
import { SlowestFirst } from './scripts/testing/slowest-first.js';

const everything = ['packages/*/src/**/*.test.ts', 'e2e/**/*.test.ts', 'bench/**/*.test.ts', 'scripts/**/*.test.ts'];

/** They replace modules for themselves, so each has a process of its own; all others share two, and load a module once in each. */
const alone = ['packages/server/src/modules/accounts/passwords.test.ts'];

/** What takes a program that is only asked for. */
const absent = process.env.MESSOX_TEST_COMPOSE === undefined ? ['**/compose-config.test.ts'] : [];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    restoreMocks: true,
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: everything,
          exclude: [...configDefaults.exclude, ...alone, ...absent],
          isolate: false,
          globalSetup: ['packages/server/src/testing/global-setup.ts'],
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
