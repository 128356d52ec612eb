import type { AttentionRule, Blocks, Engine, EngineClass, EngineConstants, MultiplyRule } from '../engine/types.js';
import type { SpecSources } from '../provenance.js';
import { type EngineClassSpec, type EngineSpec, engineSchema } from './engine-schema.js';
import { readSpec, type SpecOrigin } from './read.js';
import { given, recordSources, type SourceRecord } from './record.js';

/**
 * Reads a software stack from YAML, and where its constants come from, by class: `classes.cuda.constants.kernelOverhead`.
 * Throws `SpecError`, located in the file, when anything is missing, unknown or of the wrong unit.
 */
export function parseEngine(
  text: string,
  origin: SpecOrigin,
): { readonly engine: Engine; readonly sources: SpecSources } {
  const { spec } = readSpec(text, origin, { schema: engineSchema, within: 'classes' });
  const record = recordSources(spec.sources);
  const engine: Engine = {
    id: spec.id,
    name: spec.name,
    vendor: spec.vendor,
    aliases: spec.aliases,
    usualFor: spec['usual-for'].map(({ backend, technologies, rank }) => ({
      backend,
      ...given({ technologies }),
      rank,
    })),
    ...given({ runs: readRuns(record, spec.runs) }),
    weightFamilies: spec['weight-families'],
    kvFormats: spec['kv-formats'],
    usualKv: spec['usual-kv'],
    ...given({ weightSchemes: readSchemes(spec['weight-schemes']) }),
    classes: Object.entries(spec.classes).map(([id, engineClass]) => readClass(record, engineClass, id)),
  };
  return { engine, sources: record.finish(spec.notes) };
}

function readRuns(record: SourceRecord, runs: EngineSpec['runs']): Engine['runs'] {
  if (runs === undefined) return undefined;
  record.take('runs', { value: 0, source: runs.source });
  return runs.kinds;
}

function readSchemes(schemes: EngineSpec['weight-schemes']): Engine['weightSchemes'] {
  if (schemes === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(schemes).map(([name, { scheme, cache }]) => [name, { scheme, ...given({ cache }) }]),
  );
}

function readClass(record: SourceRecord, spec: EngineClassSpec, id: string): EngineClass {
  const path = `classes.${id}`;
  record.take(path, { value: 0, source: spec.source });
  return {
    id,
    ...given({ parent: spec.extends }),
    fits: spec.fits.map((key) => constantNames[key]),
    backend: spec.backend,
    when: given(spec.when),
    era: given(spec.era),
    fusion: spec.fusion,
    attention: spec.attention,
    ...given({ scoreMoves: spec['score-moves'] }),
    cacheReads: spec['cache-reads'],
    attentionRules: spec['attention-rules'].map(readAttentionRule),
    chunk: spec.chunk,
    ...given({ fixedContext: spec['fixed-context'] }),
    scheduler: spec.scheduler,
    mostSequences: spec['most-sequences'],
    graphs: spec.graphs,
    ...given({ threads: spec.threads }),
    activationBytes: spec['activation-bytes'],
    overlap: spec.overlap,
    choice: spec.choice,
    powerLimit: spec['power-limit'],
    multiply: spec.multiply.flatMap(readRule),
    ...readConstants(record, spec.constants, `${path}.constants`),
    residuals: readResiduals(spec.residuals),
  };
}

function readResiduals(spec: EngineClassSpec['residuals']): EngineClass['residuals'] {
  const bands = Object.entries(spec).flatMap(([kind, band]) => (band ? [[kind, { ...band, ...given(band) }]] : []));
  return Object.fromEntries(bands);
}

/** Names of the constants as YAML writes them. */
const constantNames = {
  'memory-efficiency': 'memoryEfficiency',
  'cache-efficiency': 'cacheEfficiency',
  'activation-efficiency': 'activationEfficiency',
  'load-bytes-per-clock': 'loadBytesPerClock',
  'matrix-efficiency': 'matrixEfficiency',
  'vector-efficiency': 'vectorEfficiency',
  'attention-efficiency': 'attentionEfficiency',
  'kernel-overhead': 'kernelOverhead',
  'core-overhead': 'coreOverhead',
  'step-overhead': 'stepOverhead',
  'request-overhead': 'requestOverhead',
  'dispatch-overhead': 'dispatchOverhead',
  'sequence-overhead': 'sequenceOverhead',
} as const satisfies Record<keyof EngineClassSpec['constants'], keyof EngineConstants>;

type RuleSpec = EngineClassSpec['multiply'][number];

/** One rule per family of weights that it names. */
function readRule(rule: RuleSpec): MultiplyRule[] {
  const { weights, formats, features, products, rows, path, multiply, accumulate, unpacking, tile, loads, experts } =
    rule;
  const { era, rescale, blocks, kernels, converted } = rule;
  return weights.map((family) => ({
    weights: family,
    rows,
    path,
    multiply,
    accumulate,
    unpacking,
    unpackTo: rule['unpack-to'],
    unpackWidth: rule['unpack-width'],
    unpackRows: rule['unpack-rows'] ?? tile?.[0] ?? 1,
    kernels,
    ...given({ formats, features, products, tile, rescale, loads, experts, converted }),
    ...given({ launchesPerMatrix: rule['launches-per-matrix'], loadBytesPerClock: rule['load-bytes-per-clock'] }),
    ...(blocks ? { blocks: readBlocks(blocks) } : {}),
    ...(era ? { era: given(era) } : {}),
  }));
}

function readAttentionRule(rule: EngineClassSpec['attention-rules'][number]): AttentionRule {
  const { rows, path, multiply, accumulate, attention, efficiency, heads, era, tile } = rule;
  return {
    rows,
    path,
    multiply,
    accumulate,
    ...given({ attention, efficiency, heads, headWidth: rule['head-width'], tile, readRows: rule['read-rows'] }),
    ...(era ? { era: given(era) } : {}),
  };
}

function readBlocks({ rows, columns, granule, ...rest }: RuleSpec['blocks'] & object): Blocks {
  return { rows, columns, granule, bytesPerClock: rest['bytes-per-clock'] };
}

function readConstants(
  record: SourceRecord,
  spec: EngineClassSpec['constants'],
  path: string,
): Pick<EngineClass, 'constants' | 'bounds'> {
  const named = {
    memoryEfficiency: spec['memory-efficiency'],
    cacheEfficiency: spec['cache-efficiency'],
    activationEfficiency: spec['activation-efficiency'],
    loadBytesPerClock: spec['load-bytes-per-clock'],
    matrixEfficiency: spec['matrix-efficiency'],
    vectorEfficiency: spec['vector-efficiency'],
    attentionEfficiency: spec['attention-efficiency'],
    kernelOverhead: spec['kernel-overhead'],
    coreOverhead: spec['core-overhead'],
    stepOverhead: spec['step-overhead'],
    requestOverhead: spec['request-overhead'],
    dispatchOverhead: spec['dispatch-overhead'],
    sequenceOverhead: spec['sequence-overhead'],
  };
  const take = (name: keyof EngineConstants): number | undefined => record.takeIfGiven(`${path}.${name}`, named[name]);
  const required = (name: keyof EngineConstants): number => {
    const value = take(name);
    if (value === undefined) throw new Error(`${name} passed the schema without a value`);
    return value;
  };
  const constants: EngineConstants = {
    memoryEfficiency: required('memoryEfficiency'),
    ...given({
      cacheEfficiency: take('cacheEfficiency'),
      activationEfficiency: take('activationEfficiency'),
      loadBytesPerClock: take('loadBytesPerClock'),
    }),
    matrixEfficiency: required('matrixEfficiency'),
    vectorEfficiency: required('vectorEfficiency'),
    attentionEfficiency: required('attentionEfficiency'),
    kernelOverhead: required('kernelOverhead'),
    ...given({ coreOverhead: take('coreOverhead') }),
    stepOverhead: required('stepOverhead'),
    requestOverhead: required('requestOverhead'),
    ...given({ dispatchOverhead: take('dispatchOverhead'), sequenceOverhead: take('sequenceOverhead') }),
  };
  const bounds = Object.entries(named).flatMap(([name, figure]) =>
    figure?.bounds === undefined ? [] : [[name, figure.bounds] as const],
  );
  return { constants, bounds: Object.fromEntries(bounds) };
}
