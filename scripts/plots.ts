import { mkdirSync, writeFileSync } from 'node:fs';
import { DOC_PLOTS } from './doc-plots.js';

mkdirSync('docs/plots', { recursive: true });
for (const { file, svg } of DOC_PLOTS) writeFileSync(`docs/plots/${file}`, svg());
console.log(`${DOC_PLOTS.length} pictures in docs/plots`);
