import type { Estimate, Prediction } from '../estimator/types.js';
import { formatNumber, formatRatio } from '../format.js';
import { phaseLines, rateText } from './account.js';
import { checkNumber, checkOptions, checkWord } from './arguments.js';
import { checkPhase } from './bound.js';
import { callText, type Finding, judge, message, nameOf, nameOfMisfit, optionsText } from './judge.js';
import { judgedOf } from './subject.js';
import type { FasterOptions, MatcherContext, MatcherResult, ReachOptions, Subject } from './types.js';

export function toReachTokensPerSecond(
  this: MatcherContext,
  subject: Subject,
  tokensPerSecond: number,
  options: ReachOptions = {},
): MatcherResult {
  const matcher = 'toReachTokensPerSecond';
  checkNumber(matcher, 'the rate', tokensPerSecond);
  checkOptions(matcher, options, ['atLeast', 'per']);
  const end = checkWord(matcher, 'atLeast', options.atLeast ?? 'expected', ['expected', 'low']);
  const per = checkWord(matcher, 'per', options.per ?? 'batch', ['batch', 'sequence']);
  const call = { matcher, given: [String(tokensPerSecond), ...optionsText(options)] };
  return judge(this, call, subject, (estimate): Finding => {
    const { decode, workload } = estimate;
    const rate = per === 'sequence' ? decode.tokensPerSecondPerSequence : decode.tokensPerSecond;
    const whose = per === 'sequence' ? ' for each sequence' : workload.batch > 1 ? ' for all sequences together' : '';
    const sure = end === 'low' ? ' at the low end of the interval' : '';
    return {
      pass: rate[end] >= tokensPerSecond,
      expected: `decode to reach ${formatNumber(tokensPerSecond)} token/s${whose}${sure}`,
      unexpected: `decode to stay below ${formatNumber(tokensPerSecond)} token/s${whose}${sure}`,
      predicted: `${rateText(rate)}, ${formatRatio(rate[end] / tokensPerSecond)} of it; ${withinReach(rate, tokensPerSecond)}`,
      account: () => [
        ...phaseLines(estimate, 'decode', tokensPerSecond > rate.ideal),
        `basis of the interval: ${rate.basis}`,
      ],
    };
  });
}

/** Where a wanted rate stands beside what is possible. */
function withinReach({ low, high, ideal }: Prediction, wanted: number): string {
  if (wanted > ideal) return 'no software reaches it on this machine';
  if (wanted > high) return 'only an engine better than this one would reach it';
  return wanted >= low ? 'the interval holds it' : 'the whole interval is above it';
}

export function toBeFasterThan(
  this: MatcherContext,
  subject: Subject,
  other: Subject,
  options: FasterOptions = {},
): MatcherResult {
  const matcher = 'toBeFasterThan';
  const phase = checkPhase(matcher, options, ['by']);
  const by = options.by === undefined ? undefined : checkNumber(matcher, 'by', options.by, 1);
  const against = judgedOf(matcher, other);
  if (!against.ok) {
    const isNot = this.isNot ?? false;
    const call = { matcher, given: [nameOfMisfit(against.error), ...optionsText(options)] };
    const lines = ['What does not fit gives no token to be faster than; this fails with and without .not.'];
    return {
      pass: isNot,
      message: () => message(callText('...', call, isNot), 'two estimates', `one: ${against.error.message}`, lines),
    };
  }
  const slower = against.estimate;
  const call = { matcher, given: [nameOf(slower), ...optionsText(options)] };
  return judge(this, call, subject, (estimate): Finding => {
    const rate = (one: Estimate): Prediction => one[phase].tokensPerSecond;
    const ratio = rate(estimate).expected / rate(slower).expected;
    const times = by === undefined ? 'faster than' : `at least ${formatRatio(by)} as fast as`;
    return {
      pass: by === undefined ? ratio > 1 : ratio >= by,
      expected: `${phase} to be ${times} ${nameOf(slower)}`,
      unexpected: `${phase} not to be ${times} ${nameOf(slower)}`,
      predicted: `${formatRatio(ratio)}: ${rateText(rate(estimate))} against ${rateText(rate(slower))}`,
      account: () => [
        `${nameOf(estimate)}: ${phaseLines(estimate, phase).join('\n')}`,
        '',
        `${nameOf(slower)}: ${phaseLines(slower, phase).join('\n')}`,
      ],
    };
  });
}
