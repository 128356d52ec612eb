import { DoesNotFitError, InvalidScenarioError, isRoofcastError, type RoofcastError } from '../errors.js';
import type { Estimate } from '../estimator/types.js';
import { type EstimateInput, type Outcome, tryEstimate } from '../index.js';

/** What there is to judge: an estimate, or a model that does not fit. */
export type Judged =
  | { readonly ok: true; readonly estimate: Estimate }
  | { readonly ok: false; readonly error: DoesNotFitError };

/** Estimates a subject where that is still to do. Every error but that of a model that does not fit is thrown. */
export function judgedOf(matcher: string, subject: unknown): Judged {
  refuseUnits(matcher, subject);
  if (isEstimate(subject)) return { ok: true, estimate: subject };
  if (isOutcome(subject)) return misfitOrThrow(matcher, subject);
  if (isScenario(subject)) return misfitOrThrow(matcher, tryEstimate(subject));
  throw new InvalidScenarioError(
    matcher,
    subject,
    `${describe(subject)} is no estimate, no scenario and no outcome`,
    'give it what estimate() or tryEstimate() returns, or what they take',
  );
}

/** Throws for what is of a network that generates no tokens: its numbers are few, and need no matcher. */
function refuseUnits(matcher: string, subject: unknown): void {
  const found = isRecord(subject) && subject.ok === true ? subject.estimate : subject;
  if (!isRecord(found) || !isRecord(found.workload) || typeof found.workload.unit !== 'string') return;
  const { unit } = found.workload;
  const problem = `it is an estimate in ${unit}s per second, and matchers judge those in tokens`;
  throw new InvalidScenarioError(matcher, subject, problem, 'assert on its fields, such as unitsPerSecond.expected');
}

function misfitOrThrow(matcher: string, outcome: Outcome): Judged {
  refuseUnits(matcher, outcome);
  if (outcome.ok) return outcome;
  if (isMisfit(outcome.error)) return { ok: false, error: outcome.error };
  throw outcome.error;
}

/** By its code, as another copy of the library has a class of its own. */
function isMisfit(error: RoofcastError): error is DoesNotFitError {
  return error instanceof DoesNotFitError || error.code === 'does-not-fit';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isEstimate(value: unknown): value is Estimate {
  return isRecord(value) && value.schemaVersion === 1 && isRecord(value.decode) && isRecord(value.prefill);
}

function isOutcome(value: unknown): value is Outcome {
  if (!isRecord(value)) return false;
  return value.ok === true ? isEstimate(value.estimate) : value.ok === false && isRoofcastError(value.error);
}

function isScenario(value: unknown): value is EstimateInput {
  return isRecord(value) && isSpec(value.model, 'layers') && isSpec(value.hardware, 'units');
}

/** An id, or a model or machine as an object, told by a field that what an estimate says of them lacks. */
function isSpec(value: unknown, field: 'layers' | 'units'): boolean {
  return typeof value === 'string' || (isRecord(value) && isRecord(value[field]));
}

/** A value of any kind in a few words. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (!isRecord(value)) return String(value);
  const fields = Object.keys(value).slice(0, 5);
  return fields.length === 0 ? 'an object without fields' : `an object with ${fields.join(', ')}`;
}
