import type { Layer, Model } from '../model/types.js';

/** A network as an import finds it: the dimensions of a `Model`, its layers one by one. */
export interface Draft
  extends Pick<
    Model,
    | 'vocabulary'
    | 'hidden'
    | 'tiedEmbeddings'
    | 'headBias'
    | 'norm'
    | 'finalNorm'
    | 'embeddingNorm'
    | 'positions'
    | 'extraElements'
  > {
  readonly context?: number;
  /** In the order in which a token passes them. */
  readonly layers: readonly Layer[];
}

/** A draft with what a spec also says: who it is, how it was released, and what was read between the lines. */
export interface NamedDraft extends Draft {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly nativeFormat: string;
  /** Where the dimensions stand. */
  readonly source: { readonly key: string; readonly ref: string; readonly date: string };
  readonly notes: readonly string[];
}

/** Layers by name, and their order in runs: what a spec says instead of a list. */
export interface Pattern {
  readonly layers: Readonly<Record<string, Layer>>;
  readonly pattern: Model['pattern'];
}

/** Names equal layers alike and folds what repeats. */
export function foldLayers(list: readonly Layer[]): Pattern {
  const kinds = new Map<string, Layer>();
  for (const layer of list) kinds.set(JSON.stringify(layer), layer);
  const names = nameLayers([...kinds.values()]);
  const nameOf = new Map([...kinds.keys()].map((key, index) => [key, names[index] ?? 'block'] as const));
  const order = list.map((layer) => nameOf.get(JSON.stringify(layer)) ?? 'block');
  const layers = Object.fromEntries([...kinds].map(([key, layer]) => [nameOf.get(key) ?? 'block', layer]));
  return { layers, pattern: foldNames(order) };
}

/** What tells the layers apart, in words; a number where words do not. */
function nameLayers(layers: readonly Layer[]): string[] {
  if (layers.length === 1) return ['block'];
  const mixers = layers.map(mixerWord);
  const parts = layers.map(partWord);
  const withMixers = new Set(mixers).size > 1;
  const withParts = new Set(parts).size > 1 || !withMixers;
  const words = layers.map((_, index) => {
    const both = [withMixers ? mixers[index] : '', withParts ? parts[index] : ''].filter(Boolean);
    return both.join('-') || 'block';
  });
  return words.map((word, index) => {
    const alike = words.filter((other) => other === word).length;
    return alike === 1 ? word : `${word}-${words.slice(0, index + 1).filter((other) => other === word).length}`;
  });
}

function mixerWord({ mixers }: Layer): string {
  const [first] = mixers;
  if (first === undefined) return '';
  if (first.kind === 'attention') return first.span.kind;
  return first.kind === 'latent-attention' ? 'latent' : first.kind;
}

function partWord({ feedForwards }: Layer): string {
  const [first] = feedForwards;
  if (first === undefined) return '';
  return first.kind === 'mixture' ? 'experts' : first.kind;
}

/** Longest group of layers that is looked for as one that repeats. */
const LONGEST_GROUP = 64;

/** Runs of groups that repeat: at each place the group that covers most, of equals the shortest. */
function foldNames(order: readonly string[]): Pattern['pattern'] {
  const runs: { layers: string[]; repeat: number }[] = [];
  for (let at = 0; at < order.length; ) {
    const { period, repeat } = bestRun(order, at);
    const last = runs.at(-1);
    if (repeat === 1 && last?.repeat === 1) last.layers.push(...order.slice(at, at + period));
    else runs.push({ layers: order.slice(at, at + period), repeat });
    at += period * repeat;
  }
  return runs;
}

function bestRun(order: readonly string[], at: number): { period: number; repeat: number } {
  let best = { period: 1, repeat: 1 };
  for (let period = 1; period <= Math.min(LONGEST_GROUP, (order.length - at) / 2); period++) {
    let covered = period;
    while (at + covered < order.length && order[at + covered] === order[at + covered - period]) covered++;
    const repeat = Math.floor(covered / period);
    if (repeat > 1 && repeat * period > best.period * best.repeat) best = { period, repeat };
  }
  return best;
}
