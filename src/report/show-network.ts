import { formatCount, formatLargeCount, formatNumber, formatQuantity } from '../format.js';
import { requireFormat } from '../model/formats.js';
import { measureOperator } from '../model/measure.js';
import { planStage, stageParameters, UNIT_FORMATS, unitParameters } from '../model/unit/plan.js';
import type { Stage, UnitNetwork } from '../model/unit/types.js';
import type { SpecSources } from '../provenance.js';
import type { Flops } from '../quantities.js';
import { citationsOf } from './citations.js';
import { INDENT, renderReport, type Section } from './section.js';
import { type Column, hang, renderFacts, renderTable, wrap } from './table.js';

interface StageSize {
  readonly name: string;
  readonly parameters: number;
  readonly published: number | undefined;
  /** Of one evaluation for one unit of output. */
  readonly flops: Flops;
  readonly runs: Stage['runs'];
  readonly evaluations: number;
}

/** A network of stages as data: its dimensions, what follows from them, their sources. */
export function networkJson(network: UnitNetwork, sources: SpecSources): object {
  const derived = {
    parameters: unitParameters(network),
    stages: network.stages.map((stage) => sizeOf(stage, network)),
    weights: UNIT_FORMATS.map((format) => ({ format, bytes: bytesIn(network, format) })),
  };
  return { kind: 'network', network, derived, sources };
}

/** A network of stages as text. */
export function networkText(network: UnitNetwork, sources: SpecSources, width: number): string {
  const inner = width - INDENT;
  const citations = citationsOf(sources);
  const { id, name, vendor, aliases, released, published } = network;
  const headline = [
    `${name} (${vendor}${released === undefined ? '' : `, ${released}`})`,
    ...wrap(aliases.length > 0 ? `${id}, also ${aliases.join(', ')}` : id, width),
  ];
  const facts = [
    ...workFacts(network),
    ['parameters', parameterText(unitParameters(network))],
    ...(published.total === undefined ? [] : [['published', parameterText(published.total)] as const]),
    ...(published.difference === undefined ? [] : [['difference', published.difference] as const]),
    ['released in', network.nativeFormat],
    ['source', citations.cite('dimensions', 'size', 'steps')],
  ] as const;
  return renderReport(headline, [
    { title: 'Network', lines: renderFacts(facts, inner) },
    stageSection(network, inner),
    {
      title: 'Weights',
      lines: renderFacts(
        UNIT_FORMATS.map((format) => [format, formatQuantity(bytesIn(network, format), 'bytes')] as const),
        inner,
      ),
    },
    { title: 'Sources', lines: citations.lines(inner) },
    { title: 'Notes', lines: sources.notes.flatMap((note) => hang('- ', wrap(note, inner - 2))) },
  ]);
}

function workFacts({ unit, size, steps }: UnitNetwork): (readonly [string, string])[] {
  return [
    ['gives', unit],
    ...(size === undefined ? [] : [['size', `${size.width} x ${size.height} pixels unless told`] as const]),
    ...(steps === undefined ? [] : [['steps', `${steps} unless told`] as const]),
  ];
}

function stageSection(network: UnitNetwork, width: number): Section {
  const columns: readonly Column[] = [
    { head: 'stage', align: 'left' },
    { head: 'parameters', unit: 'million' },
    { head: 'published', unit: 'million' },
    { head: 'work', unit: 'GFLOP' },
    { head: 'evaluations', align: 'left' },
  ];
  const rows = network.stages.map((stage) => {
    const { name, parameters, published, flops, runs, evaluations } = sizeOf(stage, network);
    const often = `${evaluations} ${runs === 'once' ? 'in all' : 'in each step'}`;
    return {
      cells: [
        name,
        formatNumber(parameters / 1e6),
        formatNumber(published === undefined ? undefined : published / 1e6),
        formatNumber(flops / 1e9),
        often,
      ],
    };
  });
  return { title: 'Stages (work of one evaluation)', lines: renderTable(columns, rows, { width }) };
}

function sizeOf(stage: Stage, { size }: UnitNetwork): StageSize {
  const planned = planStage(stage, size, requireFormat('f16'));
  const flops = planned.reduce((sum, { operator, rows }) => {
    const pass = { tokens: rows, sequences: 1, context: 0, sampled: 0 };
    return sum + operator.count * measureOperator(operator, pass, 'element-wise').flops;
  }, 0);
  const { name, runs, evaluations, published } = stage;
  return { name, parameters: stageParameters(stage), published, flops, runs, evaluations };
}

function bytesIn(network: UnitNetwork, format: string): number {
  return (unitParameters(network) * requireFormat(format).bitsPerWeight) / 8;
}

function parameterText(count: number): string {
  return `${formatLargeCount(count)} (${formatCount(count)})`;
}
