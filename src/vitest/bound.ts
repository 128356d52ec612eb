import type { Bound } from '../estimator/types.js';
import { formatNumber, formatPercent } from '../format.js';
import { BOUNDS, duration, type Phase, phaseLines } from './account.js';
import { checkOptions, checkWord } from './arguments.js';
import { type Finding, judge, optionsText } from './judge.js';
import type { MatcherContext, MatcherResult, PhaseOptions, Subject } from './types.js';

export function toBeMemoryBound(this: MatcherContext, subject: Subject, options: PhaseOptions = {}): MatcherResult {
  return judgeBound(this, { matcher: 'toBeMemoryBound', given: [] }, subject, 'memory', options);
}

export function toBeComputeBound(this: MatcherContext, subject: Subject, options: PhaseOptions = {}): MatcherResult {
  return judgeBound(this, { matcher: 'toBeComputeBound', given: [] }, subject, 'compute', options);
}

export function toBeBoundBy(
  this: MatcherContext,
  subject: Subject,
  bound: Bound,
  options: PhaseOptions = {},
): MatcherResult {
  const matcher = 'toBeBoundBy';
  checkWord(matcher, 'the bound', bound, BOUNDS);
  return judgeBound(this, { matcher, given: [JSON.stringify(bound)] }, subject, bound, options);
}

function judgeBound(
  context: MatcherContext,
  { matcher, given }: { readonly matcher: string; readonly given: readonly string[] },
  subject: Subject,
  wanted: Bound,
  options: PhaseOptions,
): MatcherResult {
  const phase = checkPhase(matcher, options);
  const call = { matcher, given: [...given, ...optionsText(options)] };
  return judge(context, call, subject, (estimate): Finding => {
    const { bound, mbu, mfu, arithmeticIntensity, ridgePoint, terms, seconds } = estimate[phase];
    const time = Object.entries(terms).find(([term]) => term === wanted)?.[1];
    const verb = bound === wanted ? ', which takes' : `; ${wanted} takes`;
    const share = time === undefined ? '' : `${verb} ${duration(time)} of ${duration(seconds)}`;
    return {
      pass: bound === wanted,
      expected: `${phase} to be bound by ${wanted}`,
      unexpected: `${phase} to be bound by anything but ${wanted}`,
      predicted: `${phase} is bound by ${bound}${share}`,
      account: () => [
        `MBU ${formatPercent(mbu)}, MFU ${formatPercent(mfu)}, ` +
          `${formatNumber(arithmeticIntensity)} FLOP/B where the ridge is at ${formatNumber(ridgePoint)}`,
        ...phaseLines(estimate, phase),
      ],
    };
  });
}

/** The phase that the options of a matcher name. */
export function checkPhase(matcher: string, options: PhaseOptions, others: readonly string[] = []): Phase {
  checkOptions(matcher, options, ['phase', ...others]);
  return checkWord(matcher, 'the phase', options.phase ?? 'decode', ['decode', 'prefill']);
}
