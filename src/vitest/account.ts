import type { Bound, Estimate, PhaseReport, Prediction } from '../estimator/types.js';
import { formatCount, formatNumber, formatPercent, formatQuantity, formatRange } from '../format.js';

/** What moves each term, without a direction: the same holds for `.not`. */
const LEVERS: Readonly<Record<Bound, string>> = {
  memory: 'the bytes moved (formats of weights and cache, batch, context) and the bandwidth',
  compute: 'the FLOPs, and the rate of the arithmetic that does them',
  dequantisation: 'the weight format, or a unit that multiplies it as it is',
  load: 'the cores, their clock, and the bytes that a kernel keeps in flight',
  overhead: 'the launches and the host work of the engine, or a batch that shares them',
  interconnect: 'the links, and the devices among which the model is split',
  power: 'the power limit, and the energy of what is done',
};

const BEYOND_THE_BOUND =
  'nearest to change it: the physical bound itself, by fewer bytes and FLOPs (model, formats, context) or another machine';

/** Every bound there is. */
export const BOUNDS = Object.keys(LEVERS) as readonly Bound[];

export type Phase = 'decode' | 'prefill';

const PHASES: Readonly<Record<Phase, string>> = { decode: 'a decode step', prefill: 'the prompt' };

/** A rate with its interval and bound: `125 token/s (80 % interval 53.8 - 248, ideal 248)`. */
export function rateText(rate: Prediction): string {
  return `${formatNumber(rate.expected)} token/s (${intervalText(rate, 1)})`;
}

/** `80 % interval 53.8 - 248, ideal 248`, in multiples of `factor`. */
export function intervalText({ low, high, ideal }: Prediction, factor: number): string {
  return `80 % interval ${formatRange(low / factor, high / factor)}, ideal ${formatNumber(ideal / factor)}`;
}

/** The question that was asked: formats, work, engine. */
export function workloadText({ workload, engine }: Estimate): string {
  const { weights, kvCache, batch, promptTokens, outputTokens, cachedTokens } = workload;
  const cached = cachedTokens === 0 ? '' : `${formatCount(cachedTokens)} cached + `;
  return (
    `${weights} weights, ${kvCache} cache, batch ${formatCount(batch)}, ` +
    `${cached}${formatCount(promptTokens)} prompt + ${formatCount(outputTokens)} output tokens, ` +
    `under ${engine.id} (${engine.backend})`
  );
}

/**
 * The seconds of a phase by term, its longest operators, and what is nearest to change it. `unreachable`: more is wanted than
 * the physical bound allows, so that no term of this engine is to blame.
 */
export function phaseLines(estimate: Estimate, phase: Phase, unreachable = false): string[] {
  const report = estimate[phase];
  return [
    workloadText(estimate),
    `${PHASES[phase]} takes ${duration(report.seconds)}, bound by ${report.bound}; its terms overlap in part:`,
    ...termLines(report),
    `longest operators: ${operatorsText(report)}`,
    unreachable ? BEYOND_THE_BOUND : nearestLine(report),
  ];
}

function termLines({ terms, seconds }: PhaseReport): string[] {
  const spent = Object.entries(terms).filter(([, value]) => value > 0);
  const sorted = spent.sort(([, a], [, b]) => b - a);
  const shown = sorted.map(([term, value]) => [term, duration(value), formatPercent(value / seconds)] as const);
  const widths = [0, 1, 2].map((column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  const [first = 0, second = 0, third = 0] = widths;
  return shown.map(
    ([term, time, share]) => `  ${term.padEnd(first)}  ${time.padStart(second)}  ${share.padStart(third)}`,
  );
}

function operatorsText({ operators }: PhaseReport): string {
  const longest = operators.slice(0, 3);
  return longest.map(({ name, seconds, bound }) => `${name} ${duration(seconds)} (${bound})`).join(', ');
}

/** The term that decides, how much of the time it is, and by what it changes. */
function nearestLine({ bound, terms, seconds, power }: PhaseReport): string {
  const share = Object.entries(terms).find(([term]) => term === bound)?.[1];
  const part =
    share === undefined
      ? bound === 'power'
        ? `, a clock of ${formatPercent(power.clock)}`
        : ''
      : `, ${duration(share)} of ${duration(seconds)}`;
  return `nearest to change it: ${bound}${part}, by ${LEVERS[bound]}`;
}

export function duration(seconds: number): string {
  return formatQuantity(seconds, 'duration');
}
