import type { Estimate } from '../estimator/types.js';
import { formatPercent, formatQuantity, unitFor } from '../format.js';
import { duration, intervalText, workloadText } from './account.js';
import { checkNumber } from './arguments.js';
import { type Finding, judge } from './judge.js';
import type { MatcherContext, MatcherResult, Subject } from './types.js';

export function toUseLessEnergyThan(this: MatcherContext, subject: Subject, joulesPerToken: number): MatcherResult {
  const matcher = 'toUseLessEnergyThan';
  checkNumber(matcher, 'the energy', joulesPerToken);
  return judge(this, { matcher, given: [String(joulesPerToken)] }, subject, (estimate): Finding => {
    const { prediction, scope } = estimate.energy;
    const { name, factor } = unitFor([prediction.expected], 'energy');
    return {
      pass: prediction.expected < joulesPerToken,
      expected: `less than ${joules(joulesPerToken)} for an output token, its share of the prompt included`,
      unexpected: `${joules(joulesPerToken)} or more for an output token, its share of the prompt included`,
      predicted: `${joules(prediction.expected)} of the ${scope} (${intervalText(prediction, factor)} ${name})`,
      account: () => [...energyLines(estimate), `basis of the interval: ${prediction.basis}`],
    };
  });
}

/** What moves each component, without a direction. */
const LEVERS = {
  static: 'the time of a step and the floor of power, or a batch that shares both',
  lanes: 'the time that kernels run, and the vector units that are clocked meanwhile',
  compute: 'the FLOPs and their format',
  memory: 'the bytes moved (formats of weights and cache, batch, context)',
} as const;

/** The joules of a decode step by component, and what is nearest to change them. */
function energyLines(estimate: Estimate): string[] {
  const { decode, energy } = estimate;
  const { total } = decode.power.joules;
  const parts = (Object.keys(LEVERS) as (keyof typeof LEVERS)[])
    .map((part) => ({ part, value: decode.power.joules[part] }))
    .sort((a, b) => b.value - a.value);
  const [largest] = parts;
  return [
    workloadText(estimate),
    `a decode step takes ${joules(total)} in ${duration(decode.seconds)}, ` +
      `a prompt token ${joules(energy.joulesPerPromptToken)}:`,
    ...parts
      .filter(({ value }) => value > 0)
      .map(({ part, value }) => `  ${part.padEnd(7)}  ${joules(value).padStart(8)}  ${formatPercent(value / total)}`),
    ...(largest ? [`nearest to change it: ${largest.part}, by ${LEVERS[largest.part]}`] : []),
  ];
}

function joules(value: number): string {
  return formatQuantity(value, 'energy');
}
