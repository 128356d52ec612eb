import { formatCount, formatNumber, formatRatio } from '../format.js';
import type {
  StudyCase,
  StudyCheck,
  StudyPoint,
  StudyResult,
  StudyValue,
  StudyVerdict,
} from '../study/study-result.js';
import type { Column, Row } from './table.js';

/** A part of a report on a study, for any form of it. */
export type StudyBlock = {
  readonly title: string;
} /** `heads`: columns at the left that say which case a row is. */ & (
  | {
      readonly kind: 'table';
      readonly heads: number;
      readonly columns: readonly Column[];
      readonly rows: readonly Row[];
    }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'expectations'; readonly expectations: readonly StudyVerdict[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
);

/** Failed checks that are told one by one. */
export const MOST_CHECKS = 5;

/** What a report on a study says, part by part; parts without content are left out. */
export function studyBlocks(result: StudyResult): readonly StudyBlock[] {
  const { variants, expectations } = result;
  const several = variants.length > 1;
  const heads = 1 + result.axes.length;
  return [
    {
      title: 'Variants',
      kind: 'facts' as const,
      facts: variants.map(({ name, about, set }) => [name, said(about, set)] as const),
    },
    {
      title: 'Metrics',
      kind: 'facts' as const,
      facts: result.metrics.map(
        ({ name, about, formula }) => [name, about === undefined ? formula : `${about}: ${formula}`] as const,
      ),
    },
    { title: 'Design', kind: 'facts' as const, facts: designFacts(result) },
    { title: 'Best designs', kind: 'table' as const, heads: 1, ...designTable(result) },
    { title: 'Expectations', kind: 'expectations' as const, expectations },
    { title: 'Results', kind: 'table' as const, heads, ...valueTable(result) },
    ...(several ? [{ title: 'Against the baseline', kind: 'table' as const, heads, ...ratioTable(result) }] : []),
    { title: 'Without a value', kind: 'list' as const, items: missingOf(result) },
    { title: 'Warnings', kind: 'list' as const, items: warningsOf(result) },
  ].filter((block) => !isEmpty(block));
}

function isEmpty(block: StudyBlock): boolean {
  switch (block.kind) {
    case 'table':
      return block.rows.length === 0;
    case 'facts':
      return block.facts.length === 0;
    case 'expectations':
      return block.expectations.length === 0;
    case 'list':
      return block.items.length === 0;
  }
}

/** The line that sums a study up. */
export function studySummary({ expectations, cases }: StudyResult): string {
  const failed = expectations.filter(({ ok }) => !ok).length;
  const estimated = cases.filter(({ ok }) => ok).length;
  const of = `${estimated} of ${cases.length} ${cases.length === 1 ? 'case' : 'cases'} estimated`;
  if (expectations.length === 0) return of;
  return `${of}, ${verdictText(expectations.length, failed)}`;
}

function verdictText(count: number, failed: number): string {
  if (count === 1) return failed === 0 ? 'the expectation holds' : 'the expectation fails';
  return failed === 0 ? `all ${count} expectations hold` : `${failed} of ${count} expectations fail`;
}

function said(about: string | undefined, set: StudyPoint): string {
  const settings = Object.entries(set).map(([field, value]) => `${field} ${value}`);
  return about === undefined ? settings.join(', ') : `${about} (${settings.join(', ')})`;
}

/** Where a check was made: `faster, batch 64`; empty where there is one place alone. */
export function checkPlace({ variant, at }: Pick<StudyCheck, 'variant' | 'at'>): string {
  const point = Object.entries(at).map(([field, value]) => `${shortField(field)} ${value}`);
  return [...(variant === undefined ? [] : [variant]), ...point].join(', ');
}

/** The last words of a field: `hbm.bandwidth`. */
function shortField(field: string): string {
  return field.split('.').slice(-2).join('.');
}

function valueTable(result: StudyResult): { readonly columns: readonly Column[]; readonly rows: readonly Row[] } {
  const columns: readonly Column[] = [
    ...headColumns(result),
    ...result.metrics.map(({ name, unit }): Column => ({ head: name, ...(unit === '' ? {} : { unit }) })),
    { head: 'decode bound', align: 'left' },
    { head: 'prefill bound', align: 'left' },
  ];
  const rows = result.cases.map((one): Row => {
    const head = headCells(result, one);
    if (!one.ok) return { cells: head, note: one.error.message };
    const values = result.metrics.map(({ name }) => formatNumber(one.values[name]));
    return { cells: [...head, ...values, one.bounds.decode, one.bounds.prefill] };
  });
  return { columns, rows };
}

function ratioTable(result: StudyResult): { readonly columns: readonly Column[]; readonly rows: readonly Row[] } {
  const columns: readonly Column[] = [
    ...headColumns(result),
    ...result.metrics.map(({ name }): Column => ({ head: name })),
  ];
  const rows = result.cases
    .filter((one) => one.ok && one.variant !== 'baseline')
    .map((one): Row => {
      const ratios = one.ok ? one.ratios : {};
      return { cells: [...headCells(result, one), ...result.metrics.map(({ name }) => formatRatio(ratios[name]))] };
    });
  return { columns, rows };
}

function designFacts({ design }: StudyResult): readonly (readonly [string, string])[] {
  if (design === undefined) return [];
  const { goal, formula, free, constraints, tried, allowed, refused, best } = design;
  const counts = `${formatCount(allowed)} ${allowed === 1 ? 'keeps' : 'keep'} every constraint, ${formatCount(refused)} ${refused === 1 ? 'does' : 'do'} not run`;
  const binding = [...(best[0]?.binds ?? []), ...(best[0]?.atEnd ?? []).map((field) => `the range of ${field}`)];
  return [
    [goal, formula],
    ...free.map(({ field, from, to }) => [shortField(field), `${from} to ${to}`] as const),
    ...constraints.map(({ name, formula: kept, kept: by }) => [name, `${kept} (kept by ${formatCount(by)})`] as const),
    ['tried', `${formatCount(tried)} ${tried === 1 ? 'design' : 'designs'}: ${counts}`],
    ['binds', best.length === 0 ? 'no design keeps every constraint' : binding.join(', ') || 'nothing'],
  ];
}

function designTable({ design }: StudyResult): { readonly columns: readonly Column[]; readonly rows: readonly Row[] } {
  if (design === undefined) return { columns: [], rows: [] };
  const { goal, free, unit, constraints, best } = design;
  const columns: readonly Column[] = [
    { head: 'design', align: 'left' },
    ...free.map(({ field }): Column => ({ head: shortField(field) })),
    { head: goal, ...(unit === '' ? {} : { unit }) },
    ...constraints.map(({ name }): Column => ({ head: name, unit: '% taken' })),
  ];
  const rows = best.map(({ figures, objective, shares }, index): Row => {
    const taken = constraints.map(({ name }) => formatNumber(100 * (shares[name] ?? 0)));
    return {
      cells: [String(index + 1), ...free.map(({ field }) => figures[field] ?? ''), formatNumber(objective), ...taken],
    };
  });
  return { columns, rows };
}

function headColumns({ axes }: StudyResult): readonly Column[] {
  return [
    { head: 'variant', align: 'left' },
    ...axes.map(({ field, values }): Column => {
      return { head: shortField(field), align: values.every((value) => typeof value === 'number') ? 'point' : 'left' };
    }),
  ];
}

function headCells({ axes }: StudyResult, { variant, at }: StudyCase): readonly string[] {
  return [variant, ...axes.map(({ field }) => shown(at[field]))];
}

function shown(value: StudyValue | undefined): string {
  return typeof value === 'number' ? formatNumber(value, { digits: 6, trim: true }) : String(value ?? '');
}

function missingOf({ cases }: StudyResult): readonly string[] {
  const said = cases.flatMap((one) =>
    one.ok ? Object.entries(one.missing).map(([name, why]) => `${name} of ${one.variant}: ${why}`) : [],
  );
  return [...new Set(said)];
}

function warningsOf({ cases }: StudyResult): readonly string[] {
  return [...new Set(cases.flatMap((one) => (one.ok ? one.warnings : [])))];
}
