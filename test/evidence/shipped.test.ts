import { describe, expect, it } from 'vitest';
import { type Evidence, readEvidence } from '../../scripts/evidence.js';
import { listEngines } from '../../src/catalog/engines.js';
import { sourcesOf } from '../../src/catalog/sources.js';
import type { ConstantName, Engine, EngineClass } from '../../src/engine/types.js';
import { fitEngine } from '../../src/evidence/cross-validate.js';
import type { Metric } from '../../src/evidence/measurement.js';
import { errorOf, predictCase } from '../../src/evidence/predict.js';
import { type Score, scoreErrors } from '../../src/evidence/score.js';

const CLASSES = listEngines().flatMap((engine) =>
  engine.classes.map((engineClass) => ({ name: `${engine.id} (${engineClass.id})`, engine, engineClass })),
);

const evidence = readEvidence();

function evidenceOf(id: string): Evidence {
  const found = evidence.find(({ engine }) => engine.id === id);
  if (!found) throw new Error(`no evidence of ${id}`);
  return found;
}

function namesOf(constants: EngineClass['constants']): ConstantName[] {
  return Object.keys(constants) as ConstantName[];
}

/** Constants of a class whose source is the fit. */
function fittedNames(engine: Engine, { id, constants }: EngineClass): ConstantName[] {
  const { figures } = sourcesOf('engine', engine.id);
  return namesOf(constants).filter((name) => {
    const source = figures[`classes.${id}.constants.${name}`];
    return source?.kind === 'measured' && source.ref.startsWith('scripts/fit-engines.ts');
  });
}

function parentOf(engine: Engine, { parent }: EngineClass): EngineClass | undefined {
  return engine.classes.find(({ id }) => id === parent);
}

describe.each(CLASSES)('the constants of $name', ({ engine, engineClass }) => {
  const { constants, bounds, fits } = engineClass;
  const inherited = parentOf(engine, engineClass);

  it('lie within their bounds', () => {
    for (const [name, [low, high]] of Object.entries(bounds)) {
      const value = constants[name as ConstantName];
      expect([name, low < high]).toEqual([name, true]);
      expect(value, name).toBeGreaterThanOrEqual(low);
      expect(value, name).toBeLessThanOrEqual(high);
    }
  });

  it('have bounds where they are fitted, and the fit as their source', () => {
    const known = fittedNames(engine, engineClass);
    for (const name of fits) {
      expect(Object.keys(bounds)).toContain(name);
      expect(known).toContain(name);
    }
  });

  it('are fitted on rows of this class, or those of the class that it extends', () => {
    for (const name of fittedNames(engine, engineClass)) {
      if (!fits.includes(name)) expect([name, constants[name]]).toEqual([name, inherited?.constants[name]]);
    }
  });

  it('are those of the class that it extends, or stated by this one with a source of their own', () => {
    if (!inherited) return;
    const { figures } = sourcesOf('engine', engine.id);
    for (const name of namesOf({ ...inherited.constants, ...constants })) {
      if (fits.includes(name) || constants[name] === inherited.constants[name]) continue;
      const source = figures[`classes.${engineClass.id}.constants.${name}`];
      expect([name, source?.ref.startsWith('scripts/fit-engines.ts')]).toEqual([name, false]);
    }
  });
});

describe.each(CLASSES)('the intervals of $name', ({ engineClass: { residuals } }) => {
  it('reach from below the expected value to above it, and state their basis', () => {
    for (const { low, high, basis } of Object.values(residuals)) {
      expect(low).toBeLessThanOrEqual(0);
      expect(high).toBeGreaterThanOrEqual(0);
      expect(basis).not.toBe('');
    }
  });
});

describe('the shipped constants', () => {
  it.each(['mlx', 'tensorrt-llm'])('of %s are those that a fit to measurements/ gives', (id) => {
    const { engine, cases } = evidenceOf(id);
    const fitted = fitEngine(engine, cases, () => true);
    for (const { id: name, fits, constants } of engine.classes) {
      for (const constant of fits) {
        const value = fitted.get(name)?.[constant] ?? Number.NaN;
        expect([name, constant, digits(constants[constant])]).toEqual([name, constant, digits(value)]);
      }
    }
  });

  it('of llama.cpp are used on every row of measurements/local.csv that measures it', () => {
    const { cases, refused } = evidenceOf('llama.cpp');
    // One model does not fit the card that ran a part of it on the host.
    expect([...refused]).toEqual([['does-not-fit', 1]]);
    expect([...cases.values()].flat().length).toBeGreaterThanOrEqual(966);
  });

  // In sample. In November 2026: decode 5.8 % over 246 groups, prefill 13.9 % over 211.
  it.each<[Metric, number]>([
    ['decode_tok_s', 0.08],
    ['prefill_tok_s', 0.18],
  ])('of llama.cpp leave a median error in %s of at most %s', (metric, ceiling) => {
    const score = inSample('llama.cpp', metric);
    expect(score.groups).toBeGreaterThan(200);
    expect(score.median).toBeLessThanOrEqual(ceiling);
  });
});

function digits(value: number | undefined): string | undefined {
  return value?.toPrecision(4);
}

/** Score of the rows of a metric under the constants that are shipped. */
function inSample(id: string, metric: Metric): Score {
  const rows = [...evidenceOf(id).cases.values()].flat().filter(({ measurement }) => measurement.metric === metric);
  return scoreErrors(
    rows.map((found) => ({
      group: found.group,
      error: errorOf(found, predictCase(found, found.workload.engineClass.constants)),
    })),
  );
}
