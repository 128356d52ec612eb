import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Arrows, checkArrows, findCycles } from './arrows.js';
import { readSources } from './imports.js';

const root = path.resolve(import.meta.dirname, '../..');

/** Files of the root that everything may import; they import only one another. */
const leaves = [
  'dimensions',
  'errors',
  'format',
  'kept',
  'nearest',
  'provenance',
  'quantities',
  'quantity-text',
  'read-quantity',
  'variation',
];

/** From left to right: a part may import every part of the ranks after its own, and none of its own rank. */
const ranks = [
  ['report', 'plot'],
  ['evidence', 'study'],
  ['serving'],
  ['estimator'],
  ['roofline', 'parallelism'],
  ['engine'],
  ['hardware', 'model'],
];

const core = [...leaves, 'catalog', ...ranks.flat()];

const allowed: Record<string, Arrows> = {
  ...Object.fromEntries(leaves.map((part) => [part, { parts: leaves }])),
  ...Object.fromEntries(
    ranks.flatMap((rank, i) => rank.map((part) => [part, { parts: [...leaves, ...ranks.slice(i + 1).flat()] }])),
  ),
  catalog: { parts: leaves, types: ['hardware', 'model', 'engine'] },
  inputs: { parts: core },
  index: { parts: [...core, 'inputs'] },
  units: { parts: leaves, packages: ['mathjs'] },
  spec: { parts: [...leaves, 'units'], types: ['hardware', 'model', 'engine'], packages: ['zod', 'yaml'] },
  metric: { parts: [...leaves, 'units', 'estimator'], packages: ['mathjs'] },
  'study-file': { parts: [...core, 'index', 'spec', 'metric'], packages: ['zod'] },
  import: { parts: [...leaves, 'model', 'spec'], packages: ['node:', 'yaml'] },
  readers: { parts: leaves, packages: ['csv-parse', 'node:'] },
  vitest: { parts: [...core, 'index'], packageTypes: ['vitest'] },
  package: { parts: [], packages: ['node:'] },
  stream: { parts: [...core, 'index', 'package'], packages: ['node:', 'tinypool', 'hyparquet', 'hyparquet-writer'] },
  node: {
    parts: [...core, 'index', 'spec', 'readers', 'import', 'study-file', 'stream', 'package'],
    packages: ['node:'],
  },
  cli: {
    parts: [...core, 'index', 'units', 'spec', 'readers', 'import', 'study-file', 'stream', 'package', 'node'],
    packages: ['node:', 'commander'],
  },
};

describe('the arrows between the parts of src', () => {
  const sources = readSources(root, 'src');

  it('are the only imports there are', () => {
    expect(sources.size).toBeGreaterThan(0);
    expect(checkArrows(sources, allowed)).toEqual([]);
  });

  it('make no cycle, in src or in test', () => {
    expect(findCycles(new Map([...sources, ...readSources(root, 'test')]))).toEqual([]);
  });
});

describe('the check of the arrows', () => {
  const objections = (file: string, text: string) => checkArrows(new Map([[file, text]]), allowed);

  it.each([
    ['src/roofline/gemm.ts', `import { lookup } from '../catalog/lookup.js';`, 'roofline may not import catalog'],
    ['src/hardware/units.ts', `export * from '../model/types.js';`, 'hardware may not import model'],
    ['src/hardware/units.ts', `import type { Engine } from '../engine/types.js';`, 'hardware may not import engine'],
    ['src/report/table.ts', `import { axis } from '../plot/axis.js';`, 'report may not import plot'],
    ['src/estimator/memory.ts', `import { readFileSync } from 'node:fs';`, 'may not import the package "node:"'],
    ['src/estimator/memory.ts', `import { z } from 'zod/mini';`, 'may not import the package "zod"'],
    ['src/index.ts', `const units = await import('./units.js');`, 'index may not import units'],
    ['src/spec/load.ts', `import { parse } from 'mathjs';`, 'may not import the package "mathjs"'],
    ['src/spec/load.ts', `import { operators } from '../model/operators.js';`, 'may import only types of model'],
    ['src/study/sweep.ts', `type E = import('../report/table.js').Table;`, 'study may not import report'],
    ['src/study/sweep.ts', 'await import(name);', 'may not import the package "<computed>"'],
    ['src/vitest/fit.ts', `import { expect } from 'vitest';`, 'may import only types of the package "vitest"'],
    ['src/cli/show.ts', `import facts from '../../package.json' with { type: 'json' };`, 'leaves src'],
    ['src/helpers/misc.ts', '', '"helpers" has no arrows'],
  ])('objects in %s to %s', (file, text, reason) => {
    expect(objections(file, text)).toEqual([expect.stringContaining(reason)]);
  });

  it.each([
    ['src/serving/queue.ts', `import { estimate } from '../estimator/estimate.js';\nimport './load.js';`],
    ['src/engine/types.ts', `import type { Hardware } from '../hardware/types.js';`],
    ['src/spec/load.ts', `import type { Model } from '../model/types.js';\nimport { parse } from 'yaml';`],
    ['src/spec.ts', `export { parseHardware } from './spec/hardware.js';`],
    ['src/cli/main.ts', `import { Command } from 'commander';\nimport { readFile } from 'node:fs/promises';`],
    ['src/vitest.ts', `import type {} from 'vitest';`],
    ['src/model/types.ts', `const text = "import x from 'zod'"; // import 'zod'`],
  ])('accepts in %s %s', (file, text) => {
    expect(objections(file, text)).toEqual([]);
  });

  it('finds a cycle, and forgives one of types', () => {
    const pair = (statement: string) =>
      new Map([
        ['src/study/a.ts', `import { b } from './b.js';`],
        ['src/study/b.ts', statement],
      ]);
    expect(findCycles(pair(`export { a } from './a.js';`))).toEqual([
      'src/study/a.ts -> src/study/b.ts -> src/study/a.ts',
    ]);
    expect(findCycles(pair(`import type { A } from './a.js';`))).toEqual([]);
  });
});
