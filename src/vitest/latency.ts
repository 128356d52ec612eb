import { unitFor } from '../format.js';
import { duration, intervalText, phaseLines } from './account.js';
import { checkNumber } from './arguments.js';
import { type Finding, judge } from './judge.js';
import type { MatcherContext, MatcherResult, Subject } from './types.js';

export function toAnswerWithin(this: MatcherContext, subject: Subject, ttftSeconds: number): MatcherResult {
  const matcher = 'toAnswerWithin';
  checkNumber(matcher, 'the time', ttftSeconds);
  return judge(this, { matcher, given: [String(ttftSeconds)] }, subject, (estimate): Finding => {
    const { timeToFirstToken } = estimate.prefill;
    const { expected, ideal } = timeToFirstToken;
    const { name, factor } = unitFor([expected], 'duration');
    const unreachable = ttftSeconds < ideal;
    const never = unreachable ? '; no software is that quick on this machine' : '';
    return {
      pass: expected <= ttftSeconds,
      expected: `the first token within ${duration(ttftSeconds)}`,
      unexpected: `the first token later than ${duration(ttftSeconds)}`,
      predicted: `${duration(expected)} (${intervalText(timeToFirstToken, factor)} ${name})${never}`,
      account: () => [
        ...phaseLines(estimate, 'prefill', unreachable),
        `basis of the interval: ${timeToFirstToken.basis}`,
      ],
    };
  });
}
