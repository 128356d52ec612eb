import { InvalidScenarioError, UnknownIdError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import { getEngine, getHardware, getNetwork, isUnitNetwork, sourcesOf, vary } from '../index.js';
import { nearest } from '../nearest.js';
import type { LoadedSpec } from '../node.js';
import { engineJson, engineText } from '../report/show-engine.js';
import { hardwareJson, hardwareText } from '../report/show-hardware.js';
import { modelJson, modelText } from '../report/show-model.js';
import { networkJson, networkText } from '../report/show-network.js';
import { stagesAreFixed } from '../study/vary.js';
import { variedFigures } from '../variation.js';
import type { ShowFlags } from './flags.js';
import { emit, type Output } from './output.js';
import { isPath } from './scenario.js';
import { readSettings, requireOnly } from './settings.js';
import type { Terminal } from './terminal.js';

/** `roofcast show`: a machine, a network or a software stack. */
export async function runShow(id: string, flags: ShowFlags, terminal: Terminal): Promise<void> {
  const spec = isPath(id) ? (await import('../node.js')).loadSpec(id) : findSpec(id);
  for (const note of spec.kind === 'model' ? (spec.notes ?? []) : []) terminal.warn(`note: ${id}: ${note}\n`);
  await emit(outputOf(varied(spec, flags.set)), flags, terminal);
}

/** A spec with what is set of it; the source of what somebody changed is the change. */
function varied(spec: LoadedSpec, set: readonly string[] | undefined): LoadedSpec {
  const kind = spec.kind === 'network' ? 'model' : spec.kind;
  const changes = (id: string) => requireOnly(readSettings(set, kind), kind, id);
  const sourcesWith = ({ varied }: Pick<Hardware, 'varied'>) => ({
    ...spec.sources,
    figures: variedFigures(spec.sources.figures, varied ?? []),
  });
  switch (spec.kind) {
    case 'hardware': {
      const hardware = vary(spec.hardware, changes(spec.hardware.id));
      return { ...spec, hardware, sources: sourcesWith(hardware) };
    }
    case 'model': {
      const model = vary(spec.model, changes(spec.model.id));
      return { ...spec, model, sources: sourcesWith(model) };
    }
    case 'network':
      if (Object.keys(changes(spec.network.id)).length > 0) throw stagesAreFixed(spec.network);
      return spec;
    case 'engine': {
      const engine = vary(spec.engine, changes(spec.engine.id));
      return { ...spec, engine, sources: sourcesWith(engine) };
    }
  }
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
      return {
        json: () => modelJson(spec.model, sources, spec.weights),
        text: (width) => modelText(spec.model, sources, width, spec.weights),
      };
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
