import { readFileSync, writeFileSync } from 'node:fs';
import type { ResidualBand } from '../src/engine/types.js';
import { energyScopeOf } from '../src/evidence/meter.js';
import { bandOfResiduals } from '../src/evidence/residual-band.js';
import { scoreErrors } from '../src/evidence/score.js';
import { type EnergyConstants, type EnergyScope, HOSTS } from '../src/roofline/energy-constants.js';
import {
  type EnergyCase,
  fitEnergy,
  fittedOn,
  type HeldOutEnergy,
  leaveOut,
  middle,
  powerOfRow,
  readEnergyEvidence,
} from './energy-evidence.js';
import {
  asMeasured,
  asPredicted,
  constantPower,
  coverageOf,
  errorsOf,
  isWholeRun,
  percent,
  theTdp,
  type Way,
} from './energy-scores.js';

const CONSTANTS = new URL('../src/roofline/energy-constants.ts', import.meta.url);
const PAGE = new URL('../docs/energy.md', import.meta.url);

/**
 * Fits the constants of power and energy to measurements/ and writes them, with the quantiles of their out-of-sample
 * residuals, into src/roofline/energy-constants.ts, and what they come to into docs/energy.md. The times of the rows are
 * those of the engines as they are, so that this comes after `npm run fit`: `npm run fit:energy`. Coverage is that of the
 * intervals before; run it again, and then nothing changes.
 */
function main(): void {
  const { cases } = readEnergyEvidence();
  const fitting = new Set(fittedOn(cases));
  const constants = fitEnergy([...fitting], middle());
  const left = { shape: leaveOut(cases, 'shape'), device: leaveOut(cases, 'device') };
  const held = left.device.filter(({ found }) => fitting.has(found));
  edit(CONSTANTS, (text) => withBands(withConstants(text, constants), held));
  edit(PAGE, (text) => withValues(withScores(text, cases, left), constants));
  console.log(JSON.stringify(constants, undefined, 2));
}

function edit(file: URL, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/** The source text with the table of constants replaced. */
function withConstants(text: string, { hosts, ...constants }: EnergyConstants): string {
  const lines = Object.entries(constants).map(([name, value]) => `  ${name}: ${value},`);
  const host = HOSTS.map((name) => `${name}: ${hosts[name]}`).join(', ');
  const table = ['export const ENERGY: EnergyConstants = {', ...lines, `  hosts: { ${host} },`, '};'].join('\n');
  return text.replace(/export const ENERGY: EnergyConstants = \{[\s\S]*?\n\};/, () => table);
}

/** Characters of a line of source. */
const LINE = 120;

/** The source text with the bands of both scopes replaced. */
function withBands(text: string, held: readonly HeldOutEnergy[]): string {
  return (['device', 'wall'] as const).reduce((before, scope) => {
    const { low, high, basis } = bandOf(held, scope);
    const rests = `    basis: '${basis}',`;
    const basisLines = rests.length <= LINE ? rests : rests.replace(': ', ':\n      ');
    const band = `  ${scope}: {\n    low: ${low},\n    high: ${high},\n${basisLines}\n  },`;
    return before.replace(new RegExp(`^ {2}${scope}: \\{[\\s\\S]*?\\n {2}\\},$`, 'm'), () => band);
  }, text);
}

function bandOf(held: readonly HeldOutEnergy[], scope: EnergyScope): ResidualBand {
  const residuals = held
    .filter(({ found }) => energyScopeOf(found) === scope)
    .map(({ found, constants }) => ({
      group: found.group,
      device: found.device,
      weights: found.measurement.weights,
      error: Math.log(powerOfRow(found, constants) / found.measurement.value),
    }));
  const band = bandOfResiduals(residuals, undefined);
  if (!band) throw new Error(`too few rows of scope ${scope}`);
  return band;
}

type Left = Readonly<Record<'shape' | 'device', readonly HeldOutEnergy[]>>;

/** The page with its table of scores replaced. */
function withScores(page: string, cases: readonly EnergyCase[], left: Left): string {
  const inWindow = ({ found }: { readonly found: EnergyCase['found'] }): boolean => !isWholeRun(found);
  const atWall = ({ found }: { readonly found: EnergyCase['found'] }): boolean => energyScopeOf(found) === 'wall';
  const whole = cases.some(({ found }) => isWholeRun(found));
  const rows = [
    scoreRow('time as measured', asMeasured, left, inWindow),
    scoreRow('the TDP instead (watts)', theTdp, left, inWindow),
    scoreRow('a constant power of the machine instead (watts)', constantPower(left.shape), left, inWindow),
    scoreRow('end to end', asPredicted, left, inWindow),
    scoreRow('of these at the wall', asPredicted, left, (held) => inWindow(held) && atWall(held)),
    ...(whole
      ? [
          scoreRow('whole-run averages, time as measured', asMeasured, left, (held) => !inWindow(held)),
          scoreRow('whole-run averages, end to end', asPredicted, left, (held) => !inWindow(held)),
        ]
      : []),
  ];
  const inside = percent(coverageOf(left.device.filter(inWindow)));
  const table = [
    '| | rows | groups | median, shape left out | 90th percentile | median, machine left out | 90th percentile |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `The 80 % interval, end to end, holds ${inside} of the values, machine left out, whole-run averages apart.`,
  ].join('\n');
  return page.replace(
    /(<!-- scores -->\n)[\s\S]*?(<!-- \/scores -->)/,
    (_, open, close) => `${open}${table}\n${close}`,
  );
}

function scoreRow(name: string, way: Way, left: Left, keep: (held: HeldOutEnergy) => boolean): string {
  const [shape, device] = [left.shape, left.device].map((held) => scoreErrors(errorsOf(held.filter(keep), way)));
  if (!shape || !device) throw new Error('two ways of leaving out');
  const cells = [name, shape.rows, shape.groups, percent(shape.median), percent(shape.p90)];
  return `| ${[...cells, percent(device.median), percent(device.p90)].join(' | ')} |`;
}

const PICO = 1e-12;

/** The page with the values of the constants replaced, in the rows that begin with their names. */
function withValues(page: string, { hosts, ...constants }: EnergyConstants): string {
  const two = (value: number): string => String(Number(value.toPrecision(2)));
  const cells: readonly [string, string][] = [
    ['busy floor', `${two(constants.busyFloor)} of the TDP`],
    ['board or package', two(constants.busyFloor)],
    ['node exponent', two(constants.nodeExponent)],
    ['byte path', `${two(constants.bytePath / PICO)} pJ/B`],
    ['lane clock', `${two(constants.laneCycle / PICO)} pJ`],
    ['CPU lane clock', `${two(constants.coreLaneCycle / PICO)} pJ`],
    ['instruction', `${two(constants.instruction / PICO)} pJ`],
    ['matrix FLOP', `${two(constants.matrixFlop / PICO)} pJ`],
    ...HOSTS.map((host): [string, string] => [host, `${Math.round(hosts[host])} W`]),
  ];
  return cells.reduce(
    (text, [name, value]) => text.replace(new RegExp(`^\\| ${name} \\| [^|]* \\|`, 'm'), `| ${name} | ${value} |`),
    page,
  );
}

main();
