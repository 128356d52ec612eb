import { getEngine } from '../src/catalog/engines.js';
import { selectClass } from '../src/engine/select.js';
import type { Case } from '../src/evidence/case.js';
import { energyAsMeasured, energyAsPredicted } from '../src/evidence/energy.js';
import { energyScopeOf, readWatts } from '../src/evidence/meter.js';
import { predictionOf } from '../src/evidence/prediction.js';
import { quantile, type ScoredError, scoreErrors } from '../src/evidence/score.js';
import type { EnergyConstants } from '../src/roofline/energy-constants.js';
import { type HeldOutEnergy, leaveOut, readEnergyEvidence } from './energy-evidence.js';

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
  for (const way of [asMeasured, asPredicted]) printScores(held, way);
  printSimple(held.map(({ found }) => found));
  printCoverage(held);
  if (flags.includes('--rows')) held.forEach(printRow);
  for (const [reason, rows] of refused) console.log(`refused: ${rows} rows, ${reason}`);
}

type Way = (found: Case, constants: EnergyConstants) => number | undefined;

/** Time as measured. */
const asMeasured: Way = (found, constants) => energyAsMeasured(found, constants);

/** Time predicted too: end to end. */
const asPredicted: Way = (found, constants) => energyAsPredicted(found, constants);

/** What rows score by besides all together: metric, scope, machine and engine. */
function keysOf(found: Case): readonly string[] {
  const { metric, hardware, engine, options } = found.measurement;
  const scope = energyScopeOf(found);
  // Rows whose power and rate are not of the same window.
  const window = options.steadyTokensPerSecond ? 'whole-run averages' : 'ALL but whole-run averages';
  const machine = scope === 'wall' ? [] : [`${metric} ${hardware} ${engine}`];
  return ['ALL', `ALL ${metric}`, `ALL ${scope}`, window, ...machine];
}

function printScores(held: readonly HeldOutEnergy[], way: Way): void {
  const errors = new Map<string, ScoredError[]>();
  for (const { found, constants } of held) {
    const predicted = way(found, constants);
    if (predicted === undefined) continue;
    for (const key of keysOf(found)) push(errors, key, found, predicted);
  }
  console.log(way === asMeasured ? '\ntime as measured' : '\nend to end');
  for (const [key, own] of [...errors].sort(([a], [b]) => a.localeCompare(b))) print(key, own);
}

/** The TDP, and the median power of the other rows on the same machine. */
function printSimple(cases: readonly Case[]): void {
  const rows = cases.filter((found) => found.measurement.metric === 'watts' && energyAsMeasured(found) !== undefined);
  const errors = new Map<string, ScoredError[]>();
  for (const found of rows) {
    const { tdp } = found.workload.hardware.power;
    if (tdp !== undefined) push(errors, 'TDP', found, readWatts(found, tdp));
    const others = rows.filter((other) => other.device === found.device && other.shape !== found.shape);
    if (others.length > 0) {
      push(
        errors,
        'constant power of the machine',
        found,
        quantile(
          others.map(({ measurement }) => measurement.value),
          0.5,
        ),
      );
    }
  }
  console.log('\nsimple rules, watts of rows with their time as measured');
  for (const [key, own] of errors) print(key, own);
}

function push(errors: Map<string, ScoredError[]>, key: string, found: Case, predicted: number): void {
  const error = Math.log(predicted / found.measurement.value);
  errors.set(key, [...(errors.get(key) ?? []), { group: found.group, error }]);
}

/** Part of the rows inside the 80 % interval around what constants without their kind predict; groups weigh the same. */
function printCoverage(held: readonly HeldOutEnergy[]): void {
  const ideal = getEngine('ideal');
  const inside = new Map<string, boolean[]>();
  for (const { found, constants } of held) {
    const best = selectClass(ideal, found.workload.hardware);
    if (!best) continue;
    const { expected, low, high } = predictionOf(found, best);
    const value = (found.measurement.value * expected) / energyAsPredicted(found, constants);
    for (const key of keysOf(found)) {
      inside.set(`${key}|${found.group}`, [
        ...(inside.get(`${key}|${found.group}`) ?? []),
        value >= low && value <= high,
      ]);
    }
  }
  const parts = new Map<string, number[]>();
  for (const [key, rows] of inside) {
    const [name = ''] = key.split('|');
    if (!/^ALL|whole/.test(name)) continue;
    parts.set(name, [...(parts.get(name) ?? []), rows.filter((one) => one).length / rows.length]);
  }
  console.log('\ncoverage of the 80 % interval, end to end');
  for (const [name, shares] of parts) {
    console.log(
      `${name}: ${shares.length} groups, ${pc(shares.reduce((sum, share) => sum + share, 0) / shares.length)}`,
    );
  }
}

function print(key: string, errors: readonly ScoredError[]): void {
  const { rows, groups, median, p90, bias } = scoreErrors(errors);
  const signed = `${bias > 0 ? '+' : ''}${pc(bias)}`;
  console.log(`${key}: ${rows} rows, ${groups} groups, median ${pc(median)}, p90 ${pc(p90)}, bias ${signed}`);
}

function printRow({ found, constants }: HeldOutEnergy): void {
  const { hardware, model, weights, engine, phase, metric, value, options } = found.measurement;
  const errors = [asMeasured, asPredicted].map((way) => {
    const predicted = way(found, constants);
    return predicted === undefined ? '-' : Math.log(predicted / value).toFixed(2);
  });
  const lengths = `b${found.batch.toFixed(0)} ${found.measurement.inputTokens}+${Math.round(found.measurement.outputTokens)}`;
  const place = [options.powerScope ?? '-', options.host ?? '-'];
  console.log([hardware, ...place, engine, model, weights, phase, lengths, metric, value, ...errors].join('\t'));
}

function pc(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

main();
