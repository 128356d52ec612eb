import type { SpecProblem } from '../errors.js';
import type { LayerSpec, MixerSpec, ModelSpec } from './model-schema.js';
import { problemAt, problemAtKey } from './problems.js';
import { locate, type Path, type Tree } from './tree.js';
import { didYouMean } from './words.js';

/** What a model's dimensions must say together: layers that exist and serve, heads that divide, experts enough. */
export function checkModel(spec: ModelSpec, tree: Tree): readonly SpecProblem[] {
  return [
    ...checkPattern(spec, tree),
    ...Object.entries(spec.layers).flatMap(([name, layer]) => checkLayer(layer, ['layers', name], tree)),
  ];
}

function checkPattern(spec: ModelSpec, tree: Tree): readonly SpecProblem[] {
  const names = Object.keys(spec.layers);
  const used = new Set(spec.pattern.flatMap(({ layers }) => layers));
  const unknown = spec.pattern.flatMap(({ layers }, run) =>
    layers.flatMap((name, index) =>
      names.includes(name)
        ? []
        : [problemAt(tree, ['pattern', run, 'layers', index], `"${name}" is not a layer`, didYouMean(name, names))],
    ),
  );
  const idle = names
    .filter((name) => !used.has(name))
    .map((name) => problemAtKey(tree, ['layers', name], `"${name}" is not in the pattern`, 'remove it or use it'));
  return [...unknown, ...idle];
}

function checkLayer(layer: LayerSpec, path: Path, tree: Tree): readonly SpecProblem[] {
  const mixers = Array.isArray(layer.mixer) ? layer.mixer : [layer.mixer];
  const feedForwards = Array.isArray(layer['feed-forward']) ? layer['feed-forward'] : [layer['feed-forward']];
  return [
    ...mixers.flatMap((mixer, index) => checkHeads(mixer, itemPath(tree, [...path, 'mixer'], index), tree)),
    ...feedForwards.flatMap((part, index) => {
      if (part.kind !== 'mixture' || part.active <= part.experts) return [];
      const at = [...itemPath(tree, [...path, 'feed-forward'], index), 'active'];
      return [problemAt(tree, at, `"${part.active}" is more than the ${part.experts} experts`)];
    }),
  ];
}

function checkHeads(mixer: MixerSpec, path: Path, tree: Tree): readonly SpecProblem[] {
  switch (mixer.kind) {
    case 'attention':
      return checkDivides(mixer, 'kv-heads', mixer['kv-heads'], path, tree);
    case 'compressed-attention':
      return checkDivides(mixer, 'output-groups', mixer['output-groups'], path, tree);
    default:
      return [];
  }
}

function checkDivides(
  { heads }: { readonly heads: number },
  field: string,
  value: number,
  path: Path,
  tree: Tree,
): readonly SpecProblem[] {
  if (heads % value === 0) return [];
  return [problemAt(tree, [...path, field], `"${value}" does not divide the ${heads} heads`)];
}

/** A single mixer or feed-forward part stands alone, several stand in a list. */
function itemPath(tree: Tree, path: Path, index: number): Path {
  return locate(tree, path).tree.kind === 'list' ? [...path, index] : path;
}
