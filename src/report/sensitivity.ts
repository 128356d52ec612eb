import { InvalidScenarioError } from '../errors.js';
import { formatNumber } from '../format.js';
import type { Elasticity, MetricSensitivity, Sensitivity } from '../study/sensitivity.js';
import { valueText } from '../variation.js';
import { INDENT, listSection, renderReport, type Section } from './section.js';
import { type Column, type Row, renderTable, wrap } from './table.js';

/** What limits a run and what would change it, as text: of each metric the strongest figures. */
export function sensitivityText(found: Sensitivity, name: string, top: number, width: number): string {
  const inner = width - INDENT;
  const headline = [name, 'Elasticity: percent of the metric per percent more of the figure.'];
  return renderReport(
    headline.flatMap((line) => wrap(line, width)),
    [
      ...found.metrics.map((metric) => metricSection(metric, top, inner)),
      listSection('Notes', notesOf(found, top), inner),
      listSection(
        'Warnings',
        found.warnings.map(({ message }) => message),
        inner,
      ),
    ],
  );
}

function metricSection(
  { metric, value, unit, figures, without }: MetricSensitivity,
  top: number,
  width: number,
): Section {
  const columns: readonly Column[] = [
    { head: 'figure', align: 'left' },
    { head: 'is', align: 'left' },
    { head: 'elasticity' },
    { head: 'to less' },
    { head: 'to more' },
    { head: '', align: 'left' },
  ];
  const rows = figures.slice(0, top).map(rowOf);
  const others = Math.max(0, figures.length - top);
  const more = others > 0 ? `${others} more change it less, ${without} nothing.` : `${without} change nothing.`;
  const title = `${metric}: ${formatNumber(value)}${unit === '' ? '' : ` ${unit}`}`;
  return { title, lines: [...(rows.length > 0 ? renderTable(columns, rows, { width }) : []), ...wrap(more, width)] };
}

function rowOf(one: Elasticity): Row {
  const { figure, value, dimension, elasticity, less, more, kink } = one;
  const text = [elasticity, less, more].map(signed);
  return { cells: [figure, valueText(value, dimension), ...text, kink ? 'kink' : ''] };
}

/** Three decimals, with the sign. */
function signed(value: number | undefined): string {
  if (value === undefined) return '–';
  const text = Math.abs(value).toFixed(3);
  return `${Number(text) === 0 ? '' : value < 0 ? '-' : '+'}${text}`;
}

function notesOf({ metrics, edges, outdrawn }: Sensitivity, top: number): readonly string[] {
  const shown = metrics.flatMap(({ figures }) => figures.slice(0, top));
  const steps = shown.filter(({ dimension }) => dimension === 'count');
  return [
    ...(shown.some(({ spec }) => spec === 'engine')
      ? ['engine: constants of the software, fitted to measurements or assumed, and no facts']
      : []),
    ...(steps.length > 0 ? ['whole numbers were changed by whole steps, all others by 1 %'] : []),
    ...(shown.some(({ kink }) => kink) ? ['kink: another limit takes over here, so that less and more differ'] : []),
    ...outdrawn.map(
      ({ figure, by, drawn, given }) =>
        `${figure} changes nothing: it is ${valueText(given, 'bandwidth')}, of which no more than ${valueText(drawn, 'bandwidth')} are drawn (${by})`,
    ),
    ...edges.map(({ figure, side, reason }) => `${side} of ${figure} does not run: ${reason}`),
  ];
}

/** The same of one metric as a tornado: percent of the metric for a percent less and a percent more of each figure. */
export function sensitivityBars({ metrics: [metric] }: Sensitivity, name: string, top: number) {
  const figures = metric?.figures.slice(0, top) ?? [];
  if (metric === undefined || figures.length === 0)
    throw new InvalidScenarioError('metric', metric?.metric, 'no figure changes it, so there is nothing to draw');
  return {
    title: `Sensitivity: ${metric.metric} of ${name}`,
    subtitle: `now ${formatNumber(metric.value)}${metric.unit === '' ? '' : ` ${metric.unit}`}`,
    x: { name: `change of ${metric.metric}`, unit: '% per %', scale: 'linear' },
    low: '1 % less of the figure',
    high: '1 % more of it',
    bars: figures.map(barOf),
  } as const;
}

/** A side that cannot be has no bar, and the name says so. */
function barOf({ figure, less, more }: Elasticity) {
  const side = less === undefined ? ' (only more)' : more === undefined ? ' (only less)' : '';
  return { name: `${shortOf(figure)}${side}`, low: less === undefined ? 0 : -less, high: more ?? 0 };
}

/** The class of the engine is the one in use. */
function shortOf(figure: string): string {
  return figure.replace(/^hardware\./, '').replace(/^engine\.classes\.[^.]+\.constants\./, 'engine: ');
}
