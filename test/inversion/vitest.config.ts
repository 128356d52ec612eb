import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';
import { invert } from './invert.js';

/** Runs the examples with every expectation inverted, and prints what came of it as JSON. */
export default defineConfig({
  ...base,
  plugins: [
    {
      name: 'invert-expectations',
      enforce: 'pre',
      transform: (text, id) => (/\/examples\/[^/]+\.test\.ts$/.test(id) ? invert(text).text : undefined),
    },
  ],
  test: {
    ...base.test,
    include: ['examples/*.test.ts'],
    reporters: ['json'],
    outputFile: {},
    isolate: false,
    fileParallelism: false,
  },
});
