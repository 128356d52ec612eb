import type { ExplainedTerm, Explanation } from '../estimator/explain.js';
import { formatNumber, formatQuantity, MISSING } from '../format.js';
import { numberSources, type SourceNumbers } from './citations.js';
import { INDENT, renderReport } from './section.js';
import { hang, wrap } from './table.js';

/** Each term of an estimate with its formula, numbers and sources, as text. */
export function explanationText(
  headline: readonly string[],
  { terms, notModelled }: Explanation,
  width: number,
): string {
  const inner = width - INDENT;
  const numbers = numberSources();
  const phases = [...new Set(terms.map(({ phase }) => phase))];
  const sections = phases.map((phase) => ({
    title: phase[0]?.toUpperCase() + phase.slice(1),
    lines: joinWithBlanks(terms.filter((term) => term.phase === phase).map((term) => termLines(term, numbers, inner))),
  }));
  return renderReport(
    headline.flatMap((line) => wrap(line, width)),
    [
      ...sections,
      { title: 'Not modelled', lines: notModelled.flatMap((text) => hang('- ', wrap(text, inner - 2))) },
      { title: 'Sources', lines: numbers.lines(inner) },
    ],
  );
}

function termLines(term: ExplainedTerm, numbers: SourceNumbers, width: number): string[] {
  const inside = (lead: string, text: string) => hang(lead, wrap(text, width - lead.length));
  return [
    `${term.term}: ${valueText(term)}`,
    ...inside('  ', term.meaning),
    ...inside('  formula  ', term.formula),
    ...inside('  numbers  ', term.substituted),
    ...(term.sources.length > 0 ? inside('  sources  ', sourcesText(term, numbers)) : []),
  ];
}

function valueText({ value, unit }: ExplainedTerm): string {
  if (unit === 's') return formatQuantity(value, 'duration');
  if (unit === 'B') return formatQuantity(value, 'bytes');
  const text = formatNumber(value);
  return text === MISSING ? text : `${text} ${unit}`;
}

/** Figures with the number of their source; those of one spec and one source together. */
function sourcesText({ sources }: ExplainedTerm, numbers: SourceNumbers): string {
  const groups = new Map<string, { readonly spec: string; readonly number: number; readonly paths: string[] }>();
  for (const source of sources) {
    const [spec = '', ...path] = source.figure.split(' ');
    const number = numbers.of(source);
    const group = groups.get(`${spec} ${number}`) ?? { spec, number, paths: [] };
    groups.set(`${spec} ${number}`, group);
    group.paths.push(path.join(' '));
  }
  return [...groups.values()].map(({ spec, number, paths }) => `${spec} ${paths.join(', ')} [${number}]`).join('; ');
}

function joinWithBlanks(blocks: readonly (readonly string[])[]): string[] {
  return blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}
