import { readFileSync, writeFileSync } from 'node:fs';
import { type BandScale, reachOf, scaledBands, scalesOf } from '../src/evidence/coverage.js';
import { fitEngine, type HeldOut, leaveOneOut } from '../src/evidence/cross-validate.js';
import { bandsByClass } from '../src/evidence/residual-band.js';
import { writeEngineText } from '../src/spec/engine-text.js';
import { type Evidence, readEvidence } from './evidence.js';

/**
 * Fits the constants of every shipped engine to measurements/ and writes them, with the quantiles of their out-of-sample
 * residuals, into engine-specs/. Run it again and nothing changes: `npm run fit`.
 */
function main(): void {
  const results = readEvidence()
    .filter(({ engine }) => engine.classes.some(({ fits }) => fits.length > 0))
    .map((evidence) => {
      const held = leaveOneOut(evidence.engine, evidence.cases, 'device');
      return { evidence, held, reach: reachOf(evidence.engine, held) };
    });
  const scales = scalesOf(results);
  results.forEach(({ evidence, held }, index) => {
    const scale = scales[index] ?? { decode: 1, prefill: 1, serving: 1 };
    writeFile(evidence, held, scale);
    console.log(
      `${evidence.engine.id}: ${held.length} rows, intervals ${scale.decode} (decode), ${scale.prefill} (prefill) and ${scale.serving} (serving) times the quantiles`,
    );
  });
}

function writeFile({ engine, cases }: Evidence, held: readonly HeldOut[], scale: BandScale): void {
  const file = new URL(`../engine-specs/${engine.id}.yaml`, import.meta.url);
  const fitted = fitEngine(engine, cases, () => true);
  const bands = bandsByClass(engine, held);
  const classes = engine.classes.map((engineClass) => {
    const constants = fitted.get(engineClass.id) ?? engineClass.constants;
    const residuals = scaledBands(bands.get(engineClass.id) ?? {}, scale);
    return { engineClass: { ...engineClass, constants, residuals }, fitted: engineClass.fits };
  });
  writeFileSync(file, writeEngineText(readFileSync(file, 'utf8'), classes));
}

main();
