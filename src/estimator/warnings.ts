import type { Hardware } from '../hardware/types.js';
import type { Bytes } from '../quantities.js';
import { usableBytes } from '../roofline/memory-times.js';
import { demandOf } from './prepare.js';
import type { Workload } from './scenario.js';
import type { Warning } from './types.js';

/** Above this part of the usable memory, systems begin to swap or to refuse. */
const NEARLY_FULL = 0.95;

/** What is doubtful about an estimate. */
export function warningsOf(workload: Workload): Warning[] {
  const { hardware, model, engineClass, scheme } = workload;
  const warnings = figureWarnings(workload, model);
  if (!engineClass.residuals.decode && !engineClass.residuals.prefill) {
    const message = `no measurement has calibrated ${workload.engine.name} on this class of hardware (${engineClass.id})`;
    warnings.push({ code: 'engine-not-calibrated', message });
  }
  warnings.push(...powerWarnings(hardware));
  if (!scheme.exact) {
    warnings.push({
      code: 'format-size-approximate',
      message: `${scheme.name}: sizes follow from block size; real files vary`,
    });
  }
  const { weightBytes, cacheBytes, activationBytes } = demandOf(workload);
  return [...warnings, ...roomWarnings(hardware, weightBytes + cacheBytes + activationBytes)];
}

type Warned = Pick<Workload, 'hardware' | 'engineStandsIn' | 'scheme'>;

/** Assumed and rumoured figures that the estimate rests on, and an engine that is only a bound. */
export function figureWarnings(
  { hardware, engineStandsIn, scheme }: Warned,
  model: { readonly id: string; readonly rumoured: boolean },
): Warning[] {
  const warnings: Warning[] = [];
  const assumed = hardware.assumed.filter((path) => matters(path, hardware));
  const rumoured = hardware.rumoured.filter((path) => matters(path, hardware));
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

/** A machine of which no power figure is published. */
export function powerWarnings({ id, power: { busyFloor, tdp, idle } }: Hardware): Warning[] {
  if (busyFloor !== undefined || tdp !== undefined || idle !== undefined) return [];
  const message = `${id}: no power figure is published, so energy leaves out what the machine draws at rest`;
  return [{ code: 'static-power-unknown', message }];
}

/** Memory that is nearly full. */
export function roomWarnings({ memory }: Hardware, needed: Bytes): Warning[] {
  if (needed <= NEARLY_FULL * usableBytes(Object.values(memory))) return [];
  return [{ code: 'approaching-capacity', message: 'more than 95 % of the usable memory is taken' }];
}

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
export function assumptionsOf(workload: Workload): string[] {
  const { engineIsUsual, engine, hardware, batch, model } = workload;
  const mixture = Object.values(model.layers).some((layer) =>
    layer.feedForwards.some((part) => part.kind === 'mixture'),
  );
  return [
    ...(engineIsUsual ? [`engine: ${engine.name}, the usual one for ${hardware.id} and this weight format`] : []),
    batch === 1 ? 'one sequence, alone on the machine' : `a static batch of ${batch} sequences of equal length`,
    'room temperature, no other load, power limit as shipped',
    ...(mixture
      ? ['experts are chosen evenly and independently; real routers are skewed, so fewer distinct ones are read']
      : []),
    'sampling on the device; no speculation, no prefix cache beyond the cached tokens stated',
  ];
}
