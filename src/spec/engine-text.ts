import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
import type { ConstantName, EngineClass, ResidualBand, ResidualKind } from '../engine/types.js';

/** A class with constants to be written, and which of them. */
export interface FittedClass {
  readonly engineClass: EngineClass;
  readonly fitted: readonly ConstantName[];
}

/** How a calibrated engine is called, and what its constants were fitted on. */
export interface EngineLabel {
  readonly id: string;
  readonly name: string;
  readonly source: { readonly key: string; readonly ref: string; readonly date: string };
}

/** The YAML of an engine with other constants and residual bands; comments and everything else stay. */
export function writeEngineText(text: string, classes: readonly FittedClass[], label?: EngineLabel): string {
  const document = parseDocument(text);
  if (label) relabel(document, label);
  for (const { engineClass, fitted } of classes) {
    for (const name of fitted) writeConstant(document, engineClass, name, label?.source.key ?? 'fit');
    writeResiduals(document, engineClass);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function relabel(document: Document, { id, name, source }: EngineLabel): void {
  document.set('id', id);
  document.set('name', name);
  document.set('aliases', document.createNode([], { flow: true }));
  document.set('usual-for', document.createNode([], { flow: true }));
  const { key, ref, date } = source;
  document.setIn(['sources', key], document.createNode({ ref, date, kind: 'measured' }, { flow: true }));
}

const KEYS: Readonly<Record<ConstantName, { readonly key: string; readonly unit: string; readonly scale: number }>> = {
  memoryEfficiency: { key: 'memory-efficiency', unit: '', scale: 1 },
  cacheEfficiency: { key: 'cache-efficiency', unit: '', scale: 1 },
  activationEfficiency: { key: 'activation-efficiency', unit: '', scale: 1 },
  loadBytesPerClock: { key: 'load-bytes-per-clock', unit: ' B', scale: 1 },
  matrixEfficiency: { key: 'matrix-efficiency', unit: '', scale: 1 },
  vectorEfficiency: { key: 'vector-efficiency', unit: '', scale: 1 },
  attentionEfficiency: { key: 'attention-efficiency', unit: '', scale: 1 },
  kernelOverhead: { key: 'kernel-overhead', unit: ' us', scale: 1e6 },
  coreOverhead: { key: 'core-overhead', unit: ' us', scale: 1e6 },
  stepOverhead: { key: 'step-overhead', unit: ' us', scale: 1e6 },
  requestOverhead: { key: 'request-overhead', unit: ' us', scale: 1e6 },
  dispatchOverhead: { key: 'dispatch-overhead', unit: ' us', scale: 1e6 },
  sequenceOverhead: { key: 'sequence-overhead', unit: ' us', scale: 1e6 },
};

/** Digits that the constants are written with: more than the rows can tell. */
const DIGITS = 4;

function writeConstant(document: Document, engineClass: EngineClass, name: ConstantName, source: string): void {
  const value = engineClass.constants[name];
  if (value === undefined) return;
  const { key, unit, scale } = KEYS[name];
  const write = (quantity: number): string | number => {
    const number = Number((quantity * scale).toPrecision(DIGITS));
    return unit === '' ? number : `${number}${unit}`;
  };
  const path = ['classes', engineClass.id, 'constants', key];
  const bounds = engineClass.bounds[name]?.map(write);
  if (!document.hasIn(path)) {
    document.setIn(path, document.createNode({ value: 0, bounds, source }, { flow: true }));
  }
  const figure = document.getIn(path);
  if (!isMap(figure)) return;
  setScalar(figure, 'value', write(value));
  setScalar(figure, 'source', source);
}

function setScalar(map: YAMLMap, key: string, value: string | number): void {
  const node = map.get(key, true);
  if (isScalar(node)) node.value = value;
  else map.set(key, value);
}

const KINDS: readonly ResidualKind[] = ['decode', 'prefill', 'serving', 'energy'];

function writeResiduals(document: Document, { id, residuals }: EngineClass): void {
  for (const kind of KINDS) {
    const band: ResidualBand | undefined = residuals[kind];
    const path = ['classes', id, 'residuals', kind];
    if (band) document.setIn(path, document.createNode(band, { flow: true }));
    else if (document.hasIn(path)) document.deleteIn(path);
  }
}
