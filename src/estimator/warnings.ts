import { AS_WRITTEN, formatQuantity } from '../format.js';
import type { Hardware } from '../hardware/types.js';
import { kept } from '../kept.js';
import type { Model } from '../model/types.js';
import type { Bytes, Watts } from '../quantities.js';
import type { MemoryLayout, MemoryTimes } from '../roofline/memory-times.js';
import { variationLines } from '../variation.js';
import { blockWarnings } from './block-warning.js';
import { mostWatts } from './energy.js';
import type { Point } from './point.js';
import { bytesOf } from './prepare.js';
import type { Load, Setting } from './scenario.js';
import type { Bound, Warning } from './types.js';

/** Above this part of the usable memory, systems begin to swap or to refuse. */
const NEARLY_FULL = 0.95;

/** What is doubtful about an estimate. */
export function warningsOf(point: Point): Warning[] {
  const { setup, demand, energy } = point;
  const { setting, layout } = setup;
  const { hardware, model, engine, engineClass, scheme } = setting;
  const warnings = figureWarnings(setting, model);
  if (!engineClass.residuals.decode && !engineClass.residuals.prefill) {
    const message = `no measurement has calibrated ${engine.name} on this class of hardware (${engineClass.id})`;
    warnings.push({ code: 'engine-not-calibrated', message });
  }
  addPowerWarning(warnings, hardware);
  addLimitWarning(warnings, setting, energy.watts.expected);
  if (!scheme.exact) {
    warnings.push({
      code: 'format-size-approximate',
      message: `${scheme.name}: sizes follow from block size; real files vary`,
    });
  }
  warnings.push(...blockWarnings(model, scheme));
  addRoomWarning(warnings, bytesOf(demand), layout);
  warnings.push(...drawWarnings(setting, setup.place(demand), () => point.decode.bound));
  return warnings;
}

/**
 * The doubt that of a memory and the unit that reads it the slower one limits a run, and somebody has changed the bandwidth of
 * the other: more of it changes nothing. `bound` says what binds; it is asked where there is something to say, as that takes
 * a whole report.
 */
export function drawWarnings(
  { hardware, unit }: Pick<Setting, 'hardware' | 'unit'>,
  { readFrom }: Pick<MemoryTimes, 'readFrom'>,
  bound: () => Bound,
): Warning[] {
  const { bandwidth: drawn } = unit;
  if (drawn === undefined || hardware.varied === undefined) return [];
  const changed = new Set(hardware.varied.flatMap(({ figures }) => figures));
  const warnings = readFrom.flatMap(({ level }): Warning[] => {
    const memory = { path: `memory.${level.name}`, rate: level.bandwidth };
    const reader = { path: `units.${unit.name}`, rate: drawn };
    const [more, less] = memory.rate > reader.rate ? [memory, reader] : [reader, memory];
    // Who has changed both knows of them.
    const isInVain = changed.has(`${more.path}.bandwidth`) && !changed.has(`${less.path}.bandwidth`);
    if (more.rate === less.rate || !isInVain) return [];
    const [given, most] = [more, less].map(({ rate }) => formatQuantity(rate, 'bandwidth', AS_WRITTEN));
    const message = `${hardware.id}: ${more.path}.bandwidth is ${given}, of which ${less.path}.bandwidth lets through no more than ${most}; change that as well`;
    return [{ code: 'bandwidth-in-vain', message }];
  });
  return warnings.length > 0 && bound() === 'memory' ? warnings : [];
}

/** A system of which one device is meant, assumed and rumoured figures behind an estimate, an engine that is only a bound. */
export function figureWarnings(
  { hardware, engineStandsIn, scheme }: Pick<Setting, 'hardware' | 'engineStandsIn' | 'scheme'>,
  model: { readonly id: string; readonly rumoured: boolean },
): Warning[] {
  const warnings: Warning[] = [];
  if (hardware.system !== undefined) {
    const message = `${hardware.id} is a system of ${hardware.system.devices} devices: this is one of them, as work spread over several is not modelled yet`;
    warnings.push({ code: 'one-device-of-several', message });
  }
  const { assumed, rumoured } = doubtfulFigures(hardware);
  if (assumed.length > 0) {
    warnings.push({ code: 'assumed-figure', message: `${hardware.id}: assumed, not published: ${assumed.join(', ')}` });
  }
  if (rumoured.length > 0 || model.rumoured) {
    const what = [...rumoured.map((path) => `${hardware.id} ${path}`), ...(model.rumoured ? [model.id] : [])];
    warnings.push({ code: 'rumoured-figure', message: `rests on rumours: ${what.join(', ')}` });
  }
  if (engineStandsIn) {
    const message = `no engine described here runs ${scheme.id} weights on ${hardware.id}: these are physical bounds, which no software reaches`;
    warnings.push({ code: 'no-engine', message });
  }
  return warnings;
}

/** Doubts about a machine of which no power figure is published. */
export function addPowerWarning(warnings: Warning[], { id, power: { busyFloor, tdp, idle } }: Hardware): void {
  if (busyFloor !== undefined || tdp !== undefined || idle !== undefined) return;
  const message = `${id}: no power figure is published, so energy leaves out what the machine draws at rest`;
  warnings.push({ code: 'static-power-unknown', message });
}

/** What keeps no power limit, as the physical bound of speed, may draw more than the machine can. */
function addLimitWarning(warnings: Warning[], { hardware, unit, engine }: Setting, watts: Watts): void {
  const most = mostWatts(hardware, unit);
  if (watts <= most) return;
  const [draws, can] = [watts, most].map((one) => formatQuantity(one, 'power'));
  const message = `${engine.name} keeps no power limit: at this speed ${hardware.id} would draw ${draws}, and it can draw ${can}`;
  warnings.push({ code: 'beyond-power-limit', message });
}

/** Doubts about memory that is nearly full. */
export function addRoomWarning(warnings: Warning[], needed: Bytes, { usable }: MemoryLayout): void {
  if (needed <= NEARLY_FULL * usable) return;
  warnings.push({ code: 'approaching-capacity', message: 'more than 95 % of the usable memory is taken' });
}

/** Figures of a machine that are assumed, or rumoured, and matter. */
const doubtfulFigures = kept((hardware: Hardware) => ({
  assumed: hardware.assumed.filter((path) => matters(path, hardware)),
  rumoured: hardware.rumoured.filter((path) => matters(path, hardware)),
}));

/** A figure matters when the unit that computes, a memory level, the execution or the power model uses it. */
function matters(path: string, hardware: Hardware): boolean {
  const [part, name] = path.split('.');
  switch (part) {
    case 'units':
      return name === hardware.computeWith;
    case 'memory':
    case 'execution':
    case 'power':
      return true;
    default:
      return false;
  }
}

/** What the model takes for granted in every estimate of this kind. */
export function assumptionsOf({ engineIsUsual, engine, hardware, model }: Setting, { batch }: Load): string[] {
  return [
    ...variationLines([hardware, model, engine]).map((line) => `varied: ${line}`),
    ...(engineIsUsual ? [`engine: ${engine.name}, the usual one for ${hardware.id} and this weight format`] : []),
    batch === 1 ? 'one sequence, alone on the machine' : `a static batch of ${batch} sequences of equal length`,
    'room temperature, no other load, power limit as shipped',
    ...(isMixture(model) ? ["experts are chosen independently, their popularity by Zipf's law"] : []),
    'sampling on the device; no speculation, no prefix cache beyond the cached tokens stated',
  ];
}

const isMixture = kept(({ layers }: Model) =>
  Object.values(layers).some((layer) => layer.feedForwards.some((part) => part.kind === 'mixture')),
);
