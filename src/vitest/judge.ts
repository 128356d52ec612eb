import type { DoesNotFitError } from '../errors.js';
import type { Estimate } from '../estimator/types.js';
import { judgedOf } from './subject.js';
import type { MatcherContext, MatcherResult, Subject } from './types.js';

/** A matcher as it was called. */
export interface Call {
  readonly matcher: string;
  /** Its arguments as text. */
  readonly given?: readonly string[];
}

/** What a matcher found in an estimate. */
export interface Finding {
  readonly pass: boolean;
  /** What was expected, and what with `.not`: each completes "expected ...". */
  readonly expected: string;
  readonly unexpected: string;
  /** What came out, with its interval and bound. */
  readonly predicted: string;
  /** Lines on what it is made of, and what would change it. */
  readonly account: () => readonly string[];
}

/**
 * Judges a subject. What does not fit has no speed, cost or energy to judge: it fails with and without `.not`, so that no
 * assertion holds for want of an estimate.
 */
export function judge(
  context: MatcherContext,
  call: Call,
  subject: Subject,
  examine: (estimate: Estimate) => Finding,
): MatcherResult {
  const isNot = context.isNot ?? false;
  const judged = judgedOf(call.matcher, subject);
  if (!judged.ok) return { pass: isNot, message: () => misfitMessage(call, isNot, judged.error) };
  const { estimate } = judged;
  const { pass, expected, unexpected, predicted, account } = examine(estimate);
  return {
    pass,
    message: () =>
      message(callText(nameOf(estimate), call, isNot), isNot ? unexpected : expected, predicted, account()),
  };
}

/** The call, what was expected, what came out, and why. */
export function message(call: string, expected: string, predicted: string, account: readonly string[]): string {
  return [call, '', `expected   ${expected}`, `predicted  ${predicted}`, '', ...account].join('\n');
}

/** The assertion as it was written, with the subject in words. */
export function callText(subject: string, { matcher, given = [] }: Call, isNot: boolean): string {
  return `expect(${subject})${isNot ? '.not' : ''}.${matcher}(${given.join(', ')})`;
}

export function nameOf({ model, hardware }: Estimate): string {
  return `${model.id} on ${hardware.id}`;
}

export function nameOfMisfit({ model, hardware }: DoesNotFitError): string {
  return `${model} on ${hardware}`;
}

function misfitMessage(call: Call, isNot: boolean, error: DoesNotFitError): string {
  return message(callText(nameOfMisfit(error), call, isNot), 'an estimate to judge', `none: ${error.message}`, [
    'What does not fit gives no token, so this fails with and without .not; toFit() asserts whether it fits.',
  ]);
}

/** Options as they were written: `{ by: 2 }`; none where there are none. */
export function optionsText(options: object): readonly string[] {
  const fields = Object.entries(options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return fields.length === 0 ? [] : [`{ ${fields.join(', ')} }`];
}
