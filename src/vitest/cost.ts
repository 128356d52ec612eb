import { MissingFactError } from '../errors.js';
import type { Estimate, Prediction } from '../estimator/types.js';
import { formatCount, formatNumber, formatUsd } from '../format.js';
import { intervalText, phaseLines } from './account.js';
import { checkNumber } from './arguments.js';
import { type Finding, judge } from './judge.js';
import type { MatcherContext, MatcherResult, Subject } from './types.js';

/** Throws `MissingFactError` for a machine without a price: its cost is neither less nor more. */
export function toCostLessThan(this: MatcherContext, subject: Subject, usdPerMillionTokens: number): MatcherResult {
  const matcher = 'toCostLessThan';
  checkNumber(matcher, 'the price', usdPerMillionTokens);
  return judge(this, { matcher, given: [String(usdPerMillionTokens)] }, subject, (estimate): Finding => {
    const { cost, hardware, decode, memory, workload } = estimate;
    if (cost === undefined) throw new MissingFactError(hardware.id, 'a price', matcher);
    const { usdPerMillionOutputTokens: usd, usdPerHour, basis } = cost;
    return {
      pass: usd < usdPerMillionTokens,
      expected: `a million output tokens for less than ${formatUsd(usdPerMillionTokens)}`,
      unexpected: `a million output tokens for ${formatUsd(usdPerMillionTokens)} or more`,
      predicted: `${formatUsd(usd)} (${intervalText(costInterval(estimate, usd), 1)})`,
      account: () => [
        `${formatUsd(usdPerHour)}/h, ${basis}`,
        `${formatNumber(estimate.request.outputTokensPerSecond.expected)} output token/s over the request, ` +
          `${formatNumber(decode.tokensPerSecond.expected)} in decode`,
        ...(memory.largestBatch > workload.batch
          ? [`a larger batch would share the hour: up to ${formatCount(memory.largestBatch)} sequences fit`]
          : []),
        ...phaseLines(estimate, 'decode'),
      ],
    };
  });
}

/** A cost is proportional to the time of the request, and has its interval. */
function costInterval({ request: { latency } }: Estimate, usd: number): Prediction {
  const scale = usd / latency.expected;
  return {
    expected: usd,
    low: latency.low * scale,
    high: latency.high * scale,
    ideal: latency.ideal * scale,
    basis: latency.basis,
  };
}
