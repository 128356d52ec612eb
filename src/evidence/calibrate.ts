import type { ConstantName, Engine, EngineClass, EngineConstants } from '../engine/types.js';
import { type Case, caseOf, type Specs } from './case.js';
import { type Bounds, fitConstants, lossOf } from './fit.js';
import { readMeasurement } from './measurement.js';
import { errorOf, predictCase } from './predict.js';
import { bandOfResiduals, KINDS, kindOf } from './residual-band.js';
import type { Refusal } from './row.js';
import { type Score, scoreErrors } from './score.js';
import { speedOf } from './speed.js';
import type { LocatedRow } from './validate.js';

/** What became of one constant. */
export interface CalibratedConstant {
  readonly name: ConstantName;
  readonly before: number;
  readonly after: number;
  readonly verdict: 'fitted' | 'kept';
  /** Why it was kept, or what fitting it brought. */
  readonly why: string;
}

/** One class of the engine against the rows that it served. */
export interface ClassCalibration {
  readonly id: string;
  readonly rows: number;
  readonly devices: number;
  readonly constants: readonly CalibratedConstant[];
  /** Under the constants that the engine came with. */
  readonly before: Score;
  /** Every row predicted by constants fitted without it and its like. */
  readonly leftOut: Score;
  readonly residuals: readonly CalibrationResidual[];
}

export interface CalibrationResidual {
  readonly line: number;
  readonly device: string;
  readonly metric: string;
  readonly measured: number;
  readonly before: number;
  /** Predicted without the row. */
  readonly leftOut: number;
  /** Predicted by the final constants. */
  readonly after: number;
}

/** An engine fitted to somebody's own measurements. */
export interface Calibration {
  readonly engine: Engine;
  readonly classes: readonly ClassCalibration[];
  /** Rows that could not be used, and why. */
  readonly refused: readonly (Refusal & { readonly line: number })[];
}

/** A row with its case. */
interface Located {
  readonly line: number;
  readonly found: Case;
}

/**
 * Fits the bounded constants of an engine to a user's rows, class by class. A constant is freed only when some row depends
 * on it and when freeing it predicts rows better that were left out; the others stay what they were.
 */
export function calibrateEngine(rows: readonly LocatedRow[], engine: Engine, specs: Specs): Calibration {
  const refused: (Refusal & { line: number })[] = [];
  const byClass = new Map<string, Located[]>();
  for (const row of rows) {
    const result = locate(row, engine, specs);
    if ('status' in result) {
      refused.push({ line: row.line, ...result });
      continue;
    }
    const { id } = result.found.workload.engineClass;
    byClass.set(id, [...(byClass.get(id) ?? []), result]);
  }
  const fitted = [...byClass].flatMap(([id, cases]) => {
    const engineClass = engine.classes.find((candidate) => candidate.id === id);
    return engineClass ? [calibrateClass(engineClass, cases)] : [];
  });
  return { engine: withClasses(engine, fitted), classes: fitted.map(({ report }) => report), refused };
}

function locate({ line, cells, problem }: LocatedRow, engine: Engine, specs: Specs): Located | Refusal {
  if (problem !== undefined) return { status: 'invalid', reason: 'invalid-row', message: problem };
  const reading = readMeasurement({ ...cells, engine: engine.id });
  if (!reading.ok) return reading.refusal;
  const speed = speedOf(reading.value);
  if (!speed) {
    const message = 'energy is not what an engine is fitted on';
    return { status: 'unsupported', reason: `missing-row-field(measured_tok_s)`, message };
  }
  const set = caseOf(speed, { ...specs, engine: () => engine });
  return set.ok ? { line, found: set.value } : set.refusal;
}

interface Fitted {
  readonly engineClass: EngineClass;
  readonly report: ClassCalibration;
}

function calibrateClass(engineClass: EngineClass, located: readonly Located[]): Fitted {
  const cases = located.map(({ found }) => found);
  const { constants } = engineClass;
  const { free, why } = chooseFree(engineClass, cases);
  const after = free.length > 0 ? fitConstants(cases, constants, boundsFor(engineClass, free), true) : constants;
  const leftOut = leaveOut(engineClass, cases, free);
  const errors = cases.map((found, index) => ({
    group: found.group,
    device: found.device,
    weights: found.measurement.weights,
    error: errorOf(found, leftOut[index] ?? Number.NaN),
  }));
  const bands = KINDS.flatMap((kind) => {
    const own = errors.filter((_, index) => {
      const found = cases[index];
      return found !== undefined && kindOf(found) === kind;
    });
    const band = bandOfResiduals(own, engineClass.residuals[kind]);
    return band ? [[kind, band] as const] : [];
  });
  return {
    engineClass: {
      ...engineClass,
      constants: after,
      residuals: { ...engineClass.residuals, ...Object.fromEntries(bands) },
    },
    report: {
      id: engineClass.id,
      rows: cases.length,
      devices: new Set(cases.map(({ device }) => device)).size,
      constants: namesOf(engineClass).map((name) => ({
        name,
        before: constants[name] ?? 0,
        after: after[name] ?? 0,
        verdict: free.includes(name) ? 'fitted' : 'kept',
        why: why.get(name) ?? '',
      })),
      before: scoreErrors(
        cases.map((found) => ({ group: found.group, error: errorOf(found, predictCase(found, constants)) })),
      ),
      leftOut: scoreErrors(errors),
      residuals: located.map(({ line, found }, index) => ({
        line,
        device: found.device,
        metric: found.measurement.metric,
        measured: found.measurement.value,
        before: predictCase(found, constants),
        leftOut: leftOut[index] ?? Number.NaN,
        after: predictCase(found, after),
      })),
    },
  };
}

/** Constants that a fit may move. */
function namesOf({ bounds }: EngineClass): readonly ConstantName[] {
  return Object.keys(bounds) as ConstantName[];
}

function boundsFor({ bounds }: EngineClass, names: readonly ConstantName[]): Bounds {
  return Object.fromEntries(names.flatMap((name) => (bounds[name] ? [[name, bounds[name]] as const] : [])));
}

/** A constant that changes no prediction by this much, when it is half as large again, cannot be told from the rows. */
const TELLS = 0.02;

/** Freeing a constant must lower the error of rows left out by this part. */
const WORTH = 0.03;

/** From so many rows per constant on, all that tell are freed: choosing would not change the fit. */
const PLENTY = 15;

interface Choice {
  readonly free: readonly ConstantName[];
  readonly why: ReadonlyMap<ConstantName, string>;
}

/** Chooses the constants to free one after the other, each the one that predicts left-out rows best. */
function chooseFree(engineClass: EngineClass, cases: readonly Case[]): Choice {
  const why = new Map<ConstantName, string>();
  const tell = namesOf(engineClass).filter((name) => {
    const change = sensitivity(engineClass, cases, name);
    if (change < TELLS) why.set(name, `no row tells it: half as much again changes none by ${100 * TELLS} %`);
    return change >= TELLS;
  });
  if (cases.length >= PLENTY * Math.max(1, tell.length)) {
    for (const name of tell) why.set(name, `fitted on ${cases.length} rows`);
    return { free: tell, why };
  }
  let free: ConstantName[] = [];
  let least = lossWithout(engineClass, cases, free);
  // Every constant needs two rows at least: one to fit it and one to check it.
  while (free.length < tell.length && 2 * (free.length + 1) <= cases.length) {
    const trials = tell
      .filter((name) => !free.includes(name))
      .map((name) => ({ name, loss: lossWithout(engineClass, cases, [...free, name]) }));
    const best = trials.reduce((a, b) => (b.loss < a.loss ? b : a));
    if (best.loss > least * (1 - WORTH)) break;
    why.set(best.name, `error of left-out rows ${percent(least)} before, ${percent(best.loss)} after`);
    free = [...free, best.name];
    least = best.loss;
  }
  for (const name of tell) {
    if (!free.includes(name)) why.set(name, 'freeing it does not predict left-out rows better');
  }
  return { free, why };
}

/** Largest change of a prediction when a constant grows by half, or shrinks where its bounds leave no room. */
function sensitivity({ constants, bounds }: EngineClass, cases: readonly Case[], name: ConstantName): number {
  const value = constants[name];
  const [low, high] = bounds[name] ?? [0, 0];
  if (value === undefined) return Number.POSITIVE_INFINITY;
  const moved = value * 1.5 <= high ? value * 1.5 : Math.max(low, value / 1.5);
  const changed = { ...constants, [name]: moved };
  return Math.max(
    ...cases.map((found) => Math.abs(Math.log(predictCase(found, changed) / predictCase(found, constants)))),
  );
}

/** Mean loss of rows under constants fitted without them. */
function lossWithout(engineClass: EngineClass, cases: readonly Case[], free: readonly ConstantName[]): number {
  const predicted = leaveOut(engineClass, cases, free);
  return lossOf(cases, (found) => predicted[cases.indexOf(found)] ?? Number.NaN);
}

/** Most parts that the rows are divided into. */
const MOST_FOLDS = 10;

/** Predicts every row with constants fitted without its part: its device, its group, or the row alone if that is all. */
function leaveOut(engineClass: EngineClass, cases: readonly Case[], free: readonly ConstantName[]): readonly number[] {
  const { constants } = engineClass;
  if (free.length === 0 || cases.length < 2) return cases.map((found) => predictCase(found, constants));
  const parts = partsOf(cases);
  const fits = new Map<number, EngineConstants>();
  return cases.map((found, index) => {
    const part = parts[index] ?? 0;
    const others = cases.filter((_, other) => parts[other] !== part);
    const fitted = fits.get(part) ?? fitConstants(others, constants, boundsFor(engineClass, free), true);
    fits.set(part, fitted);
    return predictCase(found, fitted);
  });
}

/** Number of the part that each row is left out with: the coarsest of device, group and row of which there are three. */
function partsOf(cases: readonly Case[]): readonly number[] {
  const keys = [cases.map(({ device }) => device), cases.map(({ group }) => group)];
  const coarse = keys.find((key) => new Set(key).size >= 3) ?? cases.map((_, index) => String(index));
  const distinct = [...new Set(coarse)];
  return coarse.map((key) => distinct.indexOf(key) % MOST_FOLDS);
}

/** The engine with its calibrated classes; those that extend one take over what they do not fit themselves. */
function withClasses(engine: Engine, fitted: readonly Fitted[]): Engine {
  const byId = new Map(fitted.map(({ engineClass }) => [engineClass.id, engineClass]));
  const resolve = (engineClass: EngineClass): EngineClass => {
    const known = byId.get(engineClass.id);
    if (known) return known;
    const parent = engine.classes.find(({ id }) => id === engineClass.parent);
    if (!parent) return engineClass;
    const above = resolve(parent);
    if (above === parent) return engineClass;
    const own = engineClass.fits.map((name) => [name, engineClass.constants[name]] as const);
    return { ...engineClass, constants: { ...above.constants, ...Object.fromEntries(own) } };
  };
  return { ...engine, classes: engine.classes.map(resolve) };
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
