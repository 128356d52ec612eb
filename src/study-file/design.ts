import {
  FormulaError,
  InvalidScenarioError,
  isRoofcastError,
  type RoofcastError,
  type SpecProblem,
} from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import { designSpace } from '../index.js';
import {
  compileExpectationIn,
  compileMetricIn,
  type Expectation,
  type Metric,
  type Verdict,
} from '../metric/metric.js';
import { problemAt, problemAtKey, throwProblems } from '../spec/problems.js';
import type { Path, Tree } from '../spec/tree.js';
import type { DesignSpace } from '../study/design-space.js';
import { findField } from '../study/find-field.js';
import type { StudyDesign } from '../study/study-result.js';
import { fieldsOf } from '../study/vary.js';
import { type DesignWorld, designVocabulary, unitOf } from './design-vocabulary.js';
import { formulaProblem } from './formulas.js';
import { asText, type StudySpecs, workloadOf } from './scenario.js';
import type { StudyText } from './schema.js';
import type { Setting } from './settings.js';
import { DESIGN } from './world.js';

type DesignText = NonNullable<StudyText['design']>;

/** What a search found: its report, and the figures of the best design as settings, none where there is no design. */
export interface FoundDesign {
  readonly report: StudyDesign;
  readonly settings: readonly Setting[];
}

const HARDWARE = 'hardware.';

/** Free figures: each at least doubles the work. */
const MOST_FREE = 6;

/** Problems of a design that its text alone tells: what is free, and that there is one objective. */
export function designProblems(design: DesignText, axes: readonly string[], tree: Tree): readonly SpecProblem[] {
  const { free, maximise, minimise } = design;
  const fields = Object.keys(free);
  return [
    ...fields.flatMap((field) => freeProblem(field, axes, tree)),
    ...(fields.length === 0
      ? [problemAt(tree, [DESIGN, 'free'], 'frees nothing', 'name a figure, as in hardware.memory.hbm.bandwidth')]
      : []),
    ...(fields.length > MOST_FREE
      ? [problemAt(tree, [DESIGN, 'free'], `frees ${fields.length} figures`, `${MOST_FREE} are the most`)]
      : []),
    ...(maximise === undefined && minimise === undefined
      ? [problemAt(tree, [DESIGN], 'states neither maximise nor minimise', 'write maximise: decode.tokensPerSecond')]
      : []),
    ...(maximise !== undefined && minimise !== undefined
      ? [problemAt(tree, [DESIGN, 'minimise'], 'stands beside maximise', 'keep one of the two')]
      : []),
  ];
}

function freeProblem(field: string, axes: readonly string[], tree: Tree): readonly SpecProblem[] {
  const path = [DESIGN, 'free', field];
  if (!field.startsWith(HARDWARE) || field === HARDWARE) {
    const remedy = 'write one as in hardware.memory.hbm.bandwidth';
    return [problemAtKey(tree, path, `"${field}" is not a figure of the machine`, remedy)];
  }
  if (!axes.includes(field)) return [];
  return [problemAtKey(tree, path, `"${field}" is an axis as well`, 'have it in one of the two')];
}

/**
 * Searches the machines of a design for the scenario of the baseline. Throws `SpecError`, located in the file, for figures,
 * ends and formulas that cannot be.
 */
export function findDesign(design: DesignText, base: readonly Setting[], specs: StudySpecs, tree: Tree): FoundDesign {
  const { hardware, ...workload } = workloadOf(base, specs);
  const formulas = compileAll(design, hardware, tree);
  const { metric, constraints } = formulas;
  const watch = keepWatch(tree);
  const kept = new Map(constraints.map(({ name }) => [name, 0]));
  const search = (): DesignSpace =>
    designSpace(hardware, {
      free: Object.fromEntries(
        Object.entries(design.free).map(([field, { from, to }]) => [
          field.slice(HARDWARE.length),
          [endText(from), endText(to)],
        ]),
      ),
      workloads: [workload],
      objective: (estimate, machine) =>
        watch.run(formulas.path, () => metric.evaluate({ estimate, hardware: machine })),
      better: design.maximise === undefined ? 'less' : 'more',
      constraints: constraints.map(({ name, expectation, path }) => ({
        name,
        atMost: 1,
        of: (machine, estimate) => {
          const share = watch.run(path, () => shareOf(expectation.check({ estimate, hardware: machine })));
          if (share <= 1) kept.set(name, (kept.get(name) ?? 0) + 1);
          return share;
        },
      })),
    });
  const found = attemptSearch(search, design, formulas.path, watch, tree);
  const stated = {
    goal: design.maximise === undefined ? ('minimise' as const) : ('maximise' as const),
    formula: metric.formula,
    unit: metric.unit,
    free: Object.entries(design.free).map(([field, { from, to }]) => ({ field, from, to })),
    constraints: constraints.map(({ name, expectation: { formula } }) => ({
      name,
      formula,
      kept: kept.get(name) ?? 0,
    })),
  };
  const [best] = found.best;
  return {
    settings: best === undefined ? [] : settingsOf(best.figures, hardware),
    report: {
      ...stated,
      best: found.best.map(({ text, objective, takes, binds, atEnd }) => ({
        figures: named(text),
        objective,
        shares: takes,
        binds,
        atEnd: atEnd.map((path) => `${HARDWARE}${path}`),
      })),
      tried: found.tried,
      allowed: found.allowed,
      refused: found.refused,
    },
  };
}

/** A bare number would be in SI units; in a file every quantity has its unit. */
function endText(end: string | number): string {
  return String(asText(end));
}

interface Compiled {
  readonly metric: Metric<DesignWorld>;
  readonly path: Path;
  readonly constraints: readonly {
    readonly name: string;
    readonly expectation: Expectation<DesignWorld>;
    readonly path: Path;
  }[];
}

function compileAll({ maximise, minimise, where }: DesignText, hardware: Hardware, tree: Tree): Compiled {
  const vocabulary = designVocabulary(hardware);
  const path = [DESIGN, maximise === undefined ? 'minimise' : 'maximise'];
  const watch = keepWatch(tree);
  const metric = watch.tell(path, () => compileMetricIn(vocabulary, maximise ?? minimise ?? ''));
  const constraints = Object.entries(where).flatMap(([name, formula]) => {
    const at = [DESIGN, 'where', name];
    const expectation = watch.tell(at, () => compileExpectationIn(vocabulary, formula));
    return expectation === undefined ? [] : [{ name, expectation, path: at }];
  });
  throwProblems(watch.problems);
  if (metric === undefined) throw new Error('an objective without a problem was not compiled');
  return { metric, path, constraints };
}

interface Watch {
  readonly problems: readonly SpecProblem[];
  /** Runs a formula, and notes what is wrong with it. */
  run<T>(path: Path, act: () => T): T;
  /** The same, without a result where something is wrong. */
  tell<T>(path: Path, act: () => T): T | undefined;
}

function keepWatch(tree: Tree): Watch {
  const problems: SpecProblem[] = [];
  const run = <T>(path: Path, act: () => T): T => {
    try {
      return act();
    } catch (error) {
      if (error instanceof FormulaError) problems.push(formulaProblem(tree, path, error));
      throw error;
    }
  };
  const tell = <T>(path: Path, act: () => T): T | undefined => {
    try {
      return run(path, act);
    } catch (error) {
      if (error instanceof FormulaError) return undefined;
      throw error;
    }
  };
  return { problems, run, tell };
}

/**
 * How much of what a comparison allows is taken: 1 at its edge, less inside, more outside. Comparisons of names have no
 * edge: they are kept or not.
 */
function shareOf({ ok, findings }: Verdict): number {
  const shares = findings.map(({ left, right }) => {
    if (typeof left !== 'number' || typeof right !== 'number' || !(left > 0 && right > 0)) return ok ? 0 : Infinity;
    return ok ? Math.min(left, right) / Math.max(left, right) : Math.max(left, right) / Math.min(left, right);
  });
  const most = Math.max(...shares);
  return ok ? most : Math.max(most, 1 + Number.EPSILON);
}

/** Searches, and tells errors of figures, ends and formulas at their places. No design that runs is a finding. */
function attemptSearch(search: () => DesignSpace, { free }: DesignText, objective: Path, watch: Watch, tree: Tree) {
  try {
    const found = search();
    throwProblems(watch.problems);
    return found;
  } catch (error) {
    throwProblems(watch.problems);
    if (!(error instanceof InvalidScenarioError)) throw error;
    const { field, remedy } = error;
    const problem = error.message.replace(`${field}: `, '').replace(remedy === undefined ? '' : `; ${remedy}`, '');
    const path = Object.keys(free).find((key) => key === field || key === `${HARDWARE}${field}`);
    if (path !== undefined) throwProblems([problemAtKey(tree, [DESIGN, 'free', path], problem, remedy)]);
    if (field === 'objective') throwProblems([problemAt(tree, objective, problem, remedy)]);
    throw error;
  }
}

/** The figures of a design as a variant would set them, to the last digit. */
function settingsOf(figures: Readonly<Record<string, number>>, hardware: Hardware): readonly Setting[] {
  return Object.entries(figures).map(([path, value]) => {
    const found = findField(hardware, fieldsOf(hardware), path);
    const text = found.multiplesOnly === true ? `${value}x` : `${value} ${settingUnit(found)}`.trim();
    return { field: `${HARDWARE}${path}`, value: text, path: [DESIGN, 'free', `${HARDWARE}${path}`] };
  });
}

function settingUnit(field: Parameters<typeof unitOf>[0]): string {
  const unit = unitOf(field);
  if (unit === undefined) return 'm';
  return unit;
}

function named(text: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(text).map(([path, value]) => [`${HARDWARE}${path}`, value]));
}

/** Why there is no best design: nothing keeps all constraints. */
export function noDesign({ tried, refused, constraints }: StudyDesign): InvalidScenarioError {
  const each = constraints.map(({ name, kept }) => `${name} ${kept}`).join(', ');
  const problem = `none of ${tried} ${tried === 1 ? 'design' : 'designs'} keeps every constraint; of the ${tried - refused} that run, kept: ${each}`;
  return new InvalidScenarioError(DESIGN, tried, problem, 'widen the ranges or the budgets');
}

/** True of an error that is about what a study asks, which the baseline tells at its place. */
export function isBaselineError(error: unknown): error is RoofcastError {
  return isRoofcastError(error) && error.code !== 'invalid-spec';
}
