import { type HeldOut, leaveOneOut } from '../src/evidence/cross-validate.js';
import { type ScoredError, scoreErrors } from '../src/evidence/score.js';
import { readEvidence } from './evidence.js';

/**
 * Out-of-sample residuals of one engine, for people who work on its physics:
 * `npx tsx scripts/residuals.ts ENGINE [--by device|shape] [--class ID] [--rows]`.
 * Prints a score per class and metric, then every group with its error (or, with --rows, every row).
 */
function main(): void {
  const [engineId = 'llama.cpp', ...flags] = process.argv.slice(2);
  const option = (name: string): string | undefined => {
    const at = flags.indexOf(`--${name}`);
    return at < 0 ? undefined : flags[at + 1];
  };
  const by = option('by') === 'shape' ? 'shape' : 'device';
  const only = option('class');
  const [evidence] = readEvidence([engineId]);
  if (!evidence) throw new Error(`no engine ${engineId}`);
  const cases = only
    ? new Map([...evidence.cases].filter(([id]) => id === only || isParent(id, only)))
    : evidence.cases;
  const held = leaveOneOut(evidence.engine, cases, by);
  printScores(held);
  if (flags.includes('--rows')) held.forEach(printRow);
  else printGroups(held);
  for (const [reason, rows] of evidence.refused) console.log(`refused: ${rows} rows, ${reason}`);

  function isParent(id: string, child: string): boolean {
    const parent = evidence?.engine.classes.find((engineClass) => engineClass.id === child)?.parent;
    return parent !== undefined && (parent === id || isParent(id, parent));
  }
}

function printScores(held: readonly HeldOut[]): void {
  const keys = new Map<string, ScoredError[]>();
  for (const { found, error } of held) {
    for (const key of [
      `${found.workload.engineClass.id} ${found.measurement.metric}`,
      `ALL ${found.measurement.metric}`,
    ]) {
      keys.set(key, [...(keys.get(key) ?? []), { group: found.group, error }]);
    }
  }
  for (const [key, errors] of keys) {
    const { rows, groups, median, p90, bias } = scoreErrors(errors);
    console.log(
      `${key}: ${rows} rows, ${groups} groups, median ${pc(median)}, p90 ${pc(p90)}, bias ${bias > 0 ? '+' : ''}${pc(bias)}`,
    );
  }
}

function printGroups(held: readonly HeldOut[]): void {
  const groups = new Map<string, HeldOut[]>();
  for (const one of held) {
    const { found } = one;
    const { hardware, model, weights, metric } = found.measurement;
    const key = [found.workload.engineClass.id, metric, hardware, model, weights].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  for (const [key, rows] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const errors = rows.map(({ error }) => Math.round(100 * error)).sort((a, b) => a - b);
    console.log(`${key}: ${errors.join(' ')}`);
  }
}

function printRow({ found, predicted, error }: HeldOut): void {
  const { hardware, model, weights, metric, value, inputTokens, outputTokens, options, date } = found.measurement;
  console.log(
    [
      found.workload.engineClass.id,
      date,
      hardware,
      model,
      weights,
      metric,
      `b${found.batch}`,
      `${options.cachedTokens}+${inputTokens}+${outputTokens}`,
      options.backend ?? '-',
      options.flashAttention === undefined ? '-' : options.flashAttention ? 'fa' : 'nofa',
      options.threads ?? '-',
      value,
      Number(predicted.toPrecision(4)),
      `${error > 0 ? '+' : ''}${error.toFixed(2)}`,
    ].join('\t'),
  );
}

function pc(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

main();
