import type { Engine } from './engine/types.js';
import type { Hardware } from './hardware/types.js';
import type { Model } from './model/types.js';
import { readEngineFile, readHardwareFile, readModelFile } from './node/spec-files.js';

/**
 * Reads a machine from a YAML file. What it `extends` is looked up in the same folder, then among the built-in specs.
 * Throws `SpecError`, located in the file, when it cannot be read.
 */
export function loadHardware(file: string): Hardware {
  return readHardwareFile(file).hardware;
}

/** Reads a network from a YAML file. What it is `same-shape-as` is looked up in the same folder, then among the built-in specs. */
export function loadModel(file: string): Model {
  return readModelFile(file).model;
}

/** Reads a software stack from a YAML file. */
export function loadEngine(file: string): Engine {
  return readEngineFile(file).engine;
}
