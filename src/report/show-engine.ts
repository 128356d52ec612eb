import type { ClassCondition, Engine, EngineClass, ResidualBand } from '../engine/types.js';
import { formatCount, formatNumber } from '../format.js';
import type { SpecSources } from '../provenance.js';
import { citationsOf } from './citations.js';
import { INDENT, renderReport, type Section } from './section.js';
import { type Column, hang, renderFacts, renderTable, wrap } from './table.js';

/** A software stack as data, with the sources of its constants. */
export function engineJson(engine: Engine, sources: SpecSources): object {
  return { kind: 'engine', engine, sources };
}

/** A software stack as text. */
export function engineText(engine: Engine, sources: SpecSources, width: number): string {
  const inner = width - INDENT;
  const citations = citationsOf(sources);
  const { id, name, vendor, aliases, classes } = engine;
  const headline = [
    `${name} (${vendor})`,
    ...wrap(aliases.length > 0 ? `${id}, also ${aliases.join(', ')}` : id, width),
  ];
  const cited = (engineClass: EngineClass) => {
    const path = `classes.${engineClass.id}`;
    return citations.cite(
      path,
      ...Object.keys(engineClass.constants).map((constant) => `${path}.constants.${constant}`),
    );
  };
  return renderReport(headline, [
    useSection(engine, citations.cite('runs'), inner),
    classSection(classes, inner),
    constantSection(classes, cited, inner),
    ...classes.map((engineClass) => residualSection(engineClass, inner)),
    { title: 'Sources', lines: citations.lines(inner) },
    { title: 'Notes', lines: sources.notes.flatMap((note) => hang('- ', wrap(note, inner - 2))) },
  ]);
}

function useSection(engine: Engine, citation: string, width: number): Section {
  const { usualFor, weightFamilies, kvFormats, runs = ['generate'] } = engine;
  const usual = usualFor.map(({ backend, technologies }) =>
    technologies === undefined ? backend : `${backend} with ${technologies.join('/')}`,
  );
  const facts = [
    ['usual engine for', usual.length > 0 ? usual.join(', ') : 'nothing'],
    ['work', citation === '' ? runs.join(', ') : `${runs.join(', ')} (source ${citation})`],
    ['weights', weightFamilies.join(', ')],
    ['KV cache', kvFormats.join(', ')],
  ] as const;
  return { title: 'Use', lines: renderFacts(facts, width) };
}

function classSection(classes: readonly EngineClass[], width: number): Section {
  const left = ['class', 'back end', 'machines', 'kernels of', 'fusion', 'attention'].map(
    (head) => ({ head, align: 'left' }) as const,
  );
  const columns: readonly Column[] = [
    ...left,
    { head: 'chunk', unit: 'token', align: 'right' },
    { head: 'overlap', align: 'right' },
  ];
  const rows = classes.map(({ id, backend, when, era, fusion, attention, chunk, overlap }) => ({
    cells: [id, backend, conditionText(when), eraText(era), fusion, attention, formatCount(chunk), String(overlap)],
  }));
  return { title: 'Classes of machines', lines: renderTable(columns, rows, { width }) };
}

function conditionText({ kinds, technologies, features, matrix }: ClassCondition): string {
  const words = [
    ...(kinds === undefined ? [] : [kinds.join('/')]),
    ...(technologies === undefined ? [] : [technologies.join('/')]),
    ...(features ?? []),
    ...(matrix === undefined ? [] : [matrix ? 'matrix engine' : 'no matrix engine']),
  ];
  return words.length > 0 ? words.join(', ') : 'any';
}

function eraText({ from, until }: EngineClass['era']): string {
  if (from === undefined && until === undefined) return 'any date';
  return until === undefined ? `from ${from}` : from === undefined ? `until ${until}` : `${from} to ${until}`;
}

function constantSection(
  classes: readonly EngineClass[],
  cited: (engineClass: EngineClass) => string,
  width: number,
): Section {
  // Few engines move their cache or activations unlike their weights: a column only where one does.
  const streams = (['cacheEfficiency', 'activationEfficiency'] as const).filter((name) =>
    classes.some(({ constants }) => constants[name] !== undefined),
  );
  // So with the host's work for each sequence and for each launch.
  const hosts = (['sequenceOverhead', 'dispatchOverhead'] as const).filter((name) =>
    classes.some(({ constants }) => constants[name] !== undefined),
  );
  const columns: readonly Column[] = [
    { head: 'class', align: 'left' },
    { head: 'memory', unit: 'of peak' },
    ...streams.map((name) => ({ head: name === 'cacheEfficiency' ? 'cache' : 'activations', unit: 'of peak' })),
    { head: 'matrix', unit: 'of peak' },
    { head: 'vector', unit: 'of peak' },
    { head: 'attention', unit: 'of peak' },
    { head: 'load', unit: 'B/clock' },
    { head: 'kernel', unit: 'µs' },
    { head: 'step', unit: 'µs' },
    ...hosts.map((name) => ({ head: name === 'sequenceOverhead' ? 'sequence' : 'dispatch', unit: 'µs' })),
    { head: 'request', unit: 'µs' },
    { head: 'source', align: 'right' },
  ];
  const rows = classes.map((engineClass) => {
    const { memoryEfficiency, matrixEfficiency, vectorEfficiency, attentionEfficiency, ...others } =
      engineClass.constants;
    const efficiencies = [
      memoryEfficiency,
      ...streams.map((name) => others[name]),
      matrixEfficiency,
      vectorEfficiency,
      attentionEfficiency,
    ].map((value) => formatNumber(value));
    const times = [
      others.kernelOverhead,
      others.stepOverhead,
      ...hosts.map((name) => others[name]),
      others.requestOverhead,
    ].map((seconds) => formatNumber(seconds === undefined ? undefined : seconds * 1e6));
    return {
      cells: [engineClass.id, ...efficiencies, formatNumber(others.loadBytesPerClock), ...times, cited(engineClass)],
    };
  });
  return { title: 'Constants', lines: renderTable(columns, rows, { width }) };
}

/** How far measurements were off, as factors of the prediction. */
function residualSection({ id, residuals }: EngineClass, width: number): Section {
  const facts = Object.entries(residuals).map(([phase, band]) => [phase, bandText(band)] as const);
  return { title: `Measured / predicted, ${id}`, lines: facts.length > 0 ? renderFacts(facts, width) : [] };
}

function bandText({ low, high, basis }: ResidualBand): string {
  return `${formatNumber(Math.exp(low))} to ${formatNumber(Math.exp(high))} in 8 of 10 cases: ${basis}`;
}
