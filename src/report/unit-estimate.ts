import type { PhaseReport } from '../estimator/types.js';
import type { UnitEstimate } from '../estimator/units/types.js';
import {
  formatCount,
  formatLargeCount,
  formatNumber,
  formatPercentage,
  formatQuantity,
  formatUsd,
  unitFor,
} from '../format.js';
import { engineText } from './headline.js';
import { operatorSection } from './operators.js';
import { INDENT, listSection, renderReport, type Section } from './section.js';
import { predictionRow } from './speed.js';
import { type Column, type Row, renderFacts, renderTable, wrap } from './table.js';

/** Operators that the table shows. */
const MOST_OPERATORS = 12;

const PREDICTION: readonly Column[] = [
  { head: '', align: 'left' },
  { head: '', align: 'left' },
  { head: 'expected' },
  { head: 'low - high', align: 'range' },
  { head: 'ideal' },
];

/** A report on an estimate in images, frames, samples or sequences, for a terminal of so many columns. */
export function unitEstimateText(estimate: UnitEstimate, { width = 100 }: { readonly width?: number } = {}): string {
  const inner = width - INDENT;
  return renderReport(
    [unitScenarioLine(estimate), unitWorkloadLine(estimate)].flatMap((line) => wrap(line, width)),
    [
      speedSection(estimate, inner),
      { title: 'Basis of the intervals', lines: wrap(estimate.latency.basis, inner) },
      stageSection(estimate, inner),
      termSection(estimate, inner),
      operatorSection('Operators of all stages', estimate.run, { most: MOST_OPERATORS, width: inner }),
      classSection(estimate.run, inner),
      memorySection(estimate, inner),
      energySection(estimate, inner),
      costSection(estimate, inner),
      listSection('Assumptions', estimate.assumptions, inner),
      listSection(
        'Warnings',
        estimate.warnings.map(({ message }) => message),
        inner,
      ),
    ],
  );
}

/** What was estimated: network, machine, engine. */
export function unitScenarioLine({ model, hardware, engine }: UnitEstimate): string {
  return `${model.name} on ${hardware.name} with ${engineText(engine)}`;
}

/** Format and amount of work: `f16 weights, batch 4, 512 x 512 pixels, 30 steps`. */
export function unitWorkloadLine({ workload }: Pick<UnitEstimate, 'workload'>): string {
  const { weights, batch, width, height } = workload;
  return [
    `${weights} weights`,
    `batch ${formatCount(batch)}`,
    ...(width === undefined || height === undefined ? [] : [`${formatCount(width)} x ${formatCount(height)} pixels`]),
    ...(workload.kind === 'denoise' ? [`${formatCount(workload.steps)} steps`] : []),
    ...(workload.kind === 'encode' && workload.promptTokens !== undefined
      ? [`${formatCount(workload.promptTokens)} tokens each`]
      : []),
  ].join(', ');
}

function speedSection(estimate: UnitEstimate, width: number): Section {
  const { workload, unitsPerSecond, tokensPerSecond, latency, secondsPerStep } = estimate;
  const time = unitFor([latency.expected], 'duration');
  const rows = [
    predictionRow(`${workload.unit}s`, `${workload.unit}/s`, unitsPerSecond, 1),
    ...(tokensPerSecond === undefined ? [] : [predictionRow('input tokens', 'token/s', tokensPerSecond, 1)]),
    predictionRow(workload.batch > 1 ? 'a batch takes' : `one ${workload.unit} takes`, time.name, latency, time.factor),
  ];
  const step = secondsPerStep === undefined ? [] : [`a step of it ${formatQuantity(secondsPerStep, 'duration')}`];
  return {
    title: 'Speed (low - high: 80 % interval; ideal: physical bound)',
    lines: [...renderTable(PREDICTION, rows, { width }), ...step],
  };
}

/** The stages and what limits each. */
function stageSection({ stages, run }: UnitEstimate, width: number): Section {
  const flop = unitFor(
    stages.map(({ flops }) => flops),
    'FLOPs',
  );
  const time = unitFor(
    stages.map(({ seconds }) => seconds),
    'duration',
  );
  const columns: readonly Column[] = [
    { head: '', align: 'left' },
    { head: 'parameters', align: 'right' },
    { head: 'runs', align: 'right' },
    { head: 'work', unit: flop.name },
    { head: 'time', unit: time.name },
    { head: 'share', unit: '%' },
    { head: 'MBU', unit: '%' },
    { head: 'MFU', unit: '%' },
    { head: 'intensity', unit: 'FLOP/B' },
    { head: 'ridge', unit: 'FLOP/B' },
    { head: 'power', unit: 'W' },
    { head: 'bound by', align: 'left' },
  ];
  const cells = (phase: PhaseReport): string[] => [
    formatNumber(phase.flops / flop.factor),
    formatNumber(phase.seconds / time.factor),
    formatPercentage(phase.seconds / run.seconds),
    formatPercentage(phase.mbu),
    formatPercentage(phase.mfu),
    formatNumber(phase.arithmeticIntensity),
    formatNumber(phase.ridgePoint),
    formatNumber(phase.power.watts),
    phase.bound,
  ];
  const rows = stages.map((stage): Row => {
    const runs = stage.evaluations > 1 ? `${formatCount(stage.runs)} x ${stage.evaluations}` : formatCount(stage.runs);
    return { cells: [stage.name, formatLargeCount(stage.parameters), runs, ...cells(stage)] };
  });
  const all: readonly Row[] = stages.length > 1 ? [{ cells: ['together', '', '', ...cells(run)] }] : [];
  return { title: 'Stages, for the whole batch', lines: renderTable(columns, [...rows, ...all], { width }) };
}

/** Where the time goes, between the bounds of overlap. */
function termSection({ run }: UnitEstimate, width: number): Section {
  const { name, factor } = unitFor([run.seconds], 'duration');
  const { terms } = run;
  const row = (label: string, seconds: number): Row => ({
    cells: [label, formatNumber(seconds / factor), formatPercentage(seconds / run.seconds)],
  });
  const rows = [
    row('arithmetic', terms.compute),
    row('dequantisation', terms.dequantisation),
    row('memory traffic', terms.memory),
    row('load throughput', terms.load),
    row('overhead', terms.overhead),
    row('if all of it overlapped', run.perfectOverlap),
    row('as estimated', run.seconds),
    row('if none of it overlapped', run.noOverlap),
  ];
  const columns: readonly Column[] = [
    { head: '', align: 'left' },
    { head: 'time', unit: name },
    { head: 'share', unit: '%' },
  ];
  return {
    title: 'Time by term (terms overlap in part, so they sum to more than the time)',
    lines: renderTable(columns, rows, { width }),
  };
}

function classSection({ classes }: PhaseReport, width: number): Section {
  const columns: readonly Column[] = [
    { head: '', align: 'left' },
    { head: 'FLOPs', unit: '%' },
    { head: 'time', unit: '%' },
  ];
  const rows = classes
    .toSorted((a, b) => b.timeShare - a.timeShare)
    .map((one) => ({ cells: [one.class, formatPercentage(one.flopShare), formatPercentage(one.timeShare)] }));
  return { title: 'Classes of operators', lines: renderTable(columns, rows, { width }) };
}

function memorySection({ memory, workload }: UnitEstimate, width: number): Section {
  const { name, factor } = unitFor([memory.totalBytes, memory.usableBytes], 'bytes');
  const row = (label: string, bytes: number, note = ''): Row => ({
    cells: [label, formatNumber(bytes / factor), formatPercentage(bytes / memory.usableBytes), note],
  });
  const columns: readonly Column[] = [
    { head: '', align: 'left' },
    { head: 'size', unit: name },
    { head: 'of usable', unit: '%' },
    { head: '', align: 'left' },
  ];
  const rows = [
    row('weights', memory.weightBytes, workload.weights),
    row('activations', memory.activationBytes, 'of the largest operator'),
    row('needed', memory.totalBytes),
    row('usable', memory.usableBytes, `of ${formatQuantity(memory.capacityBytes, 'bytes')} installed`),
    row('free', memory.freeBytes),
  ];
  const room = `room for a batch of ${formatCount(memory.largestBatch)}`;
  return { title: 'Memory', lines: [...renderTable(columns, rows, { width }), room] };
}

function energySection({ energy, workload }: UnitEstimate, width: number): Section {
  const { joulesPerUnit, watts, scope, basis } = energy;
  const joule = unitFor([joulesPerUnit.expected], 'energy');
  const rows = [
    predictionRow(`per ${workload.unit}`, joule.name, joulesPerUnit, joule.factor),
    predictionRow('mean power', 'W', watts, 1),
  ];
  return {
    title: `Energy (of the ${scope}; ideal: what the physical bound of speed would draw)`,
    lines: [
      ...renderTable(PREDICTION, rows, { width }),
      ...wrap(`basis: ${basis}`, width),
      ...wrap(`interval: ${joulesPerUnit.basis}`, width),
    ],
  };
}

function costSection({ cost, workload }: UnitEstimate, width: number): Section {
  if (cost === undefined) return { title: 'Cost', lines: ['unknown: the machine has no price'] };
  const facts = [
    [`per thousand ${workload.unit}s`, formatUsd(cost.usdPerThousandUnits)],
    ['machine, per hour', formatUsd(cost.usdPerHour)],
    ...(cost.purchaseUsd === undefined ? [] : [['machine, to buy', `${formatNumber(cost.purchaseUsd)} USD`] as const]),
  ] as const;
  return { title: 'Cost', lines: [...renderFacts(facts, width), ...wrap(`basis: ${cost.basis}`, width)] };
}
