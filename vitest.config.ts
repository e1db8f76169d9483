import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/closing-line.ts'],
    // Real sockets, git and Redis: a loaded machine is slow, a hang is still found.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // A shared machine can starve a real process for longer than any bound that is worth waiting for. A test that needed
    // its second try is named so in the log; by hand there is none.
    retry: process.env['CI'] === undefined ? 0 : 1,
    restoreMocks: true,
  },
});
