import type { Expectation, Metric } from '../metric/metric.js';
import type { Path, Tree } from '../spec/tree.js';
import type { StudyAxis, StudyPoint } from '../study/study-result.js';
import type { StudyText } from './schema.js';
import type { Setting } from './settings.js';
import type { World } from './world.js';

/** A study that was read and checked: its formulas are compiled, its fields are named right. */
export interface StudyPlan {
  readonly file: string;
  readonly tree: Tree;
  readonly name: string;
  readonly question?: string;
  /** The baseline first. */
  readonly variants: readonly PlannedVariant[];
  readonly axes: readonly StudyAxis[];
  /** What to search for; the best design is a variant of its own. */
  readonly design?: NonNullable<StudyText['design']>;
  readonly metrics: readonly PlannedMetric[];
  readonly expectations: readonly PlannedExpectation[];
}

export interface PlannedVariant {
  readonly name: string;
  readonly about?: string;
  /** What it sets itself. */
  readonly own: readonly Setting[];
  /** All that it is: the baseline with that. */
  readonly settings: readonly Setting[];
}

export interface PlannedMetric {
  readonly name: string;
  readonly metric: Metric<World>;
  readonly about?: string;
}

export interface PlannedExpectation {
  readonly expectation: Expectation<World>;
  /** Variants that it is asked of; undefined where it names its variants itself, and is asked once at each point. */
  readonly of: readonly string[] | undefined;
  readonly at: StudyPoint;
  readonly because?: string;
  readonly path: Path;
}
