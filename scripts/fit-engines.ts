import { readFileSync, writeFileSync } from 'node:fs';
import type { EngineClass, ResidualBand } from '../src/engine/types.js';
import { fitEngine, type HeldOut, leaveOneOut } from '../src/evidence/cross-validate.js';
import { bandOfResiduals, widerBand } from '../src/evidence/residual-band.js';
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
  const bands = new Map<string, EngineClass['residuals']>();
  const classes = engine.classes.map((engineClass) => {
    const constants = fitted.get(engineClass.id) ?? engineClass.constants;
    const residuals = bandsOf(engineClass, heldOut, bands);
    bands.set(engineClass.id, residuals);
    return { engineClass: { ...engineClass, constants, residuals }, fitted: engineClass.fits };
  });
  writeFileSync(file, writeEngineText(readFileSync(file, 'utf8'), classes));
  console.log(`${engine.id}: ${heldOut.length} rows`);
}

/** Bands of a class from its own residuals; without enough rows the parent's, wider, or none. Parents come first. */
function bandsOf(
  { id, parent }: EngineClass,
  heldOut: readonly HeldOut[],
  known: ReadonlyMap<string, EngineClass['residuals']>,
): EngineClass['residuals'] {
  const above = parent === undefined ? undefined : known.get(parent);
  const bands = (['decode', 'prefill'] as const).flatMap((kind) => {
    const own = heldOut
      .filter(({ found }) => found.workload.engineClass.id === id && kindOf(found) === kind)
      .map(({ found, error }) => ({
        group: found.group,
        device: found.device,
        weights: found.measurement.weights,
        error,
      }));
    const inherited = above?.[kind] ? widerBand(id, parent ?? '', above[kind]) : undefined;
    const band: ResidualBand | undefined = bandOfResiduals(own, inherited) ?? inherited;
    return band ? [[kind, band] as const] : [];
  });
  return Object.fromEntries(bands);
}

/** Whole requests count as decode, which most of their time is. */
function kindOf({ step }: HeldOut['found']): 'decode' | 'prefill' {
  return step.length === 0 ? 'prefill' : 'decode';
}

main();
