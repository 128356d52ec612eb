import type { AttentionRule, EngineClass, MultiplyRule, OverlapExponent } from '../engine/types.js';
import type { ComputePath, ComputeUnit, Hardware, MatrixShape, MultiplyFormat, Peak } from '../hardware/types.js';
import { entryOf, keptOfTwo } from '../kept.js';
import type { BlockFormat } from '../model/formats.js';
import type { Fusion } from '../model/operators.js';
import type { Bytes, BytesPerSecond, FlopsPerSecond, Fraction, Seconds } from '../quantities.js';
import { type FlopKind, flopKind } from './energy.js';

/** What FLOPs run in: their format, the dense peak of the cores in use, and what one consists of. */
export interface Arithmetic {
  readonly multiply: MultiplyFormat;
  readonly peak: FlopsPerSecond;
  readonly kind: FlopKind;
  /** Bytes per second that the cores can have in flight under this kernel; Infinity where no limit is known. */
  readonly loadRate: BytesPerSecond;
  /** Its place in `machine.arithmetics`: a vector and a matrix peak of one format are two. */
  readonly place: number;
}

/** Rows of activations that a rate is for: from `least` up to, and without, `most`. */
interface RowRange {
  readonly least: number;
  readonly most: number;
}

/** A multiply rule with the peak that it runs at. */
export interface ProductRate extends Arithmetic, RowRange {
  readonly rule: MultiplyRule;
  /** Fraction of it that a product of ideal shape reaches. */
  readonly efficiency: Fraction;
  readonly shape?: MatrixShape;
}

export interface AttentionRate extends Arithmetic, RowRange {
  readonly rule: AttentionRule;
  readonly efficiency: Fraction;
}

/** What the kernels of an engine have in common, with nothing left out: one form, whatever the engine's spec leaves open. */
export interface KernelFacts {
  /** Fractions of the peak bandwidth at which weights are read, the cache is read, and activations are handed on. */
  readonly weightStream: Fraction;
  readonly cacheStream: Fraction;
  readonly activationStream: Fraction;
  /** What a byte takes the unit, which may draw less of a memory that it shares than that gives; 0 where memory decides. */
  readonly drawTime: Seconds;
  /** Bytes of one activation between operators. */
  readonly activationBytes: Bytes;
  readonly overlap: OverlapExponent;
  /** Fraction of the peak that scores and values reach on vector lanes. */
  readonly attentionEfficiency: Fraction;
  /** Times that a score is written or read where attention is materialised; 0 where scores stay on chip. */
  readonly scoreMoves: number;
  readonly cacheReads: EngineClass['cacheReads'];
  readonly fusion: Fusion;
}

/** What the host of an engine does for a pass, in the same way. */
export interface HostFacts {
  readonly graphs: EngineClass['graphs'];
  /** Work for each pass, for each of its sequences, and to launch each kernel. */
  readonly pass: Seconds;
  readonly sequence: Seconds;
  readonly launch: Seconds;
  /** Tokens that graphs compiled ahead have room for; 0 where a pass grows with its context. */
  readonly fixedContext: number;
}

/** One compute unit under one engine: every rate that an operator's time is made of. */
export interface Machine {
  readonly hardware: Hardware;
  readonly unit: ComputeUnit;
  readonly engine: EngineClass;
  /** Cores in use: all of the unit's, or as many as there are threads. */
  readonly cores: number;
  /** Vector arithmetic in 32 bits, where element-wise work runs. */
  readonly vector: Arithmetic;
  /** What unpacking, norms and scans reach of it. */
  readonly vectorRate: FlopsPerSecond;
  /** The same of multiply-adds in 32 bits, the pairs that dual issue is for. */
  readonly multiplyAddRate: FlopsPerSecond;
  /** Launch of a kernel and the meeting of the cores in use at its end. */
  readonly kernelOverhead: Seconds;
  readonly kernels: KernelFacts;
  readonly host: HostFacts;
  readonly execution: Hardware['execution'];
  readonly products: readonly ProductRate[];
  readonly attention: readonly AttentionRate[];
  /** The same sorted out, as far as they have been asked for: by weight format, and by width of keys. */
  readonly sorted: {
    readonly plain: Map<BlockFormat, readonly ProductRate[]>;
    readonly routed: Map<BlockFormat, readonly ProductRate[]>;
    readonly single: Map<number, readonly AttentionRate[]>;
    readonly grouped: Map<number, readonly AttentionRate[]>;
  };
  /** Peak of each arithmetic that the rates above use. */
  readonly arithmetics: readonly { readonly multiply: MultiplyFormat; readonly peak: FlopsPerSecond }[];
}

const machines = keptOfTwo((_engine: EngineClass, _hardware: Hardware) => new Map<string, Machine>());

/** The machine of an engine class on a unit, or on so many of its cores as there are threads; it is made once. */
export function machineOf(hardware: Hardware, unit: ComputeUnit, engine: EngineClass, threads?: number): Machine {
  const key = threads === undefined ? unit.name : `${unit.name} ${threads}`;
  return entryOf(machines(engine, hardware), key, () => makeMachine(hardware, unit, engine, threads));
}

/**
 * Rates of a unit under an engine class, with `threads` of its cores.
 * Rules whose arithmetic the unit does not have are left out; so is the load limit where the clock is unknown.
 */
function makeMachine(hardware: Hardware, unit: ComputeUnit, engine: EngineClass, threads?: number): Machine {
  const cores = Math.min(threads ?? unit.count, unit.count);
  const share = cores / unit.count;
  const { constants } = engine;
  const shared = loadRate(constants.loadBytesPerClock, unit, cores);
  const arithmetics: { readonly multiply: MultiplyFormat; readonly peak: FlopsPerSecond }[] = [];
  const placeOf = (multiply: MultiplyFormat, peak: FlopsPerSecond): number => {
    const found = arithmetics.findIndex((known) => known.multiply === multiply && known.peak === peak);
    return found < 0 ? arithmetics.push({ multiply, peak }) - 1 : found;
  };
  const arithmetic = (path: ComputePath, multiply: MultiplyFormat, whole: FlopsPerSecond): Arithmetic => {
    const peak = whole * share;
    const kind = flopKind(hardware, unit, path, multiply);
    return { multiply, peak, kind, loadRate: shared, place: placeOf(multiply, peak) };
  };
  const products = engine.multiply.flatMap((rule) => {
    const peak = findPeak(unit, rule);
    const able = (rule.features ?? []).every((feature) => unit.features.includes(feature));
    if (!peak || !able) return [];
    const reached = rule.path === 'matrix' ? constants.matrixEfficiency : constants.vectorEfficiency;
    const efficiency = reached * issued(peak, engine);
    const shape = peak.shape ? { shape: peak.shape } : {};
    const own =
      rule.loadBytesPerClock === undefined ? {} : { loadRate: ownLoadRate(rule.loadBytesPerClock, unit, cores) };
    return [
      { rule, ...arithmetic(rule.path, rule.multiply, peak.rate), ...own, ...rowRange(rule), efficiency, ...shape },
    ];
  });
  const attention = engine.attentionRules.flatMap((rule) => {
    const peak = findPeak(unit, rule);
    if (!peak || (rule.attention ?? engine.attention) !== engine.attention) return [];
    const efficiency = rule.efficiency ?? constants.attentionEfficiency;
    return [{ rule, ...arithmetic(rule.path, rule.multiply, peak.rate), ...rowRange(rule), efficiency }];
  });
  const single = vectorPeak(unit);
  const vector = arithmetic('vector', 'f32', single?.rate ?? Number.POSITIVE_INFINITY);
  return {
    hardware,
    unit,
    engine,
    cores,
    vector,
    vectorRate: vector.peak * constants.vectorEfficiency * issued(single, engine),
    multiplyAddRate: vector.peak * constants.vectorEfficiency,
    kernelOverhead: constants.kernelOverhead + (constants.coreOverhead ?? 0) * cores,
    kernels: kernelFacts(unit, engine),
    host: hostFacts(engine),
    execution: hardware.execution,
    products,
    attention,
    sorted: { plain: new Map(), routed: new Map(), single: new Map(), grouped: new Map() },
    arithmetics,
  };
}

/** Times that a materialised score is written or read where the engine does not say: written, masked, normalised, read. */
const SCORE_MOVES = 4;

function kernelFacts({ bandwidth }: ComputeUnit, engine: EngineClass): KernelFacts {
  const { memoryEfficiency, cacheEfficiency, activationEfficiency, attentionEfficiency } = engine.constants;
  return {
    weightStream: memoryEfficiency,
    cacheStream: cacheEfficiency ?? memoryEfficiency,
    activationStream: activationEfficiency ?? memoryEfficiency,
    drawTime: bandwidth === undefined ? 0 : 1 / bandwidth,
    activationBytes: engine.activationBytes,
    overlap: engine.overlap,
    attentionEfficiency,
    scoreMoves: engine.attention === 'materialised' ? (engine.scoreMoves ?? SCORE_MOVES) : 0,
    cacheReads: engine.cacheReads,
    fusion: engine.fusion,
  };
}

function hostFacts({ graphs, fixedContext, constants }: EngineClass): HostFacts {
  return {
    graphs,
    pass: constants.stepOverhead,
    sequence: constants.sequenceOverhead ?? 0,
    launch: constants.dispatchOverhead ?? 0,
    fixedContext: fixedContext ?? 0,
  };
}

/** Threads per core that `load-bytes-per-clock` is stated for, where the unit says how many it has. */
const THREADS = 1024;

/** Bytes in flight go with the threads that a core keeps resident: `bytes per clock x threads / 1024 x clock x cores`. */
function loadRate(bytesPerClock: number | undefined, unit: ComputeUnit, cores: number): BytesPerSecond {
  if (bytesPerClock === undefined) return Number.POSITIVE_INFINITY;
  return ownLoadRate((bytesPerClock * (unit.threads ?? THREADS)) / THREADS, unit, cores);
}

/** Bytes per second of a kernel that loads so many per clock and core. */
function ownLoadRate(bytesPerClock: number, { clock }: ComputeUnit, cores: number): BytesPerSecond {
  return clock === undefined ? Number.POSITIVE_INFINITY : bytesPerClock * clock * cores;
}

function findPeak(unit: ComputeUnit, rule: Pick<MultiplyRule, 'path' | 'multiply' | 'accumulate'>): Peak | undefined {
  return unit.peaks.find(
    (peak) =>
      peak.path === rule.path &&
      peak.format === rule.multiply &&
      peak.accumulate === rule.accumulate &&
      peak.sparsity === 'dense',
  );
}

/** Vector rate in 32 bits, where element-wise work runs; a machine without one works on its matrix engine's rate. */
function vectorPeak(unit: ComputeUnit): Peak | undefined {
  const vector = unit.peaks.filter((peak) => peak.path === 'vector' && peak.sparsity === 'dense');
  return vector.find((peak) => peak.format === 'f32') ?? vector[0] ?? unit.peaks[0];
}

/** Part of a peak that the kernels of an engine issue: half where it counts pairs, all of it for the physical bound. */
function issued(peak: Peak | undefined, engine: EngineClass): Fraction {
  return peak?.issue === 'dual' && engine.choice === 'first' ? 0.5 : 1;
}

/**
 * Arithmetic of a product of `rows` rows with weights of a format, `routed` where they are those of a mixture's experts;
 * undefined where the unit has none for it.
 */
export function productRate(
  machine: Machine,
  format: BlockFormat,
  rows: number,
  routed = false,
): ProductRate | undefined {
  const known = routed ? machine.sorted.routed : machine.sorted.plain;
  return firstFor(known.get(format) ?? sortProducts(machine, format, routed), rows);
}

function sortProducts(machine: Machine, format: BlockFormat, routed: boolean): readonly ProductRate[] {
  const rates = inOrder(machine, machine.products).filter(
    ({ rule }) =>
      rule.weights === format.family &&
      (!rule.formats || rule.formats.includes(format.id)) &&
      (!rule.products || (rule.products === 'routed') === routed),
  );
  (routed ? machine.sorted.routed : machine.sorted.plain).set(format, rates);
  return rates;
}

/**
 * Arithmetic of attention with `rows` rows and keys so wide, `grouped` where several query heads share one; undefined where
 * the unit has none that the engine uses.
 */
export function attentionRate(
  machine: Machine,
  rows: number,
  width: number,
  grouped: boolean,
): AttentionRate | undefined {
  const known = grouped ? machine.sorted.grouped : machine.sorted.single;
  return firstFor(known.get(width) ?? sortAttention(machine, width, grouped), rows);
}

function sortAttention(machine: Machine, width: number, grouped: boolean): readonly AttentionRate[] {
  const rates = inOrder(machine, machine.attention).filter(({ rule }) => suits(rule, width, grouped));
  (grouped ? machine.sorted.grouped : machine.sorted.single).set(width, rates);
  return rates;
}

/** Rates as an engine tries them: in the order of its rules, or the fastest first. */
function inOrder<Rate extends Arithmetic>({ engine }: Machine, rates: readonly Rate[]): readonly Rate[] {
  return engine.choice === 'first' ? rates : [...rates].sort((a, b) => b.peak - a.peak);
}

/** The first of the rates that is for so many rows. */
function firstFor<Rate extends RowRange>(rates: readonly Rate[], rows: number): Rate | undefined {
  for (const rate of rates) if (rows < rate.most && rows >= rate.least) return rate;
  return undefined;
}

function suits({ heads, headWidth }: AttentionRule, width: number, grouped: boolean): boolean {
  if (heads === 'grouped' && !grouped) return false;
  return headWidth === undefined || (width >= headWidth[0] && width <= headWidth[1]);
}

/** Expected rows per expert are fractions: a rule for up to 8 rows holds below 9, one from 1 on also below 1. */
function rowRange({ rows: [least, most] }: { readonly rows: readonly [number, number] }): RowRange {
  return { least: least === 1 ? 0 : least, most: most + 1 };
}
