import { defineConfig } from 'vitest/config';

const inCi = process.env.CI !== undefined;

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    reporters: inCi ? ['default', 'json'] : ['default'],
    outputFile: { json: '.ci/results.json' },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/catalog/generated/**'],
      reporter: ['text', 'html'],
    },
  },
});
