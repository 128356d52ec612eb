import type { ComputeUnit, Hardware, MemoryLevel } from '../hardware/types.js';
import { entryOf, kept, keptOfTwo, mapBeside } from '../kept.js';
import type { BytesPerSecond } from '../quantities.js';
import type { ClassCondition, Engine, EngineClass, Era } from './types.js';

/** The level that weights stream from: the fastest that holds them. */
export const mainMemory = kept((hardware: Hardware): MemoryLevel | undefined =>
  Object.values(hardware.memory)
    .filter((level) => level.holds === 'weights')
    .reduce<MemoryLevel | undefined>(
      (best, level) => (best && best.bandwidth >= level.bandwidth ? best : level),
      undefined,
    ),
);

/** Bandwidth at which a unit reads weights: the memory's peak, or what the unit can draw of it. Undefined without memory. */
export function readBandwidth(hardware: Hardware, unit: ComputeUnit): BytesPerSecond | undefined {
  const memory = mainMemory(hardware);
  return memory && Math.min(memory.bandwidth, unit.bandwidth ?? Number.POSITIVE_INFINITY);
}

/** Unit of a machine that computes. */
export function computingUnit(hardware: Hardware): ComputeUnit {
  const unit = hardware.units[hardware.computeWith];
  if (!unit) throw new Error(`${hardware.id} has no unit "${hardware.computeWith}"`);
  return unit;
}

/**
 * Class of an engine that serves a machine: of those whose back end the unit understands, whose conditions hold and whose
 * era includes `date` (default: the latest), the one on the unit's first interface, and there the most specific. Undefined when the engine does not run there.
 */
export function selectClass(engine: Engine, hardware: Hardware, options: ClassOptions = {}): EngineClass | undefined {
  const key = `${options.backend} ${options.date}`;
  return entryOf(choices(engine, hardware), key, () => ({ of: chooseClass(engine, hardware, options) })).of;
}

interface ClassOptions {
  readonly backend?: string | undefined;
  readonly date?: string | undefined;
}

const choices = keptOfTwo((_engine: Engine, _hardware: Hardware) => new Map<string, { of: EngineClass | undefined }>());

function chooseClass(engine: Engine, hardware: Hardware, options: ClassOptions): EngineClass | undefined {
  const unit = computingUnit(hardware);
  const serving = engine.classes.filter(
    (candidate) =>
      (options.backend === undefined || candidate.backend === options.backend) &&
      (candidate.backend === 'any' || unit.interfaces.includes(candidate.backend)) &&
      holds(candidate.when, hardware, unit) &&
      inEra(candidate.era, options.date),
  );
  const chosen = serving.reduce<EngineClass | undefined>(
    (best, candidate) => (best && rank(best, unit) >= rank(candidate, unit) ? best : candidate),
    undefined,
  );
  return chosen && withKernelsOf(chosen, options.date);
}

const dated = mapBeside<EngineClass, string | undefined, EngineClass>();

/** A class with the rules of a date only. One object for each date, as machines are kept by it. */
function withKernelsOf(engineClass: EngineClass, date: string | undefined): EngineClass {
  if ([...engineClass.multiply, ...engineClass.attentionRules].every(({ era }) => era === undefined))
    return engineClass;
  const current = ({ era }: { readonly era?: Era }): boolean => era === undefined || inEra(era, date);
  return entryOf(dated(engineClass), date, () => ({
    ...engineClass,
    multiply: engineClass.multiply.filter(current),
    attentionRules: engineClass.attentionRules.filter(current),
  }));
}

/** The engine most used on a machine for weights of a family; undefined when none of `engines` runs there. */
export function usualEngine(engines: readonly Engine[], hardware: Hardware, weightFamily: string): Engine | undefined {
  return entryOf(usual(engines, hardware), weightFamily, () => ({ of: findUsual(engines, hardware, weightFamily) })).of;
}

const usual = keptOfTwo((_engines: readonly Engine[], _on: Hardware) => new Map<string, { of: Engine | undefined }>());

function findUsual(engines: readonly Engine[], hardware: Hardware, weightFamily: string): Engine | undefined {
  const unit = computingUnit(hardware);
  const technology = mainMemory(hardware)?.technology;
  let best: { engine: Engine; rank: number } | undefined;
  for (const engine of engines) {
    if (!loadsFamily(engine, weightFamily) || !selectClass(engine, hardware)) continue;
    for (const use of engine.usualFor) {
      if (!unit.interfaces.includes(use.backend)) continue;
      if (use.technologies && !(technology && use.technologies.includes(technology))) continue;
      if (!best || use.rank < best.rank) best = { engine, rank: use.rank };
    }
  }
  return best?.engine;
}

/** Whether an engine loads weight schemes of a family. */
export function loadsFamily(engine: Engine, family: string): boolean {
  return engine.weightFamilies.includes('any') || engine.weightFamilies.includes(family);
}

function holds(condition: ClassCondition, hardware: Hardware, unit: ComputeUnit): boolean {
  const technology = mainMemory(hardware)?.technology;
  const hasMatrix = unit.peaks.some((peak) => peak.path === 'matrix');
  return (
    (!condition.kinds || condition.kinds.includes(hardware.kind)) &&
    (!condition.technologies || (technology !== undefined && condition.technologies.includes(technology))) &&
    (condition.features ?? []).every((feature) => unit.features.includes(feature)) &&
    (condition.matrix === undefined || condition.matrix === hasMatrix)
  );
}

function inEra(era: Era, date: string | undefined): boolean {
  if (date === undefined) return era.until === undefined;
  return (era.from === undefined || date >= era.from) && (era.until === undefined || date <= era.until);
}

/** The unit's first interface wins; on the same one, the class with more conditions. */
function rank(candidate: EngineClass, unit: ComputeUnit): number {
  const { kinds, technologies, features, matrix } = candidate.when;
  const conditions = [kinds, technologies, matrix].filter((condition) => condition !== undefined).length;
  const found = unit.interfaces.indexOf(candidate.backend);
  const order = found < 0 ? unit.interfaces.length : found;
  return -1000 * order + conditions + (features?.length ?? 0);
}
