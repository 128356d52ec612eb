import type { Case } from '../src/evidence/case.js';
import { energyScopeOf } from '../src/evidence/meter.js';
import { type ScoredError, scoreErrors } from '../src/evidence/score.js';
import { type HeldOutEnergy, leaveOut, readEnergyEvidence } from './energy-evidence.js';
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

/**
 * Errors of power and energy on measurements/, for people who work on its physics:
 * `npx tsx scripts/energy-residuals.ts [--by device|shape] [--rows]`.
 * Every row with constants that were fitted without its model shape (or device): with its time as measured, and with its
 * time predicted by the engines as they are. Beside them what simple rules miss by, and how often the interval holds.
 */
function main(): void {
  const flags = process.argv.slice(2);
  const by = flags[flags.indexOf('--by') + 1] === 'device' ? 'device' : 'shape';
  const { cases, refused } = readEnergyEvidence();
  const held = leaveOut(cases, by);
  console.log(`each ${by} left out of the fit of the energies`);
  const ways: readonly [string, Way][] = [
    ['time as measured', asMeasured],
    ['end to end', asPredicted],
    ['TDP', theTdp],
    ['constant power of the machine', constantPower(held)],
  ];
  for (const [name, way] of ways) printScores(name, held, way);
  printCoverage(held);
  if (flags.includes('--rows')) held.forEach(printRow);
  for (const [reason, rows] of refused) console.log(`refused: ${rows} rows, ${reason}`);
}

/** What rows score by besides all together: window, metric, scope, machine and engine. */
function keysOf(found: Case): readonly string[] {
  const { metric, hardware, engine } = found.measurement;
  const scope = energyScopeOf(found);
  const window = isWholeRun(found) ? 'whole-run averages' : 'ALL but whole-run averages';
  const machine = scope === 'wall' ? [] : [`${metric} ${hardware} ${engine}`];
  return ['ALL', window, `ALL ${metric}`, `ALL ${scope}`, ...machine];
}

function printScores(name: string, held: readonly HeldOutEnergy[], way: Way): void {
  const errors = new Map<string, ScoredError[]>();
  for (const error of errorsOf(held, way)) {
    for (const key of keysOf(error.found)) errors.set(key, [...(errors.get(key) ?? []), error]);
  }
  console.log(`\n${name}`);
  for (const [key, own] of [...errors].sort(([a], [b]) => a.localeCompare(b))) {
    const { rows, groups, median, p90, bias } = scoreErrors(own);
    const signed = `${bias > 0 ? '+' : ''}${percent(bias)}`;
    console.log(
      `${key}: ${rows} rows, ${groups} groups, median ${percent(median)}, p90 ${percent(p90)}, bias ${signed}`,
    );
  }
}

function printCoverage(held: readonly HeldOutEnergy[]): void {
  const keys = new Set(held.flatMap(({ found }) => keysOf(found)));
  console.log('\ncoverage of the 80 % interval, end to end');
  for (const key of [...keys].sort()) {
    console.log(`${key}: ${percent(coverageOf(held.filter(({ found }) => keysOf(found).includes(key))))}`);
  }
}

function printRow({ found, constants }: HeldOutEnergy): void {
  const { hardware, model, weights, engine, phase, metric, value, options, inputTokens, outputTokens } =
    found.measurement;
  const errors = [asMeasured, asPredicted].map((way) => {
    const predicted = way(found, constants);
    return predicted === undefined ? '-' : Math.log(predicted / value).toFixed(2);
  });
  const lengths = `b${found.batch.toFixed(0)} ${inputTokens}+${Math.round(outputTokens)}`;
  const place = [options.powerScope ?? '-', options.host ?? '-'];
  console.log([hardware, ...place, engine, model, weights, phase, lengths, metric, value, ...errors].join('\t'));
}

main();
