import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['./test/seed.ts'],
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/closing-line.ts'],
    // Real sockets, git and Redis: a loaded machine is slow, a hang is still found.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    restoreMocks: true,
  },
});
