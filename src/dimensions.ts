interface UnitRule {
  /** With its article, as a message names it. */
  readonly name: string;
  readonly example: string;
}

/** Dimensions that are written with a unit. */
export const unitRules = {
  capacity: { name: 'a capacity', example: '80 GiB' },
  bandwidth: { name: 'a bandwidth', example: '3.35 TB/s' },
  'bus width': { name: 'a bus width', example: '5120 bit' },
  'pin rate': { name: 'a data rate per pin', example: '6.4 Gbit/s' },
  'FLOP rate': { name: 'a rate of floating-point operations', example: '989.4 TFLOP/s' },
  'OP rate': { name: 'a rate of integer operations', example: '1979 TOP/s' },
  'FLOP per clock': { name: 'a number of FLOP per clock', example: '1024 FLOP/clock' },
  'OP per clock': { name: 'a number of integer operations per clock', example: '2048 OP/clock' },
  frequency: { name: 'a frequency', example: '1830 MHz' },
  time: { name: 'a time', example: '1.5 us' },
  power: { name: 'a power', example: '700 W' },
  energy: { name: 'an energy', example: '1.98 pJ' },
  money: { name: 'a price', example: '30000 USD' },
  rental: { name: 'a price per time', example: '2.95 USD/h' },
  length: { name: 'a length', example: '4 nm' },
} as const satisfies Record<string, UnitRule>;

const bareRules = {
  fraction: { name: 'a fraction', example: '0.95' },
  count: { name: 'a count', example: '132' },
  number: { name: 'a number', example: '1.5' },
} as const;

export type UnitDimension = keyof typeof unitRules;
export type BareDimension = keyof typeof bareRules;

/**
 * What a quantity measures. A `fraction` (0 to 1), a `count` (a whole number) and a `number` are written without a unit,
 * all others with one.
 */
export type Dimension = UnitDimension | BareDimension;

/** Name of a dimension with its article: `a bandwidth`. */
export function nameOf(dimension: Dimension): string {
  return isBare(dimension) ? bareRules[dimension].name : unitRules[dimension].name;
}

/** How a quantity of the dimension is written: `3.35 TB/s`. */
export function exampleOf(dimension: Dimension): string {
  return isBare(dimension) ? bareRules[dimension].example : unitRules[dimension].example;
}

/** True for the dimensions that are written without a unit. */
export function isBare(dimension: Dimension): dimension is BareDimension {
  return Object.hasOwn(bareRules, dimension);
}

/** Every dimension that is written with a unit. */
export function unitDimensions(): readonly UnitDimension[] {
  return Object.keys(unitRules) as UnitDimension[];
}

/** A usual unit of the dimension: `TB/s`. */
export function usualUnit(dimension: UnitDimension): string {
  return unitRules[dimension].example.replace(/^\S+ /, '');
}
