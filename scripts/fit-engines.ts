import { readFileSync, writeFileSync } from 'node:fs';
import { fitEngine, leaveOneOut } from '../src/evidence/cross-validate.js';
import { bandsByClass } from '../src/evidence/residual-band.js';
import { writeEngineText } from '../src/spec/engine-text.js';
import { type Evidence, readEvidence } from './evidence.js';

/**
 * Fits the constants of every shipped engine to measurements/ and writes them, with the quantiles of their out-of-sample
 * residuals, into engine-specs/. Run it again and nothing changes: `npm run fit`.
 */
function main(): void {
  for (const evidence of readEvidence(process.argv.slice(2))) {
    if (evidence.engine.classes.every((engineClass) => engineClass.fits.length === 0)) continue;
    fitFile(evidence);
  }
}

function fitFile({ engine, cases }: Evidence): void {
  const file = new URL(`../engine-specs/${engine.id}.yaml`, import.meta.url);
  const fitted = fitEngine(engine, cases, () => true);
  const heldOut = leaveOneOut(engine, cases, 'device');
  const bands = bandsByClass(engine, heldOut);
  const classes = engine.classes.map((engineClass) => {
    const constants = fitted.get(engineClass.id) ?? engineClass.constants;
    const residuals = bands.get(engineClass.id) ?? {};
    return { engineClass: { ...engineClass, constants, residuals }, fitted: engineClass.fits };
  });
  writeFileSync(file, writeEngineText(readFileSync(file, 'utf8'), classes));
  console.log(`${engine.id}: ${heldOut.length} rows`);
}

main();
