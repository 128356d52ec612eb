import { InvalidScenarioError, UnknownIdError } from '../errors.js';
import { getEngine, getHardware, getNetwork, isUnitNetwork, sourcesOf } from '../index.js';
import { nearest } from '../nearest.js';
import type { LoadedSpec } from '../node.js';
import { engineJson, engineText } from '../report/show-engine.js';
import { hardwareJson, hardwareText } from '../report/show-hardware.js';
import { modelJson, modelText } from '../report/show-model.js';
import { networkJson, networkText } from '../report/show-network.js';
import type { CommonFlags } from './flags.js';
import { emit, type Output } from './output.js';
import { isPath } from './scenario.js';
import type { Terminal } from './terminal.js';

/** `roofcast show`: a machine, a network or a software stack. */
export async function runShow(id: string, flags: CommonFlags, terminal: Terminal): Promise<void> {
  const spec = isPath(id) ? (await import('../node.js')).loadSpec(id) : findSpec(id);
  await emit(outputOf(spec), flags, terminal);
}

function outputOf(spec: LoadedSpec): Output {
  const { sources } = spec;
  switch (spec.kind) {
    case 'hardware':
      return {
        json: () => hardwareJson(spec.hardware, sources),
        text: (width) => hardwareText(spec.hardware, sources, width),
      };
    case 'model':
      return { json: () => modelJson(spec.model, sources), text: (width) => modelText(spec.model, sources, width) };
    case 'network':
      return {
        json: () => networkJson(spec.network, sources),
        text: (width) => networkText(spec.network, sources, width),
      };
    case 'engine':
      return { json: () => engineJson(spec.engine, sources), text: (width) => engineText(spec.engine, sources, width) };
  }
}

/** The spec of an id or alias, whatever its kind. */
function findSpec(id: string): LoadedSpec {
  const misses: UnknownIdError[] = [];
  for (const find of [findHardware, findModel, findEngine]) {
    try {
      return find(id);
    } catch (error) {
      if (!(error instanceof UnknownIdError)) throw error;
      misses.push(error);
    }
  }
  const suggestions = [...new Set(misses.flatMap((miss) => miss.suggestions))];
  const best = [...new Set([...nearest(id, suggestions, 3), ...suggestions])].slice(0, 3);
  const remedy =
    best.length > 0
      ? `did you mean ${best.map((one) => `"${one}"`).join(' or ')}?`
      : 'see "roofcast list hardware", "models" and "engines"';
  throw new InvalidScenarioError('show', id, `nothing has the id "${id}"`, remedy);
}

function findHardware(id: string): LoadedSpec {
  const hardware = getHardware(id);
  return { kind: 'hardware', hardware, sources: sourcesOf('hardware', hardware.id) };
}

function findModel(id: string): LoadedSpec {
  const found = getNetwork(id);
  const sources = sourcesOf('model', found.id);
  return isUnitNetwork(found) ? { kind: 'network', network: found, sources } : { kind: 'model', model: found, sources };
}

function findEngine(id: string): LoadedSpec {
  const engine = getEngine(id);
  return { kind: 'engine', engine, sources: sourcesOf('engine', engine.id) };
}
