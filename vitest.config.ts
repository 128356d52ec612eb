import path from 'node:path';
import { defineConfig } from 'vitest/config';

const inCi = process.env.CI !== undefined;
const src = path.join(import.meta.dirname, 'src');

export default defineConfig({
  // The examples import the package by its name, as its users do.
  resolve: {
    alias: [
      { find: /^roofcast$/, replacement: path.join(src, 'index.ts') },
      { find: /^roofcast\/(\w+)$/, replacement: path.join(src, '$1.ts') },
    ],
  },
  test: {
    setupFiles: ['test/setup.ts'],
    include: ['test/**/*.test.ts', 'examples/*.test.ts'],
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
