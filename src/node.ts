import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Engine, EngineClass } from './engine/types.js';
import { SpecError } from './errors.js';
import type { Calibration } from './evidence/calibrate.js';
import type { Hardware } from './hardware/types.js';
import { type ImportedModel, importModel } from './import/load.js';
import { getEngine, getHardware, getModel } from './index.js';
import type { Model } from './model/types.js';
import type { Network } from './model/unit/types.js';
import { packageRoot } from './package.js';
import { writeEngineText } from './spec/engine-text.js';
import {
  isUnitNetworkText,
  parseEngine,
  parseHardware,
  parseModel,
  parseUnitNetwork,
  type SpecOrigin,
} from './spec.js';
import type { StudyRun } from './study/study-result.js';
import { parseStudy } from './study-file/read.js';
import { runStudy } from './study-file/run.js';

export { ModelFileError } from './errors.js';
export { type ImportedModel, importModel } from './import/load.js';
export { readMeasurementFile } from './readers/file.js';
export type { SweepFormat } from './stream/format.js';
export {
  type SweepState,
  type SweepWork,
  sweepInWorkers,
  type WriteSweepOptions,
  writeSweep,
} from './stream/write-sweep.js';
export type * from './study/study-result.js';

/**
 * Reads a machine from a YAML file. What it `extends` is looked up in the same folder, then among the built-in specs.
 * Throws `SpecError`, located in the file, when it cannot be read.
 */
export function loadHardware(file: string): Hardware {
  return parseHardware(readText(file), originOf(file, 'hardware-specs')).hardware;
}

/**
 * Reads a network from a YAML file, a `config.json` or a GGUF file. What a spec is `same-shape-as` is looked up in the
 * same folder, then among the built-in ones. `importModel` tells also how a GGUF file stores its tensors.
 */
export function loadModel(file: string): Model {
  if (isForeign(file)) return importModel(file).model;
  return parseModel(readText(file), originOf(file, 'model-specs')).model;
}

/** Reads a network of any kind: a file that `loadModel` reads, or a YAML file of stages. */
export function loadNetwork(file: string): Network {
  if (isForeign(file)) return loadModel(file);
  const text = readText(file);
  if (isUnitNetworkText(text)) return parseUnitNetwork(text, { file }).network;
  return parseModel(text, originOf(file, 'model-specs')).model;
}

/** Reads a software stack from a YAML file. */
export function loadEngine(file: string): Engine {
  return parseEngine(readText(file), originOf(file, 'engine-specs')).engine;
}

/**
 * The YAML of an engine with the constants of a calibration: the file that `loadEngine` and `--engine` take.
 * `engine` is the id of a built-in one, or a file.
 */
export function calibratedEngineText(
  engine: string,
  calibration: Calibration,
  measured: { readonly rows: number; readonly file: string },
): string {
  const file = existsSync(engine) ? engine : path.join(packageRoot, 'engine-specs', `${calibration.engine.id}.yaml`);
  const { id, name, classes } = calibration.engine;
  const fitted = calibration.classes.map((own) => ({
    engineClass: classes.find((engineClass) => engineClass.id === own.id) as EngineClass,
    fitted: own.constants.filter(({ verdict }) => verdict === 'fitted').map((constant) => constant.name),
  }));
  const date = new Date().toISOString().slice(0, 10);
  return writeEngineText(readText(file), fitted, {
    id: id.endsWith('-calibrated') ? id : `${id}-calibrated`,
    name: name.endsWith(', calibrated') ? name : `${name}, calibrated`,
    source: { key: 'calibration', ref: `${measured.rows} rows of ${path.basename(measured.file)}`, date },
  });
}

/** A spec with the sources of its figures; of a model file also what was read between its lines, and its own weights. */
export type LoadedSpec =
  | ({ readonly kind: 'hardware' } & ReturnType<typeof parseHardware>)
  | ({ readonly kind: 'model' } & ReturnType<typeof parseModel> & Partial<Pick<ImportedModel, 'weights' | 'notes'>>)
  | ({ readonly kind: 'network' } & ReturnType<typeof parseUnitNetwork>)
  | ({ readonly kind: 'engine' } & ReturnType<typeof parseEngine>);

/** Reads a spec of any kind, which its fields tell, together with the sources of its figures. */
export function loadSpec(file: string): LoadedSpec {
  if (isForeign(file)) return { kind: 'model', ...importModel(file) };
  const text = readText(file);
  if (isUnitNetworkText(text)) return { kind: 'network', ...parseUnitNetwork(text, { file }) };
  if (/^classes:/m.test(text)) return { kind: 'engine', ...parseEngine(text, originOf(file, 'engine-specs')) };
  if (/^(?:pattern|same-shape-as):/m.test(text)) {
    return { kind: 'model', ...parseModel(text, originOf(file, 'model-specs')) };
  }
  return { kind: 'hardware', ...parseHardware(text, originOf(file, 'hardware-specs')) };
}

/** A study that was read from its file. */
export interface LoadedStudy {
  readonly name: string;
  /** Estimates all of its cases and judges its expectations. Throws `SpecError` for a setting that is impossible. */
  run(): StudyRun;
}

/**
 * Reads a study file, and compiles its formulas. Specs that are files stand beside it. Throws `SpecError`, located in the
 * file, with everything that is wrong with it.
 */
export function loadStudy(file: string): LoadedStudy {
  const plan = parseStudy(readText(file), { file });
  const beside = (name: string): string => path.join(path.dirname(file), name);
  return {
    name: plan.name,
    run: () =>
      runStudy(plan, {
        hardware: (name) => (isFile(name) ? loadHardware(beside(name)) : getHardware(name)),
        model: (name) => (isFile(name) ? loadModel(beside(name)) : getModel(name)),
        engine: (name) => (isFile(name) ? loadEngine(beside(name)) : getEngine(name)),
      }),
  };
}

/** Ids have no slash and no such ending. */
function isFile(name: string): boolean {
  return /[\\/]|\.(?:ya?ml|json|gguf)$/i.test(name);
}

/** A model in a form that is not ours. */
function isForeign(file: string): boolean {
  return /\.(?:json|gguf)$/i.test(file);
}

function originOf(file: string, builtIn: string): SpecOrigin {
  const folders = [path.dirname(file), path.join(packageRoot, builtIn)];
  const resolve: SpecOrigin['resolve'] = (id) => {
    // An id is a name within a folder, never a way out of it.
    if (path.basename(id) !== id || id.startsWith('.')) return undefined;
    const found = folders
      .flatMap((folder) => [path.join(folder, `${id}.yaml`), path.join(folder, `${id}.yml`)])
      .find((candidate) => existsSync(candidate));
    return found === undefined ? undefined : { file: path.relative('', found), text: readText(found) };
  };
  return { file, resolve };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const [problem, remedy] = whyUnreadable(cause);
    throw new SpecError({ file, line: 1, column: 1, path: '', value: '', problem, remedy });
  }
}

function whyUnreadable(cause: unknown): [problem: string, remedy: string] {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
      return ['there is no such file', 'give the path of a YAML file, or the id of a built-in spec'];
    case 'EISDIR':
      return ['is a folder', 'give the path of a YAML file in it'];
    case 'EACCES':
      return ['may not be read', 'change its permissions'];
  }
  if (typeof code !== 'string') throw cause;
  return [`cannot be read (${code})`, 'give the path of a YAML file'];
}
