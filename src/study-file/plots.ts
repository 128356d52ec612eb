import type { Axis } from '../plot/axis.js';
import { type LinePlot, type LineSeries, linePlot } from '../plot/line.js';
import { memoryBars } from '../plot/memory.js';
import { type StackedBars, stackedBarsSvg } from '../plot/stacked-bars.js';
import { timeBars } from '../plot/time.js';
import type { StudyCase, StudyMetric, StudyResult, StudyRun, StudyValue } from '../study/study-result.js';

/** Metrics that are drawn: the first ones, as the file orders them. */
const MOST_PANELS = 3;

/** Lines that a reader can tell apart. */
const MOST_LINES = 6;

/** Ratio of the largest to the smallest from which an axis is logarithmic. */
const WIDE = 8;

/** The pictures of a study: its metrics along an axis of numbers, or else time and memory of its variants. */
export function studyPlots({ result, first }: StudyRun): readonly string[] {
  const lines = linesOf(result);
  if (lines !== undefined) return [linePlot(lines)];
  if (first.length === 0) return [];
  const estimates = first.map(({ estimate }) => estimate);
  const names = first.map(({ variant }) => variant);
  return [timeBars(estimates), memoryBars(estimates)].map((bars) => stackedBarsSvg(named(bars, names)));
}

/** Bars by the names of their variants. */
function named(bars: StackedBars, names: readonly string[]): StackedBars {
  const panels = bars.panels.map((panel) => ({
    ...panel,
    bars: panel.bars.map((bar, index) => ({ ...bar, name: names[index] ?? bar.name })),
  }));
  return { ...bars, panels };
}

/** A line for each variant and each point of the other axes; undefined where no axis has several numbers. */
function linesOf(result: StudyResult): LinePlot | undefined {
  const along = result.axes.find(({ values }) => values.length > 1 && numbersOf(values) !== undefined);
  if (along === undefined) return undefined;
  const { unit = '', numbers } = numbersOf(along.values) ?? { numbers: [] };
  const placeOf = new Map(along.values.map((value, index) => [value, numbers[index] ?? Number.NaN]));
  const all = groupsOf(result.cases, along.field);
  const groups = all.slice(0, MOST_LINES);
  const x: Axis = { name: along.field, ...(unit === '' ? {} : { unit }), scale: scaleFor(numbers) };
  const panels = result.metrics.slice(0, MOST_PANELS).flatMap((metric) => {
    const series = groups.flatMap(({ name, cases }): LineSeries[] => {
      const points = cases.flatMap((one) => {
        const y = one.ok ? one.values[metric.name] : undefined;
        const value = one.at[along.field];
        return y === undefined || value === undefined ? [] : [{ x: placeOf.get(value) ?? Number.NaN, y }];
      });
      return points.length === 0 ? [] : [{ name, points }];
    });
    return series.length === 0 ? [] : [{ y: axisOf(metric, series, x.scale), series }];
  });
  if (panels.length === 0) return undefined;
  const left = all.length > groups.length ? { subtitle: `the first ${groups.length} of ${all.length} lines` } : {};
  return { title: result.name, ...left, x, panels };
}

/** Over equal distances a logarithm would bend what is straight. */
function axisOf({ name, unit }: StudyMetric, series: readonly LineSeries[], across: Axis['scale']): Axis {
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  return { name, ...(unit === '' ? {} : { unit }), scale: across === 'log' ? scaleFor(values) : 'linear' };
}

function scaleFor(values: readonly number[]): Axis['scale'] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least > 0 && most / least >= WIDE ? 'log' : 'linear';
}

/** The values of an axis as numbers of one unit; undefined where they are words, or of several units. */
function numbersOf(
  values: readonly StudyValue[],
): { readonly numbers: readonly number[]; readonly unit?: string } | undefined {
  const read = values.map((value) => {
    if (typeof value === 'number') return { number: value, unit: '' };
    const [, digits, unit = ''] = /^([-+.\deE]+) ?(\D*)$/.exec(String(value)) ?? [];
    return { number: digits === undefined ? Number.NaN : Number(digits), unit };
  });
  const units = new Set(read.map(({ unit }) => unit));
  if (units.size !== 1 || read.some(({ number }) => !Number.isFinite(number))) return undefined;
  return { numbers: read.map(({ number }) => number), unit: [...units][0] ?? '' };
}

/** Cases that differ in the one field alone. */
function groupsOf(cases: readonly StudyCase[], field: string) {
  const groups = new Map<string, StudyCase[]>();
  for (const one of cases) {
    const others = Object.entries(one.at).filter(([name]) => name !== field);
    const name = [one.variant, ...others.map(([key, value]) => `${key.split('.').at(-1)} ${value}`)].join(', ');
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups].map(([name, all]) => ({ name, cases: all }));
}
