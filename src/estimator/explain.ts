import type { EngineConstants } from '../engine/types.js';
import { formatNumber, formatQuantity } from '../format.js';
import type { FigureSource, SpecSources } from '../provenance.js';
import { variedFigures } from '../variation.js';
import type { DecodeReport, Estimate, PhaseReport, Prediction, PrefillReport } from './types.js';
import type { AnyEstimate } from './units/types.js';

/** One term of an estimate: what it is, its formula, the numbers put in, and where those come from. */
export interface ExplainedTerm {
  /** decode, prefill, request, memory, energy, cost; or the name of a stage. */
  readonly phase: string;
  readonly term: string;
  readonly meaning: string;
  readonly formula: string;
  readonly substituted: string;
  /** The value in SI units, and which unit that is. */
  readonly value: number;
  readonly unit: string;
  readonly sources: readonly TermSource[];
}

export interface TermSource extends FigureSource {
  /** The figure: `h100-sxm-80gb memory.hbm.bandwidth`. */
  readonly figure: string;
}

export interface Explanation {
  readonly terms: readonly ExplainedTerm[];
  /** What the model leaves out. */
  readonly notModelled: readonly string[];
}

/** Where figures come from, by kind and id; undefined for specs that are not in the catalogue. */
export type SourceLookup = (kind: 'hardware' | 'model' | 'engine', id: string) => SpecSources | undefined;

/** Every term of an estimate in the order in which they make it up. */
export function explainEstimate(estimate: Estimate, lookup: SourceLookup): Explanation {
  const cite = citer(estimate, lookup);
  return {
    terms: [
      ...explainPhase(estimate, estimate.decode, { phase: 'decode', per: 'one step' }, cite),
      explainDecodeRate(estimate.decode, estimate, cite),
      ...explainPhase(estimate, estimate.prefill, { phase: 'prefill', per: 'the whole prompt' }, cite),
      explainFirstToken(estimate.prefill, estimate, cite),
      explainRequest(estimate),
      explainMemory(estimate, cite),
      ...explainEnergy(estimate, cite),
      ...explainCost(estimate, cite),
    ],
    notModelled: NOT_MODELLED,
  };
}

const NOT_MODELLED = [
  'queueing and interference of other requests on the machine',
  'the cost of tokenising, networking and of the host beyond the step and request overheads',
  'uneven routing of experts, and caches that hold part of a model larger than they are',
  'thermal limits below the power limit (laptops, phones), and clocks that vary between samples',
  'speculative decoding, and prompts that share a prefix beyond the cached tokens stated',
];

/** The sources of figures of the machine, the network or the engine, by the beginnings of their paths. */
export type Cite = (kind: 'hardware' | 'model' | 'engine', prefixes: readonly string[]) => readonly TermSource[];

/** Finds the sources of all figures whose path begins with one of some prefixes. */
export function citer(estimate: Pick<AnyEstimate, 'hardware' | 'model' | 'engine'>, lookup: SourceLookup): Cite {
  const ids = { hardware: estimate.hardware.id, model: estimate.model.id, engine: estimate.engine.id };
  return (kind, prefixes) => {
    const figures = variedFigures(lookup(kind, ids[kind])?.figures ?? {}, estimate[kind].varied ?? []);
    return Object.entries(figures)
      .filter(([path]) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}.`)))
      .map(([path, source]) => ({ figure: `${ids[kind]} ${path}`, ...source }));
  };
}

/** What the terms of a phase are explained by. */
type Explained = Pick<AnyEstimate, 'hardware' | 'engine'> & {
  readonly workload: { readonly weights: string };
  readonly memory: {
    readonly levels: readonly {
      readonly name: string;
      readonly weightBytes: number;
      readonly cacheBytes?: number;
      readonly bandwidth: number;
    }[];
  };
};

/** The terms of the time of a phase, `per` says of how much of it. */
export function explainPhase(
  estimate: Explained,
  report: PhaseReport,
  { phase, per }: { readonly phase: string; readonly per: string },
  cite: Cite,
): readonly ExplainedTerm[] {
  const { constants, overlap } = estimate.engine;
  const { hardware, memory } = estimate;
  const constant = (name: string): readonly TermSource[] =>
    cite('engine', [`classes.${estimate.engine.class}.constants.${name}`]);
  const holding = memory.levels.filter((level) => level.weightBytes + (level.cacheBytes ?? 0) > 0);
  // Of what a memory gives beyond that, the unit draws nothing.
  const bandwidths = holding.map(({ name, bandwidth }) =>
    bandwidth > hardware.peakBandwidth ? `units.${hardware.unit}.bandwidth` : `memory.${name}.bandwidth`,
  );
  const unit = cite('hardware', [`units.${hardware.unit}.peaks`]);
  const term = (
    name: string,
    meaning: string,
    formula: string,
    substituted: string,
    value: number,
    sources: readonly TermSource[],
  ): ExplainedTerm => ({
    phase,
    term: name,
    meaning: `${meaning}, ${per}`,
    formula,
    substituted,
    value,
    unit: 's',
    sources,
  });
  const bytes = `${formatQuantity(report.weightBytes, 'bytes')} weights + ${formatQuantity(report.cacheBytes, 'bytes')} cache + ${formatQuantity(Math.max(0, report.bytes - report.weightBytes - report.cacheBytes), 'bytes')} other`;
  const joined =
    overlap === 'infinity' ? 'max(C + D, M, B)' : `((C + D)^${overlap} + M^${overlap} + B^${overlap})^(1/${overlap})`;
  return [
    term(
      'M, memory',
      'time to move weights, cache and activations',
      'M = bytes / (memory efficiency x bandwidth)',
      `(${bytes}) / (${streamEfficiency(constants)} x ${formatQuantity(hardware.peakBandwidth, 'bandwidth')})`,
      report.terms.memory,
      [
        ...cite('hardware', bandwidths),
        ...cite('model', ['dimensions']),
        ...constant('memoryEfficiency'),
        ...constant('cacheEfficiency'),
        ...constant('activationEfficiency'),
      ],
    ),
    term(
      'C, compute',
      'time of the arithmetic',
      'C = sum over operators FLOPs / (efficiency x peak x shape efficiency)',
      `${formatQuantity(report.flops, 'FLOPs')}, peak ${formatQuantity(report.ridgePoint * hardware.peakBandwidth, 'FLOP rate')}, efficiency ${constants.matrixEfficiency} (matrix), ${constants.vectorEfficiency} (vector)`,
      report.terms.compute,
      [...unit, ...constant('matrixEfficiency'), ...constant('vectorEfficiency')],
    ),
    term(
      'D, dequantisation',
      'time to unpack weights and to bring integer sums to scale',
      'D = sum over products weights x (operations per weight x passes over them + rows x operations per scale / weights per scale) / (vector efficiency x vector peak)',
      `${estimate.workload.weights}: ${formatQuantity(report.terms.dequantisation, 'duration')}`,
      report.terms.dequantisation,
      constant('vectorEfficiency'),
    ),
    term(
      'B, load throughput',
      'time that the loads in flight take',
      'B = bytes / (bytes per clock and core x cores x clock), of kernels that wait for their tiles with every tile they load',
      loadNumbers(estimate, report),
      report.terms.load,
      [
        ...cite('hardware', [`units.${hardware.unit}.count`, `units.${hardware.unit}.clock`]),
        ...constant('loadBytesPerClock'),
      ],
    ),
    term(
      'overhead',
      'launches and the step itself',
      'launches x (kernel overhead + cores x core overhead) + passes x (step overhead + sequences x sequence overhead); where launches x dispatch overhead take longer than the kernels, that difference too',
      overheadNumbers(estimate),
      report.terms.overhead,
      [
        ...constant('kernelOverhead'),
        ...constant('coreOverhead'),
        ...constant('stepOverhead'),
        ...constant('sequenceOverhead'),
        ...constant('dispatchOverhead'),
      ],
    ),
    term(
      'T, time',
      `what binds: ${report.bound}${report.power.limited ? ` (power limit: clock at ${formatNumber(report.power.clock * 100)} %)` : ''}`,
      `T = sum over operators ${joined} + overhead`,
      `between ${formatQuantity(report.perfectOverlap, 'duration')} (perfect overlap) and ${formatQuantity(report.noOverlap, 'duration')} (none)`,
      report.seconds,
      cite('engine', [`classes.${estimate.engine.class}`]).slice(0, 1),
    ),
  ];
}

/** The part of the bandwidth that streams reach; that of cache and activations where it is another. */
function streamEfficiency({ memoryEfficiency, cacheEfficiency, activationEfficiency }: EngineConstants): string {
  const cache = cacheEfficiency === undefined ? '' : `, ${cacheEfficiency} (cache)`;
  const activations = activationEfficiency === undefined ? '' : `, ${activationEfficiency} (activations)`;
  return cache || activations ? `[${memoryEfficiency} (weights)${cache}${activations}]` : `${memoryEfficiency}`;
}

function overheadNumbers({ engine: { constants }, hardware }: Pick<AnyEstimate, 'engine' | 'hardware'>): string {
  const { kernelOverhead, coreOverhead = 0, stepOverhead, sequenceOverhead, dispatchOverhead } = constants;
  const numbers = [
    `kernel overhead ${formatQuantity(kernelOverhead, 'duration')}`,
    `core overhead ${formatQuantity(coreOverhead, 'duration')} x ${hardware.cores}`,
    `step overhead ${formatQuantity(stepOverhead, 'duration')}`,
  ];
  if (sequenceOverhead !== undefined) numbers.push(`sequence overhead ${formatQuantity(sequenceOverhead, 'duration')}`);
  if (dispatchOverhead !== undefined) numbers.push(`dispatch overhead ${formatQuantity(dispatchOverhead, 'duration')}`);
  return numbers.join(', ');
}

function loadNumbers({ engine, hardware }: Pick<AnyEstimate, 'engine' | 'hardware'>, { bytes }: PhaseReport): string {
  const { loadBytesPerClock } = engine.constants;
  if (loadBytesPerClock === undefined) return 'no such limit is known for this class';
  if (hardware.clock === undefined) return 'the clock is not known, so this limit is left out';
  const threads = hardware.residentThreads === undefined ? '' : ` x ${hardware.residentThreads} / 1024`;
  const rate = `${loadBytesPerClock} B${threads} x ${hardware.cores} x ${formatQuantity(hardware.clock, 'frequency')}`;
  return `${formatQuantity(bytes, 'bytes')} / (${rate})`;
}

function explainDecodeRate(decode: DecodeReport, { workload }: Estimate, cite: Cite): ExplainedTerm {
  return predicted(
    'decode',
    'tokens per second',
    'all sequences together',
    'batch / T',
    `${workload.batch} / ${formatQuantity(decode.seconds, 'duration')}`,
    decode.tokensPerSecond,
    'token/s',
    cite('model', ['published']),
  );
}

function explainFirstToken(prefill: PrefillReport, { engine }: Estimate, cite: Cite): ExplainedTerm {
  return predicted(
    'prefill',
    'time to first token',
    'prompt until the first token is out',
    'T + request overhead',
    `${formatQuantity(prefill.seconds, 'duration')} + ${formatQuantity(engine.constants.requestOverhead, 'duration')}`,
    prefill.timeToFirstToken,
    's',
    cite('engine', [`classes.${engine.class}.constants.requestOverhead`]),
  );
}

function explainRequest({ request, prefill, decode, workload }: Estimate): ExplainedTerm {
  const substituted = `${formatQuantity(prefill.timeToFirstToken.expected, 'duration')} + ${workload.outputTokens - 1} x ${formatQuantity(decode.timePerOutputToken.expected, 'duration')}`;
  return predicted(
    'request',
    'latency',
    'from prompt to last token',
    'TTFT + (output tokens - 1) x TPOT',
    substituted,
    request.latency,
    's',
    [],
  );
}

/** A predicted quantity with its interval. */
export function predicted(
  phase: ExplainedTerm['phase'],
  term: string,
  meaning: string,
  formula: string,
  substituted: string,
  prediction: Prediction,
  unit: string,
  sources: readonly TermSource[],
): ExplainedTerm {
  const { expected, low, high, ideal, basis } = prediction;
  const text = (value: number): string => (unit === 's' ? formatQuantity(value, 'duration') : formatNumber(value));
  const interval = `80 % interval ${text(low)} to ${text(high)}, ideal ${text(ideal)}; ${basis}`;
  return { phase, term, meaning: `${meaning}; ${interval}`, formula, substituted, value: expected, unit, sources };
}

function explainMemory({ memory, workload, hardware }: Estimate, cite: Cite): ExplainedTerm {
  return {
    phase: 'memory',
    term: 'memory needed',
    meaning: `of ${formatQuantity(memory.usableBytes, 'bytes')} usable on ${hardware.id}`,
    formula: 'weights + batch x (cache and state per sequence) + activations',
    substituted: `${formatQuantity(memory.weightBytes, 'bytes')} (${workload.weights}) + ${formatQuantity(memory.cacheBytes, 'bytes')} (${workload.kvCache}) + ${formatQuantity(memory.activationBytes, 'bytes')}`,
    value: memory.totalBytes,
    unit: 'B',
    sources: [
      ...cite(
        'hardware',
        memory.levels.flatMap(({ name }) => [`memory.${name}.capacity`, `memory.${name}.usable`]),
      ),
      ...cite('model', ['dimensions']),
    ],
  };
}

function explainEnergy({ energy, decode }: Estimate, cite: Cite): readonly ExplainedTerm[] {
  const { joules } = decode.power;
  const parts = (['static', 'lanes', 'compute', 'memory'] as const).map(
    (part) => `${formatQuantity(joules[part], 'energy')} ${part}`,
  );
  const sources = cite('hardware', ['power']);
  return [
    predicted(
      'energy',
      'joules per output token',
      `prompt included, at the ${energy.scope}; ${energy.basis}`,
      'E = floor x T + lanes x time of kernels + instructions x e_i + matrix FLOPs x e_m + bytes x e_B',
      `a decode step: ${parts.join(' + ')}`,
      energy.prediction,
      'J/token',
      sources,
    ),
    predicted(
      'energy',
      'mean power',
      `of the request, at the ${energy.scope}`,
      'P = E / T',
      `a decode step: ${formatQuantity(joules.total, 'energy')} in ${formatQuantity(decode.seconds, 'duration')}`,
      energy.watts,
      'W',
      sources,
    ),
  ];
}

function explainCost({ cost }: Estimate, cite: Cite): readonly ExplainedTerm[] {
  if (!cost) return [];
  return [
    {
      phase: 'cost',
      term: 'USD per million output tokens',
      meaning: cost.basis,
      formula: 'price of the machine x latency / (batch x output tokens)',
      substituted: `${formatNumber(cost.usdPerHour)} USD/h`,
      value: cost.usdPerMillionOutputTokens,
      unit: 'USD/Mtoken',
      sources: cite('hardware', ['price']),
    },
  ];
}
