import { readBandwidth, selectClass } from '../engine/select.js';
import type { Engine, EngineClass } from '../engine/types.js';
import { InvalidScenarioError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import { entryOf, keptOfTwo } from '../kept.js';
import type { Model } from '../model/types.js';
import type { BytesPerSecond } from '../quantities.js';
import { type Machine, machineOf } from '../roofline/machine.js';
import { type Demand, layoutOf, type MemoryLayout, type MemoryTimes, placerOf } from '../roofline/memory-times.js';
import { bandOf, type Spread, spreadOf } from './interval.js';
import { type DemandOf, demandsOf, type ModelFacts, modelFacts } from './prepare.js';
import { type Prepared, workspaceOf } from './prepared.js';
import type { Setting } from './scenario.js';

/** A setting with everything worked out that no load changes. */
export interface Setup {
  readonly setting: Setting;
  readonly facts: ModelFacts;
  readonly layout: MemoryLayout;
  readonly peakBandwidth: BytesPerSecond;
  readonly demand: DemandOf;
  /** Tokens that the model was made for, and those that the engine keeps room for from the start. */
  readonly mostContext: number;
  readonly leastContext: number;
  readonly place: (demand: Demand) => MemoryTimes;
  /** The machine under its engine, and under the one that bounds every other. */
  readonly expected: Machine;
  readonly ideal: Machine;
  readonly placed: { last: Placed | undefined };
  readonly spreads: { readonly decode: Spread; readonly prefill: Spread };
}

/** Both machines with weights and cache where they lie. */
export interface Placed {
  readonly memory: MemoryTimes;
  readonly expected: Prepared;
  readonly ideal: Prepared;
}

const setups = keptOfTwo((_model: Model, _hardware: Hardware) => new Map<EngineClass, Map<string, Setup>>());

/** The setup of a setting; settings that differ in words alone share what they have been worked out to. */
export function setupOf(setting: Setting, ideal: Engine): Setup {
  const { model, hardware, engineClass, scheme, kvFormat, threads } = setting;
  const ofClass = entryOf(setups(model, hardware), engineClass, () => new Map<string, Setup>());
  const known = entryOf(ofClass, `${scheme.id} ${kvFormat.id} ${threads}`, () => setUp(setting, ideal));
  return known.setting === setting ? known : { ...known, setting };
}

function setUp(setting: Setting, ideal: Engine): Setup {
  const { model, hardware, unit, engineClass, scheme, kvFormat, threads } = setting;
  const format = scheme.measuredAs ?? scheme.id;
  const facts = modelFacts(model, scheme);
  const expected = machineOf(hardware, unit, engineClass, threads);
  const bounding = machineOf(hardware, unit, idealClass(ideal, hardware), threads);
  return {
    setting,
    facts,
    layout: layoutOf(hardware.memory),
    peakBandwidth: readBandwidth(hardware, unit) ?? 0,
    demand: demandsOf(setting),
    mostContext: model.context ?? Number.POSITIVE_INFINITY,
    leastContext: engineClass.fixedContext ?? 0,
    place: placerOf(layoutOf(hardware.memory), kvFormat.bitsPerElement / 8),
    expected,
    ideal: bounding,
    placed: { last: undefined },
    spreads: {
      decode: spreadOf(bandOf(engineClass, 'decode', format)),
      prefill: spreadOf(bandOf(engineClass, 'prefill', format)),
    },
  };
}

/** The setup with a demand in its memory; points in a row mostly have the same answer. */
export function placedOf({ facts, expected, ideal, place, placed }: Setup, demand: Demand): Placed {
  const memory = place(demand);
  if (placed.last?.memory === memory) return placed.last;
  const { plan, layers } = facts;
  const on = (machine: Machine): Prepared => {
    return { plan, machine, memory, layers, workspace: workspaceOf(plan, machine) };
  };
  placed.last = { memory, expected: on(expected), ideal: on(ideal) };
  return placed.last;
}

/** The class of the physical bound on a machine. */
export function idealClass(ideal: Engine, hardware: Hardware): EngineClass {
  const found = selectClass(ideal, hardware);
  if (!found) throw new InvalidScenarioError('engine', ideal.id, `${ideal.id} does not bound ${hardware.id}`);
  return found;
}
