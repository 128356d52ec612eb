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

/** What a search over designs of the machine found. */
export interface StudyDesign {
  readonly goal: 'maximise' | 'minimise';
  readonly formula: string;
  /** Unit of the objective; empty for a plain number. */
  readonly unit: string;
  readonly free: readonly { readonly field: string; readonly from: number | string; readonly to: number | string }[];
  /** With the number of designs that keep each. */
  readonly constraints: readonly { readonly name: string; readonly formula: string; readonly kept: number }[];
  /** Best first, at most three that differ by a tenth or more; empty where none keeps every constraint. */
  readonly best: readonly {
    /** In words, by the field. */
    readonly figures: Readonly<Record<string, string>>;
    readonly objective: number;
    /** How much of what each constraint allows is taken: 1 at its edge. */
    readonly shares: Readonly<Record<string, number>>;
    /** Constraints of which less than a hundredth is left. */
    readonly binds: readonly string[];
    /** Fields at an end of their range. */
    readonly atEnd: readonly string[];
  }[];
  /** Designs that were tried, those that keep every constraint, and those on which the baseline does not run. */
  readonly tried: number;
  readonly allowed: number;
  readonly refused: number;
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
  readonly design?: StudyDesign;
  readonly expectations: readonly StudyVerdict[];
  /** True when every expectation holds and at least one case can be estimated. */
  readonly passed: boolean;
}

/** A study with the estimates of the first point, for pictures. */
export interface StudyRun {
  readonly result: StudyResult;
  readonly first: readonly { readonly variant: string; readonly estimate: Estimate }[];
}
