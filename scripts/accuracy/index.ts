import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readEvidence } from '../evidence.js';
import { headlineTable, page } from './page.js';
import { plotsOf } from './plots.js';
import { recordOf } from './record.js';
import { resultsOf } from './results.js';

/**
 * Predicts every speed measured on one device with constants that were fitted without its device, and without its model
 * shape; prints the scores and writes docs/accuracy.md with its plots, the record that the tests compare with, and the
 * table in the README: `npm run accuracy`.
 */
function main(): void {
  const results = resultsOf(readEvidence().filter(({ cases }) => cases.size > 0));
  const headline = headlineTable(results);
  console.log(headline);
  const plots = plotsOf(results);
  rmSync('docs/accuracy', { recursive: true, force: true });
  mkdirSync('docs/accuracy');
  for (const { file, svg } of plots) writeFileSync(`docs/accuracy/${file}`, svg);
  writeFileSync('docs/accuracy.md', page(results, plots));
  writeFileSync('measurements/accuracy.json', `${JSON.stringify(recordOf(), undefined, 2)}\n`);
  fillReadme(headline);
}

/** Puts the headline between the marks in the README. */
function fillReadme(headline: string): void {
  if (!existsSync('README.md')) return;
  const text = readFileSync('README.md', 'utf8');
  writeFileSync('README.md', text.replace(/(<!-- accuracy -->\n)[\s\S]*?(<!-- \/accuracy -->)/, `$1${headline}\n$2`));
}

main();
