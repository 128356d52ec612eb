import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOC_PLOTS } from '../../scripts/doc-plots.js';
import { checkPicture } from './svg-facts.js';

const docs = path.resolve(import.meta.dirname, '../../docs');

describe('docs/plots', () => {
  it.each(DOC_PLOTS.map(({ file, svg }) => [file, svg] as const))('%s is what `npm run plots` draws', (file, svg) => {
    const drawn = svg();
    checkPicture(drawn);
    expect(readFileSync(path.join(docs, 'plots', file), 'utf8') === drawn, '`npm run plots` draws it again').toBe(true);
  });

  it('has no other files, and the page shows all', () => {
    const files = DOC_PLOTS.map(({ file }) => file);
    expect(readdirSync(path.join(docs, 'plots')).sort()).toEqual([...files].sort());
    const page = readFileSync(path.join(docs, 'plots.md'), 'utf8');
    for (const file of files) expect(page).toContain(`](plots/${file})`);
  });
});
