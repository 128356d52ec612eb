import type { RoofcastError } from '../errors.js';
import type { Bound, Estimate } from '../estimator/types.js';

/** A value of a field that a study changes: `64`, `q8_0`, `4.8 TB/s`, `2x`. */
export type StudyValue = string | number | boolean;

/** Where a case stands: the value of each axis by its field. */
export type StudyPoint = Readonly<Record<string, StudyValue>>;

/** What a study varies, by the path of the field: `batch`, `hardware.memory.hbm.bandwidth`. */
export interface StudyAxis {
  readonly field: string;
  readonly values: readonly StudyValue[];
}

export interface StudyVariant {
  /** `baseline`, or the name of the variant. */
  readonly name: string;
  readonly about?: string;
  /** Fields that differ from the baseline; for the baseline itself those that are stated. */
  readonly set: StudyPoint;
}

export interface StudyMetric {
  readonly name: string;
  readonly formula: string;
  /** Unit of its values; empty for a plain number. */
  readonly unit: string;
  readonly about?: string;
}

/** One variant at one point of the axes. */
export type StudyCase = { readonly variant: string; readonly at: StudyPoint } & (
  | {
      readonly ok: true;
      /** By the name of the metric; one that has no value is in `missing` with the reason. */
      readonly values: Readonly<Record<string, number>>;
      readonly missing: Readonly<Record<string, string>>;
      /** Values over those of the baseline at the same point. */
      readonly ratios: Readonly<Record<string, number>>;
      readonly bounds: { readonly decode: Bound; readonly prefill: Bound };
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly error: RoofcastError }
);

/** An expectation on one case, or at one point where it names its variants itself. */
export interface StudyCheck {
  readonly variant?: string;
  readonly at: StudyPoint;
  readonly ok: boolean;
  /** The comparison with its numbers, or why there is none. */
  readonly message: string;
}

export interface StudyVerdict {
  readonly formula: string;
  readonly because?: string;
  /** Where the expectation stands: `study.yaml:20:5`. */
  readonly place: string;
  readonly ok: boolean;
  readonly checks: readonly StudyCheck[];
}

/** What came of a study. */
export interface StudyResult {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly question?: string;
  readonly variants: readonly StudyVariant[];
  readonly axes: readonly StudyAxis[];
  readonly metrics: readonly StudyMetric[];
  /** Point by point, and at each the baseline first. */
  readonly cases: readonly StudyCase[];
  readonly expectations: readonly StudyVerdict[];
  /** True when every expectation holds and at least one case can be estimated. */
  readonly passed: boolean;
}

/** A study with the estimates of the first point, for pictures. */
export interface StudyRun {
  readonly result: StudyResult;
  readonly first: readonly { readonly variant: string; readonly estimate: Estimate }[];
}
