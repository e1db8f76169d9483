import { defineConfig } from 'vitest/config';

/** Run by `run.sh`, inside the namespaces that the hosts live in. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    setupFiles: ['./test/seed.ts'],
    globalSetup: ['./test/fleet/compile-bot.ts'],
    include: ['test/fleet/**/*.fleet.ts'],
    reporters: ['verbose', './test/closing-line.ts'],
    // A dead worker's lock runs out after half a minute, and other work may slow this machine down.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // One fleet at a time: five machines are enough for two cores.
    fileParallelism: false,
  },
});
