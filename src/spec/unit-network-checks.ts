import type { SpecProblem } from '../errors.js';
import { problemAt, problemAtKey } from './problems.js';
import type { Path, Tree } from './tree.js';
import type { BlockSpec, StageSpec, UnitNetworkSpec } from './unit-network-schema.js';

/** What the dimensions of a network must say together: steps that a stage takes, places in an image, heads that divide. */
export function checkUnitNetwork(spec: UnitNetworkSpec, tree: Tree): readonly SpecProblem[] {
  return [
    ...checkSteps(spec, tree),
    ...checkSize(spec, tree),
    ...checkNames(spec, tree),
    ...spec.stages.flatMap((stage, index) => checkStage(stage, spec, ['stages', index], tree)),
  ];
}

function checkSteps({ steps, stages }: UnitNetworkSpec, tree: Tree): readonly SpecProblem[] {
  const inSteps = stages.findIndex(({ runs }) => runs === 'each-step');
  if (steps === undefined && inSteps >= 0) {
    const problem = 'a stage runs in each step, and there are no steps';
    return [problemAt(tree, ['stages', inSteps, 'runs'], problem, 'state steps: { value: 50, source: ... }')];
  }
  if (steps === undefined || inSteps >= 0) return [];
  return [problemAtKey(tree, ['steps'], 'no stage runs in each step', 'write runs: each-step in one')];
}

function checkSize({ size }: UnitNetworkSpec, tree: Tree): readonly SpecProblem[] {
  if (size === undefined) return [];
  const { multiple } = size;
  return (['width', 'height'] as const).flatMap((side) =>
    size[side] % multiple === 0
      ? []
      : [problemAt(tree, ['size', side], `"${size[side]}" does not divide by ${multiple}`)],
  );
}

function checkNames({ stages }: UnitNetworkSpec, tree: Tree): readonly SpecProblem[] {
  return stages.flatMap(({ name }, index) =>
    stages.findIndex((other) => other.name === name) === index
      ? []
      : [problemAt(tree, ['stages', index, 'name'], `"${name}" is the name of two stages`)],
  );
}

function checkStage({ blocks }: StageSpec, spec: UnitNetworkSpec, path: Path, tree: Tree): readonly SpecProblem[] {
  return blocks.flatMap((block, index) => {
    const here = [...path, 'blocks', index];
    return [
      ...checkPlace(block, spec, here, tree),
      ...checkHeads(block, here, tree),
      ...checkRepeat(block, here, tree),
    ];
  });
}

function checkPlace(block: BlockSpec, { size }: UnitNetworkSpec, path: Path, tree: Tree): readonly SpecProblem[] {
  const tokens = 'tokens' in block ? block.tokens : undefined;
  const at = 'at' in block ? block.at : undefined;
  if ((at === undefined) === (tokens === undefined)) {
    return [problemAt(tree, path, 'says not where it works', 'state either "at", a part of the image, or "tokens"')];
  }
  if (at === undefined) {
    const each = 'each' in block ? block.each : undefined;
    if (each === undefined) return [];
    return [problemAtKey(tree, [...path, 'each'], '"each" is of places in an image', 'multiply "tokens" by it')];
  }
  if (size === undefined) {
    return [problemAt(tree, [...path, 'at'], 'there is no image', 'state size, or "tokens" instead')];
  }
  const stride = 'stride' in block ? block.stride : 1;
  if (size.multiple % (at * stride) === 0) return [];
  const problem = `an image that divides by ${size.multiple} need not divide by ${at * stride}`;
  return [problemAt(tree, [...path, 'at'], problem, 'state a larger multiple of the size')];
}

function checkHeads(block: BlockSpec, path: Path, tree: Tree): readonly SpecProblem[] {
  if (!('heads' in block) || block.width % block.heads === 0) return [];
  return [problemAt(tree, [...path, 'heads'], `"${block.heads}" does not divide the width of ${block.width}`)];
}

/** What repeats hands on what it takes. */
function checkRepeat(block: BlockSpec, path: Path, tree: Tree): readonly SpecProblem[] {
  if (block.repeat === 1) return [];
  const widens = 'input' in block && 'output' in block && block.input !== block.output;
  const shrinks = 'stride' in block && block.stride > 1;
  if (!widens && !shrinks) return [];
  return [
    problemAt(tree, [...path, 'repeat'], 'its output is not its input, so it cannot repeat', 'write each by itself'),
  ];
}
