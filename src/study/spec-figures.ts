import type { Dimension } from '../dimensions.js';
import type { Scenario } from '../estimator/types.js';
import { type Field, valueAt } from './fields/field.js';
import { fieldsOf } from './vary.js';

/** A positive figure of a spec, which can be a little more or less. */
export interface SpecFigure {
  /** As an axis names it: `hardware.memory.hbm.bandwidth`. */
  readonly name: string;
  readonly spec: 'hardware' | 'model' | 'engine';
  /** In SI units. */
  readonly value: number;
  readonly dimension: Dimension;
}

/** Every positive figure that a scenario's specs state: of the engine, the constants of the class that is used. */
export function specFigures({ hardware, model, engine }: Scenario, engineClass: string): readonly SpecFigure[] {
  const constants = `classes.${engineClass}.constants.`;
  return [
    ...figuresOf('hardware', hardware, fieldsOf(hardware)),
    ...figuresOf('model', model, fieldsOf(model)),
    ...figuresOf(
      'engine',
      engine,
      fieldsOf(engine).filter(({ path }) => path.startsWith(constants)),
    ),
  ];
}

function figuresOf(spec: SpecFigure['spec'], object: object, fields: readonly Field[]): readonly SpecFigure[] {
  return withoutGroups(fields).flatMap(({ path, type, places }) => {
    const value = places[0] && valueAt(object, places[0]);
    if (type.kind !== 'quantity' || typeof value !== 'number' || !(value > 0)) return [];
    return [{ name: `${spec}.${path}`, spec, value, dimension: type.dimension }];
  });
}

/** Without names that stand for several figures which have names of their own: `units.gpu.peaks` is all of its peaks. */
function withoutGroups(fields: readonly Field[]): readonly Field[] {
  return fields.filter((field) => !fields.some((other) => other !== field && isPartOf(other, field)));
}

function isPartOf(part: Field, whole: Field): boolean {
  if (part.places.length > whole.places.length) return false;
  const known = new Set(whole.places.map((place) => place.join('.')));
  if (!part.places.every((place) => known.has(place.join('.')))) return false;
  return part.places.length < whole.places.length || part.path.length > whole.path.length;
}
