import type { Dimension } from '../dimensions.js';
import type { Estimate } from '../estimator/types.js';
import type { Hardware } from '../hardware/types.js';
import { estimateVocabulary, type Figure, type Vocabulary } from '../metric/vocabulary.js';
import { type Field, valueAt } from '../study/fields/field.js';
import { fieldsOf } from '../study/vary.js';

/** What a formula of a design is about: a varied machine, and an estimate on it. */
export interface DesignWorld {
  readonly hardware: Hardware;
  readonly estimate: Estimate;
}

/** Units that machines state their figures in. Lengths are none of formulas. */
const units: Readonly<Partial<Record<Dimension, string>>> = {
  capacity: 'B',
  bandwidth: 'B/s',
  'FLOP rate': 'FLOP/s',
  'OP rate': 'OP/s',
  frequency: 'Hz',
  time: 's',
  power: 'W',
  energy: 'J',
  money: 'USD',
  rental: 'USD/s',
  fraction: '',
  count: '',
  number: '',
};

/** The SI unit of a figure of a machine, empty for a plain number; undefined where formulas have none. */
export function unitOf({ type }: Field): string | undefined {
  if (type.kind !== 'quantity') return undefined;
  const unit = units[type.dimension];
  return unit === undefined || type.per === undefined ? unit : `${unit}/${type.per}`;
}

/** Figures of an estimate, and those of a machine behind `hardware`: `hardware.memory.hbm.bandwidth`. */
export function designVocabulary(base: Hardware): Vocabulary<DesignWorld> {
  const figures = new Map(fieldsOf(base).flatMap((field) => machineFigure(field)));
  return {
    of: 'an estimate or its machine',
    find: (path) => figures.get(path) ?? estimateFigure(path),
    paths: () => [...figures.keys(), ...estimateVocabulary.paths()],
  };
}

function machineFigure(field: Field): readonly (readonly [string, Figure<DesignWorld>])[] {
  const unit = unitOf(field);
  const [place] = field.places;
  if (unit === undefined || place === undefined || field.multiplesOnly === true) return [];
  const read = ({ hardware }: DesignWorld): number | undefined => {
    const value = valueAt(hardware, place);
    return typeof value === 'number' ? value : undefined;
  };
  return [[`hardware.${formulaName(field.path)}`, { kind: 'number', unit, read }]];
}

/** `power.busy-floor` would be a difference: in formulas it is `power.busyFloor`. */
function formulaName(path: string): string {
  return path.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function estimateFigure(path: string): Figure<DesignWorld> | undefined {
  const figure = estimateVocabulary.find(path);
  switch (figure?.kind) {
    case undefined:
      return undefined;
    case 'number':
      return { ...figure, read: ({ estimate }) => figure.read(estimate) };
    case 'text':
      return { ...figure, read: ({ estimate }) => figure.read(estimate) };
    case 'truth':
      return { ...figure, read: ({ estimate }) => figure.read(estimate) };
  }
}
