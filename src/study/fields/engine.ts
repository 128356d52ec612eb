import type { Dimension } from '../../dimensions.js';
import type { ConstantName, Engine } from '../../engine/types.js';
import { choice, type Field, type FieldType, kebab, type Place, quantity, valueAt } from './field.js';

const constants: Readonly<Record<ConstantName, Dimension>> = {
  memoryEfficiency: 'fraction',
  cacheEfficiency: 'fraction',
  activationEfficiency: 'fraction',
  loadBytesPerClock: 'capacity',
  matrixEfficiency: 'fraction',
  vectorEfficiency: 'fraction',
  attentionEfficiency: 'fraction',
  kernelOverhead: 'time',
  coreOverhead: 'time',
  stepOverhead: 'time',
  dispatchOverhead: 'time',
  sequenceOverhead: 'time',
  requestOverhead: 'time',
};

const settings: Readonly<Record<string, FieldType>> = {
  fusion: choice('none', 'functions', 'element-wise', 'projections'),
  attention: choice('fused', 'materialised'),
  scoreMoves: quantity('number'),
  chunk: quantity('count'),
  fixedContext: quantity('count'),
  mostSequences: quantity('count'),
  threads: quantity('count'),
  activationBytes: quantity('number', { allowZero: true }),
  overlap: choice(1, 2, 4, 8, 'infinity'),
  powerLimit: choice('tdp', 'none'),
};

/** Everything of a software stack that can be varied: by class, or without `classes.ID` for all that state it. */
export function engineFields(engine: Engine): readonly Field[] {
  const { classes } = engine;
  const types: Readonly<Record<string, FieldType>> = {
    ...Object.fromEntries(
      Object.entries(constants).map(([name, dimension]) => [
        `constants.${name}`,
        quantity(dimension, { allowZero: dimension === 'time' }),
      ]),
    ),
    ...settings,
  };
  return Object.entries(types).flatMap(([name, type]) => {
    const keys = name.split('.');
    const placeIn = (index: number): Place => ['classes', index, ...keys];
    const single = classes.map(({ id }, index) => ({
      path: `classes.${id}.${kebab(name)}`,
      type,
      places: [placeIn(index)],
      followers: [],
      figures: [`classes.${id}.${name}`],
    }));
    const stated = single.filter(({ places: [place = []] }) => valueAt(engine, place) !== undefined);
    if (stated.length === 0) return single;
    const together = {
      path: kebab(name),
      type,
      places: stated.flatMap(({ places }) => places),
      followers: [],
      figures: stated.flatMap(({ figures }) => figures),
    };
    return [...single, together];
  });
}
