import { readBandwidth, selectClass } from '../engine/select.js';
import type { Engine, EngineClass, ResidualBand } from '../engine/types.js';
import { InvalidScenarioError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import { entryOf, keptOfTwo } from '../kept.js';
import type { Model } from '../model/types.js';
import type { BytesPerSecond } from '../quantities.js';
import { type Machine, machineOf } from '../roofline/machine.js';
import { layoutOf, type MemoryLayout } from '../roofline/memory-times.js';
import { bandOf } from './interval.js';
import { type Prepared, sharedCostsOf } from './pass-time.js';
import { type ModelFacts, modelFacts } from './prepare.js';
import type { Setting } from './scenario.js';

/** A setting with everything worked out that no load changes. */
export interface Setup {
  readonly setting: Setting;
  readonly facts: ModelFacts;
  readonly layout: MemoryLayout;
  readonly peakBandwidth: BytesPerSecond;
  /** The machine under its engine, and under the one that bounds every other. */
  readonly expected: Machine;
  readonly ideal: Machine;
  readonly sharedCosts: { readonly expected: Prepared['sharedCosts']; readonly ideal: Prepared['sharedCosts'] };
  readonly bands: { readonly decode: ResidualBand; readonly prefill: ResidualBand };
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
  const { model, hardware, unit, engineClass, scheme, threads } = setting;
  const format = scheme.measuredAs ?? scheme.id;
  const facts = modelFacts(model, scheme);
  const expected = machineOf(hardware, unit, engineClass, threads);
  const bounding = machineOf(hardware, unit, idealClass(ideal, hardware), threads);
  return {
    setting,
    facts,
    layout: layoutOf(hardware.memory),
    peakBandwidth: readBandwidth(hardware, unit) ?? 0,
    expected,
    ideal: bounding,
    sharedCosts: { expected: sharedCostsOf(facts.plan, expected), ideal: sharedCostsOf(facts.plan, bounding) },
    bands: { decode: bandOf(engineClass, 'decode', format), prefill: bandOf(engineClass, 'prefill', format) },
  };
}

/** The class of the physical bound on a machine. */
export function idealClass(ideal: Engine, hardware: Hardware): EngineClass {
  const found = selectClass(ideal, hardware);
  if (!found) throw new InvalidScenarioError('engine', ideal.id, `${ideal.id} does not bound ${hardware.id}`);
  return found;
}
