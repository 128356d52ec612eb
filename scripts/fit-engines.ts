import { readFileSync, writeFileSync } from 'node:fs';
import { type Document, isMap, isScalar, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import type { ConstantName, EngineClass, EngineConstants, ResidualBand } from '../src/engine/types.js';
import { fitEngine, type HeldOut, leaveOneOut } from '../src/evidence/cross-validate.js';
import type { Metric } from '../src/evidence/measurement.js';
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
    const write = (quantity: number): string | number => {
      const number = Number((quantity * scale).toPrecision(DIGITS));
      return unit === '' ? number : `${number}${unit}`;
    };
    const path = ['classes', engineClass.id, 'constants', key];
    if (!document.hasIn(path)) {
      const bounds = engineClass.bounds[name]?.map(write);
      document.setIn(path, document.createNode({ value: 0, bounds, source: 'fit' }, { flow: true }));
    }
    const figure = document.getIn(path);
    if (isMap(figure)) setScalar(figure, 'value', write(value));
  }
}

function setScalar(map: YAMLMap, key: string, value: string | number): void {
  const node = map.get(key, true);
  if (isScalar(node)) (node as Scalar).value = value;
  else map.set(key, value);
}

/** Fewest groups from which quantiles are taken. */
const ENOUGH = 3;

/** What the band of a parent class is widened by for a class without rows. */
const WIDER = 1.5;

/** Quantiles of ln(measured / expected) out of sample; without enough rows the parent's, wider, or none. */
function writeResiduals(document: Document, engineClass: EngineClass, heldOut: readonly HeldOut[]): void {
  for (const phase of ['decode', 'prefill'] as const) {
    const path = ['classes', engineClass.id, 'residuals', phase];
    const band = ownBand(document, engineClass, phase, heldOut) ?? parentBand(document, engineClass, phase);
    if (band) document.setIn(path, document.createNode(band, { flow: true }));
    else if (document.hasIn(path)) document.deleteIn(path);
  }
}

function ownBand(
  document: Document,
  engineClass: EngineClass,
  phase: Phase,
  heldOut: readonly HeldOut[],
): ResidualBand | undefined {
  const own = heldOut.filter(
    ({ found }) => found.workload.engineClass.id === engineClass.id && phaseOf(found.measurement.metric) === phase,
  );
  const score = scoreErrors(own.map(({ found, error }) => ({ group: found.group, error })));
  if (score.groups < ENOUGH) return undefined;
  const residuals = own.map(({ error }) => -error);
  const devices = new Set(own.map(({ found }) => found.device)).size;
  const wider = fewDevices(devices);
  const basis = `${own.length} rows of ${devices} ${devices === 1 ? 'device' : 'devices'}, each predicted without its own rows: median error ${(100 * score.median).toFixed(1)} %${wider > 1 ? ', interval widened for few devices' : ''}`;
  const [low, high] = [quantile(residuals, 0.1) * wider, quantile(residuals, 0.9) * wider];
  const parent = devices === 1 ? parentBand(document, engineClass, phase) : undefined;
  // One device says little about another: the parent's interval is the least.
  return { low: round(Math.min(low, 0, parent?.low ?? 0)), high: round(Math.max(high, 0, parent?.high ?? 0)), basis };
}

/** 90 % quantiles of Student's t for 1, 2, 3 ... degrees of freedom, over that of the normal distribution. */
const T_OVER_NORMAL = [3.08, 1.89, 1.64, 1.53, 1.48, 1.44, 1.41, 1.4, 1.38, 1.37].map((t) => t / 1.28);

/** How much wider the quantiles of a few devices must be: rows of one device err together, so devices count. */
function fewDevices(devices: number): number {
  return devices < 2 ? 1 : (T_OVER_NORMAL[devices - 2] ?? 1);
}

function parentBand(document: Document, { id, parent }: EngineClass, phase: Phase): ResidualBand | undefined {
  const at = (key: string): unknown => document.getIn(['classes', parent, 'residuals', phase, key]);
  const [low, high] = [at('low'), at('high')];
  if (parent === undefined || typeof low !== 'number' || typeof high !== 'number') return undefined;
  const basis = `too few rows of ${id}: the interval of ${parent}, half as wide again`;
  return { low: round(low * WIDER), high: round(high * WIDER), basis };
}

type Phase = 'decode' | 'prefill';

/** Whole requests count as decode, which most of their time is. */
function phaseOf(metric: Metric): Phase {
  return metric === 'prefill_tok_s' || metric === 'ttft_ms' ? 'prefill' : 'decode';
}

function round(value: number): number {
  return Number(value.toFixed(3));
}

main();
