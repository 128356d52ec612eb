import { computingUnit, loadsFamily } from '../../engine/select.js';
import type { Engine } from '../../engine/types.js';
import { InvalidScenarioError } from '../../errors.js';
import { schemeOf, type WeightScheme } from '../../model/schemes.js';
import { UNIT_FORMATS } from '../../model/unit/plan.js';
import { isUnitNetwork, kindOf, type Network, type OutputUnit, type UnitNetwork } from '../../model/unit/types.js';
import { checkDevices, checkMachine, resolveClass, resolvePrice, type Setting, wholeNumber } from '../scenario.js';
import type { UnitScenario } from './types.js';

/** A scenario of a network that generates no tokens, with every default filled in and every field checked. */
export interface UnitWorkload extends Omit<Setting, 'model' | 'kvFormat'> {
  readonly kind: 'encode' | 'denoise';
  readonly network: Network;
  /** What is counted. */
  readonly output: OutputUnit;
  readonly batch: number;
  /** 1 where there are none. */
  readonly steps: number;
  /** Of the image; undefined where there is none. */
  readonly pixels: { readonly width: number; readonly height: number } | undefined;
  /** Of each sequence; undefined where the network reads no text. */
  readonly promptTokens: number | undefined;
}

/** Longest side of an image that is taken seriously. */
const MOST_PIXELS = 65_536;

const USUAL_TOKENS = 512;

/**
 * Checks a scenario and fills in its defaults.
 * Throws `InvalidScenarioError` for an impossible field and `MissingFactError` when the machine lacks what is needed.
 */
export function resolveUnits(network: Network, scenario: UnitScenario): UnitWorkload {
  const { hardware, engine } = scenario;
  const kind = kindOf(network);
  if (kind === 'generate') {
    throw new InvalidScenarioError('kind', kind, `${network.id} generates tokens`, 'leave the kind of workload out');
  }
  checkRuns(engine, kind);
  const scheme = resolveScheme(network, engine, scenario.weights);
  checkDevices(scenario);
  const engineClass = resolveClass(scenario);
  const workload: UnitWorkload = {
    kind,
    network,
    output: isUnitNetwork(network) ? network.unit : 'sequence',
    hardware,
    unit: computingUnit(hardware),
    engine,
    engineClass,
    engineIsUsual: scenario.engineIsUsual ?? false,
    engineStandsIn: scenario.engineStandsIn ?? false,
    scheme,
    batch: wholeNumber('batch', scenario.batch ?? 1, 1),
    steps: stepsOf(network, scenario.steps),
    pixels: pixelsOf(network, scenario),
    promptTokens: tokensOf(network, scenario.promptTokens),
    threads: scenario.threads === undefined ? engineClass.threads : wholeNumber('threads', scenario.threads, 1),
    price: resolvePrice(scenario.price ?? {}),
  };
  checkMachine(workload);
  return workload;
}

function checkRuns({ id, runs }: Engine, kind: 'encode' | 'denoise'): void {
  if (runs?.includes(kind)) return;
  const does = kind === 'encode' ? 'encodes nothing' : 'runs no diffusion';
  throw new InvalidScenarioError(
    'engine',
    id,
    `${id} generates tokens and ${does}`,
    'leave it out, or name "ideal" for the physical bound',
  );
}

function resolveScheme(network: Network, engine: Engine, weights: UnitScenario['weights']): WeightScheme {
  const scheme = schemeOf(weights ?? network.nativeFormat);
  if (isUnitNetwork(network) && !UNIT_FORMATS.includes(scheme.id)) {
    throw new InvalidScenarioError(
      'weights',
      scheme.id,
      `which tensors of ${network.id} are kept in ${scheme.id}, and which are not, is not described`,
      `name one of ${UNIT_FORMATS.join(', ')}`,
    );
  }
  if (!loadsFamily(engine, scheme.family)) {
    throw new InvalidScenarioError(
      'weights',
      scheme.id,
      `${engine.id} does not load ${scheme.id} weights (${scheme.family})`,
      `it loads formats of the families ${engine.weightFamilies.join(', ')}; see "roofcast list formats"`,
    );
  }
  return scheme;
}

function stepsOf(network: Network, steps: number | undefined): number {
  const usual = isUnitNetwork(network) ? network.steps : undefined;
  if (usual !== undefined) return wholeNumber('steps', steps ?? usual, 1);
  if (steps === undefined) return 1;
  throw new InvalidScenarioError('steps', steps, `${network.id} works in one pass, not in steps`, 'leave them out');
}

function pixelsOf(network: Network, { width, height }: Pick<UnitScenario, 'width' | 'height'>): UnitWorkload['pixels'] {
  const size = isUnitNetwork(network) ? network.size : undefined;
  if (isUnitNetwork(network) && size !== undefined) {
    return {
      width: side(network, 'width', width ?? size.width, size.multiple),
      height: side(network, 'height', height ?? size.height, size.multiple),
    };
  }
  const [field, value] = width === undefined ? (['height', height] as const) : (['width', width] as const);
  if (value === undefined) return undefined;
  throw new InvalidScenarioError(field, value, `${network.id} has no image`, 'leave it out');
}

function side({ id }: UnitNetwork, field: 'width' | 'height', value: number, multiple: number): number {
  const pixels = wholeNumber(field, value, 1, MOST_PIXELS);
  if (pixels % multiple === 0) return pixels;
  const near = Math.max(1, Math.round(pixels / multiple)) * multiple;
  throw new InvalidScenarioError(
    field,
    value,
    `${id} halves its image until ${multiple} pixels are one, and ${pixels} does not divide by ${multiple}`,
    `ask for ${near}`,
  );
}

function tokensOf(network: Network, tokens: number | undefined): number | undefined {
  if (isUnitNetwork(network)) {
    if (tokens === undefined) return undefined;
    const problem = `what ${network.id} reads has one length, whatever the prompt`;
    throw new InvalidScenarioError('promptTokens', tokens, problem, 'leave them out');
  }
  const { context = USUAL_TOKENS, id } = network;
  const asked = wholeNumber('promptTokens', tokens ?? Math.min(USUAL_TOKENS, context), 1);
  if (network.context === undefined || asked <= network.context) return asked;
  const problem = `${id} was made for a context of ${context} tokens`;
  throw new InvalidScenarioError('promptTokens', tokens, problem, `ask for at most ${context}`);
}
