import { formatCount, formatLargeCount, formatNumber, formatPercent, formatQuantity, unitFor } from '../format.js';
import { cacheBytes, getKvFormat } from '../model/cache.js';
import { activeParameters, parametersByRole, totalParameters } from '../model/parameters.js';
import { getScheme, type WeightScheme, weightBytes } from '../model/schemes.js';
import type { Model } from '../model/types.js';
import type { SpecSources } from '../provenance.js';
import { citationsOf } from './citations.js';
import { layerText } from './layers.js';
import { INDENT, renderReport, type Section } from './section.js';
import { type Column, hang, renderFacts, renderTable, wrap } from './table.js';

/** Formats that the sizes of a model are shown in, beside its own. */
const WEIGHTS = ['f16', 'fp8', 'q8_0', 'q4_k_m', 'q4_0', 'awq'];
const CACHES = ['f16', 'fp8', 'q8_0', 'q4_0'];

/** What a model takes, in bytes. */
interface Sizes {
  readonly weights: readonly { readonly format: string; readonly bytes: number; readonly bitsPerParameter: number }[];
  /** Per sequence: for the first token, and in all at the longest context. */
  readonly cache: readonly {
    readonly format: string;
    readonly bytesPerToken: number;
    readonly bytesAtContext: number | undefined;
  }[];
  readonly stateBytes: number;
}

/** A network as data: its dimensions, what follows from them, their sources. `own`: how a file stores its weights. */
export function modelJson(model: Model, sources: SpecSources, own?: WeightScheme): object {
  const derived = {
    parameters: totalParameters(model),
    activeParameters: activeParameters(model),
    parametersByRole: parametersByRole(model),
    ...sizesOf(model, own),
  };
  return { kind: 'model', model, derived, sources };
}

/** A network as text. */
export function modelText(model: Model, sources: SpecSources, width: number, own?: WeightScheme): string {
  const inner = width - INDENT;
  const citations = citationsOf(sources);
  const { id, name, vendor, aliases, released } = model;
  const headline = [
    `${name} (${vendor}${released === undefined ? '' : `, ${released}`})`,
    ...wrap(aliases.length > 0 ? `${id}, also ${aliases.join(', ')}` : id, width),
  ];
  const sizes = sizesOf(model, own);
  const dimensions = dimensionSection(model, citations.cite('dimensions'), inner);
  return renderReport(headline, [
    dimensions,
    parameterSection(model, citations.cite('published.total', 'published.active'), inner),
    weightSection(sizes, inner),
    cacheSection(model, sizes, inner),
    { title: 'Sources', lines: citations.lines(inner) },
    { title: 'Notes', lines: sources.notes.flatMap((note) => hang('- ', wrap(note, inner - 2))) },
  ]);
}

function sizesOf(model: Model, own?: WeightScheme): Sizes {
  const parameters = totalParameters(model);
  const usual = [...new Set([model.nativeFormat, ...WEIGHTS])].map((format) => ({ format, scheme: getScheme(format) }));
  const schemes = own === undefined ? usual : [{ format: 'this file', scheme: own }, ...usual];
  const weights = schemes.map(({ format, scheme }) => {
    const bytes = weightBytes(model, scheme);
    return { format, bytes, bitsPerParameter: (8 * bytes) / parameters };
  });
  const cache = CACHES.map((format) => {
    const bytes = (context: number) => cacheBytes(model, getKvFormat(format), context);
    return {
      format,
      bytesPerToken: bytes(1) - bytes(0),
      bytesAtContext: model.context === undefined ? undefined : bytes(model.context),
    };
  });
  return { weights, cache, stateBytes: cacheBytes(model, getKvFormat('f16'), 0) };
}

function dimensionSection(model: Model, citation: string, width: number): Section {
  const layers = model.pattern.flatMap(({ layers, repeat }) =>
    layers.length === 1 ? [`${repeat} x ${layers.join()}`] : [`${repeat} x (${layers.join(', ')})`],
  );
  const facts = [
    ['hidden', formatCount(model.hidden)],
    ['vocabulary', formatCount(model.vocabulary) + (model.tiedEmbeddings ? ', embedding and head are one' : '')],
    ['context', model.context === undefined ? 'nothing bounds it' : `${formatCount(model.context)} tokens`],
    ['released in', model.nativeFormat],
    ['layers', layers.join(', then ')],
    ...Object.entries(model.layers).map(([name, layer]) => [`  ${name}`, layerText(layer)] as const),
    ...(citation === '' ? [] : [['source', citation] as const]),
  ] as const;
  return { title: 'Dimensions', lines: renderFacts(facts, width) };
}

function parameterSection(model: Model, citation: string, width: number): Section {
  const count = (value: number | undefined) =>
    value === undefined ? undefined : `${formatLargeCount(value)} (${formatCount(value)})`;
  const total = totalParameters(model);
  const active = activeParameters(model);
  const { published } = model;
  const facts = [
    ['total', count(total)],
    ['active per token', active === total ? 'all' : count(active)],
    ['published total', againstDerived(published.total, total)],
    ['published active', againstDerived(published.active, active)],
    ['difference', published.difference],
    ['source', citation === '' ? undefined : citation],
  ] as const;
  return {
    title: 'Parameters',
    lines: renderFacts(
      facts.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const])),
      width,
    ),
  };
}

/** A published count, and how far the one that follows from the dimensions is from it. */
function againstDerived(published: number | undefined, derived: number): string | undefined {
  if (published === undefined) return undefined;
  const difference = derived / published - 1;
  const off =
    derived === published ? 'the same' : `${formatPercent(Math.abs(difference))} ${difference < 0 ? 'less' : 'more'}`;
  return `${formatLargeCount(published)} (${formatCount(published)}); by the dimensions ${off}`;
}

function weightSection({ weights }: Sizes, width: number): Section {
  const unit = unitFor(
    weights.map(({ bytes }) => bytes),
    'bytes',
  );
  const columns: readonly Column[] = [
    { head: 'format', align: 'left' },
    { head: 'size', unit: unit.name },
    { head: 'average', unit: 'bit' },
  ];
  const rows = weights.map(({ format, bytes, bitsPerParameter }) => ({
    cells: [format, formatNumber(bytes / unit.factor), formatNumber(bitsPerParameter)],
  }));
  return { title: 'Weights', lines: renderTable(columns, rows, { width }) };
}

function cacheSection(model: Model, { cache, stateBytes }: Sizes, width: number): Section {
  const token = unitFor(
    cache.map(({ bytesPerToken }) => bytesPerToken),
    'bytes',
  );
  const whole = unitFor(
    cache.map(({ bytesAtContext }) => bytesAtContext),
    'bytes',
  );
  const context = model.context === undefined ? 'no context' : `at ${formatCount(model.context)}`;
  const columns: readonly Column[] = [
    { head: 'format', align: 'left' },
    { head: 'first token', unit: token.name },
    { head: context, unit: whole.name },
  ];
  const rows = cache.map(({ format, bytesPerToken, bytesAtContext }) => ({
    cells: [
      format,
      formatNumber(bytesPerToken / token.factor),
      formatNumber(bytesAtContext === undefined ? undefined : bytesAtContext / whole.factor),
    ],
  }));
  const state = stateBytes > 0 ? [`and a state of ${formatQuantity(stateBytes, 'bytes')}, whatever the length`] : [];
  return { title: 'KV cache of one sequence', lines: [...renderTable(columns, rows, { width }), ...state] };
}
