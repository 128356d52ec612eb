import type { Estimate } from '../estimator/types.js';
import { formatCount, formatPercent, formatQuantity } from '../format.js';
import { workloadText } from './account.js';
import { callText, message, nameOf, nameOfMisfit } from './judge.js';
import { judgedOf } from './subject.js';
import type { MatcherContext, MatcherResult, Subject } from './types.js';

/** An estimate that exists fits; a scenario, or the outcome of one, may not. */
export function toFit(this: MatcherContext, subject: Subject): MatcherResult {
  const call = { matcher: 'toFit' };
  const isNot = this.isNot ?? false;
  const judged = judgedOf(call.matcher, subject);
  if (!judged.ok) {
    const { error } = judged;
    const { requiredBytes, availableBytes, shortBytes, remedies } = error;
    const asked = callText(nameOfMisfit(error), call, isNot);
    const needs = `it needs ${gigabytes(requiredBytes)} of ${gigabytes(availableBytes)}: ${gigabytes(shortBytes)} short`;
    return {
      pass: false,
      message: () =>
        message(asked, 'the model to fit', needs, [`nearest to change it: ${remedies.join(', or ') || 'more memory'}`]),
    };
  }
  const { estimate } = judged;
  const { totalBytes, usableBytes } = estimate.memory;
  const needs = `it needs ${gigabytes(totalBytes)} of ${gigabytes(usableBytes)}, ${formatPercent(totalBytes / usableBytes)}`;
  const asked = callText(nameOf(estimate), call, isNot);
  return { pass: true, message: () => message(asked, 'the model not to fit', needs, memoryLines(estimate)) };
}

function memoryLines(estimate: Estimate): string[] {
  const { weightBytes, cacheBytes, cacheBytesPerToken, activationBytes, freeBytes, largestBatch } = estimate.memory;
  const parts = [
    `weights ${gigabytes(weightBytes)}`,
    `cache ${gigabytes(cacheBytes)} (${formatQuantity(cacheBytesPerToken, 'bytes')} per token)`,
    `activations ${gigabytes(activationBytes)}`,
    `free ${gigabytes(freeBytes)}`,
  ];
  return [
    workloadText(estimate),
    parts.join(', '),
    `nearest to change it: a batch above ${formatCount(largestBatch)}, or wider weights`,
  ];
}

function gigabytes(bytes: number): string {
  return formatQuantity(bytes, 'bytes');
}
