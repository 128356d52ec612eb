import type { RoofcastError } from '../errors.js';
import { formatNumber } from '../format.js';
import type { Solved, Tried } from './solve.js';
import type { Domain } from './solve-domain.js';

/** What a metric shall be. */
export interface Wanted {
  readonly kind: 'target' | 'atLeast' | 'atMost';
  readonly value: number;
}

/** What was asked, for the words of an answer. */
export interface Asked {
  readonly field: string;
  readonly metric: Solved;
  readonly wanted: Wanted;
  readonly domain: Domain;
  readonly monotone: boolean;
}

/** A value that reaches the target: the first along the range, or the last before it is missed. */
export function sayFound(asked: Asked, { text, metric }: Tried, isLast: boolean, beyond?: RoofcastError): string {
  const { field, domain } = asked;
  const [first, last] = domain.kind === 'list' ? ['first', 'last'] : ['least', 'most'];
  const place = `${field} ${text} is the ${isLast ? last : first} with ${wantedText(asked)}`;
  const end = beyond === undefined ? '' : `; beyond, it does not run: ${beyond.message}`;
  return `${place}: ${amount(asked, metric)}${end}${caution(asked)}`;
}

/** No value reaches the target. Remarks say why, beyond what binds. */
export function sayNever(
  asked: Asked,
  { text, metric }: Tried,
  bound: string | undefined,
  remarks: readonly string[],
): string {
  const { field, metric: solved } = asked;
  const why = bound === undefined ? '' : `, where ${solved.phase} is bound by ${bound}`;
  const nearest = `even ${text} gives ${amount(asked, metric)}${why}`;
  const rest = [nearest, ...remarks].join('; ');
  return `no value of ${field} ${rangeText(asked)} gives ${wantedText(asked)}: ${rest}${caution(asked)}`;
}

/** Every value does. */
export function sayAlways(asked: Asked, { text, metric }: Tried, remarks: readonly string[]): string {
  const { field } = asked;
  const rest = [`already ${text} gives ${amount(asked, metric)}`, ...remarks].join('; ');
  return `every value of ${field} ${rangeText(asked)} that runs gives ${wantedText(asked)}: ${rest}${caution(asked)}`;
}

function rangeText({ domain }: Asked): string {
  return domain.kind === 'list' ? 'in the list' : `from ${domain.text(domain.from)} to ${domain.text(domain.to)}`;
}

function wantedText({ wanted: { kind, value }, metric: { metric } }: Asked): string {
  const words = { target: '', atLeast: 'at least ', atMost: 'at most ' } as const;
  return `${metric.name} of ${words[kind]}${withUnit(value, metric.unit)}`;
}

function amount({ metric: { metric } }: Asked, value: number): string {
  return withUnit(value, metric.unit);
}

function withUnit(value: number, unit: string): string {
  return `${formatNumber(value, { digits: 4, trim: true })}${unit === '' ? '' : ` ${unit}`}`;
}

/** Between the values of a scan a metric that goes up and down may do what it likes; a list is tried as a whole. */
function caution({ monotone, metric, domain }: Asked): string {
  if (monotone) return '';
  const finds = domain.kind === 'list' ? '' : ', so that this is no more than what a scan finds first';
  return `; ${metric.metric.name} goes up and down over these values${finds}`;
}
