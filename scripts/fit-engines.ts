import { readFileSync, writeFileSync } from 'node:fs';
import { type Document, isMap, isScalar, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import type { ConstantName, EngineClass, EngineConstants } from '../src/engine/types.js';
import { fitEngine, type HeldOut, leaveOneOut } from '../src/evidence/cross-validate.js';
import { quantile, scoreErrors } from '../src/evidence/score.js';
import { type Evidence, readEvidence } from './evidence.js';

/**
 * Fits the constants of every shipped engine to measurements/ and writes them, with the quantiles of their out-of-sample
 * residuals, into engine-specs/. Run it again and nothing changes: `npm run fit`.
 */
function main(): void {
  for (const evidence of readEvidence()) {
    if (evidence.engine.classes.every((engineClass) => engineClass.fits.length === 0)) continue;
    fitFile(evidence);
  }
}

function fitFile(evidence: Evidence): void {
  const { engine, cases } = evidence;
  const file = new URL(`../engine-specs/${engine.id}.yaml`, import.meta.url);
  const document = parseDocument(readFileSync(file, 'utf8'));
  const fitted = fitEngine(engine, cases, () => true);
  const heldOut = leaveOneOut(engine, cases, 'device');
  for (const engineClass of engine.classes) {
    const constants = fitted.get(engineClass.id);
    if (constants) writeConstants(document, engineClass, constants);
    writeResiduals(document, engineClass, heldOut);
  }
  writeFileSync(file, document.toString({ lineWidth: 0, flowCollectionPadding: true }));
  console.log(`${engine.id}: ${heldOut.length} rows`);
}

const KEYS: Readonly<Record<ConstantName, { readonly key: string; readonly unit: string; readonly scale: number }>> = {
  memoryEfficiency: { key: 'memory-efficiency', unit: '', scale: 1 },
  loadBytesPerClock: { key: 'load-bytes-per-clock', unit: ' B', scale: 1 },
  matrixEfficiency: { key: 'matrix-efficiency', unit: '', scale: 1 },
  vectorEfficiency: { key: 'vector-efficiency', unit: '', scale: 1 },
  attentionEfficiency: { key: 'attention-efficiency', unit: '', scale: 1 },
  kernelOverhead: { key: 'kernel-overhead', unit: ' us', scale: 1e6 },
  stepOverhead: { key: 'step-overhead', unit: ' us', scale: 1e6 },
  requestOverhead: { key: 'request-overhead', unit: ' us', scale: 1e6 },
};

/** Digits that the constants are written with: more than the rows can tell. */
const DIGITS = 4;

/** Writes the constants that a class frees; a class that extends another has only those of its own. */
function writeConstants(document: Document, engineClass: EngineClass, constants: EngineConstants): void {
  for (const name of engineClass.fits) {
    const value = constants[name];
    if (value === undefined) continue;
    const { key, unit, scale } = KEYS[name];
    const number = Number((value * scale).toPrecision(DIGITS));
    const path = ['classes', engineClass.id, 'constants', key];
    if (!document.hasIn(path)) document.setIn(path, document.createNode({ value: 0, source: 'fit' }, { flow: true }));
    const figure = document.getIn(path);
    if (isMap(figure)) setScalar(figure, 'value', unit === '' ? number : `${number}${unit}`);
  }
}

function setScalar(map: YAMLMap, key: string, value: string | number): void {
  const node = map.get(key, true);
  if (isScalar(node)) (node as Scalar).value = value;
  else map.set(key, value);
}

/** Fewest groups from which quantiles are taken. */
const ENOUGH = 3;

function writeResiduals(document: Document, engineClass: EngineClass, heldOut: readonly HeldOut[]): void {
  for (const phase of ['decode', 'prefill'] as const) {
    const own = heldOut.filter(
      ({ found }) => found.workload.engineClass.id === engineClass.id && isPhase(found.measurement.metric, phase),
    );
    const errors = own.map(({ found, error }) => ({ group: found.group, error }));
    const score = scoreErrors(errors);
    const path = ['classes', engineClass.id, 'residuals', phase];
    if (score.groups < ENOUGH) {
      document.deleteIn(path);
      continue;
    }
    const low = quantile(errors.map(({ error }) => -error), 0.1);
    const high = quantile(errors.map(({ error }) => -error), 0.9);
    const devices = new Set(own.map(({ found }) => found.device)).size;
    const basis = `${own.length} rows of ${devices} devices, each predicted without its own rows: median error ${(100 * score.median).toFixed(1)} %`;
    document.setIn(path, document.createNode({ low: round(low), high: round(high), basis }, { flow: true }));
  }
}

function isPhase(metric: string, phase: 'decode' | 'prefill'): boolean {
  return phase === 'prefill' ? metric === 'prefill_tok_s' || metric === 'ttft_ms' : !(metric === 'prefill_tok_s' || metric === 'ttft_ms');
}

function round(value: number): number {
  return Number(value.toFixed(3));
}

main();
