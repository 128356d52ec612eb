import type { BlockFormat } from '../formats.js';
import { activation } from '../pointwise-operators.js';
import {
  bottleneckOperators,
  convolutionOperators,
  type Pixels,
  poolOperators,
  positions,
  rectified,
  upsamplingOperators,
} from './convolution.js';
import { addition, elementWise, linear, normalised, type UnitOperator } from './primitives.js';
import { pixelAttentionOperators, pixelTransformerOperators, textTransformerOperators } from './transformer.js';
import type { Activation, Block, Place, PositionalEncoding, ResidualBlock } from './types.js';

/** Operators of one block for an image of so many pixels. */
export function blockOperators(block: Block, pixels: Pixels, format: BlockFormat): UnitOperator[] {
  switch (block.kind) {
    case 'convolution':
      return convolutionOperators(block, pixels, format);
    case 'linear':
      return linear('linear', rowsAt(block, pixels), block.input, block.output, block.bias, format);
    case 'norm':
      return [normalised(`${block.norm}-norm`, rowsAt(block, pixels), block.width, format)];
    case 'activation':
      return [activated(block, rowsAt(block, pixels))];
    case 'positional-encoding':
      return [encoded(block, rowsAt(block, pixels))];
    case 'max-pool':
    case 'mean-pool':
      return poolOperators(block, pixels);
    case 'upsampling':
      return upsamplingOperators(block, pixels, format);
    case 'residual-block':
      return residualBlockOperators(block, pixels, format);
    case 'bottleneck':
      return bottleneckOperators(block, pixels, format);
    case 'pixel-attention':
      return pixelAttentionOperators(block, positions(pixels, block.at), format);
    case 'pixel-transformer':
      return pixelTransformerOperators(block, positions(pixels, block.at), format);
    case 'text-transformer':
      return textTransformerOperators(block, format);
  }
}

function rowsAt(place: Place, pixels: Pixels): number {
  return 'tokens' in place ? place.tokens : positions(pixels, place.at) * (place.each ?? 1);
}

function activated({ function: name, width }: Pick<Activation, 'function' | 'width'>, rows: number): UnitOperator {
  if (name === 'relu') return rectified(rows, width);
  return { operator: { ...activation(width, false), name }, rows, parameters: 0 };
}

/** `input (1 + 2 F)` outputs. Written out, sine and cosine of each frequency are kernels, and so is what joins them. */
function encoded({ input, frequencies }: PositionalEncoding, rows: number): UnitOperator {
  const waves = 2 * frequencies;
  const output = input * (1 + waves);
  const eager = { launches: 2 * waves + 1, elements: 4 * input * waves + 2 * output };
  return elementWise('positional-encoding', rows, eager, { launches: 1, elements: input + output }, 2 * input * waves);
}

/** `norm, SiLU, 3 x 3`, the embedding of the step added, `norm, SiLU, 3 x 3`; 1 x 1 around where the width changes. */
function residualBlockOperators(
  { input, output, at, embedding }: ResidualBlock,
  pixels: Pixels,
  format: BlockFormat,
): UnitOperator[] {
  const rows = positions(pixels, at);
  const convolution = (from: number, kernel: number): UnitOperator[] =>
    convolutionOperators(
      { kind: 'convolution', input: from, output, kernel, stride: 1, at, bias: true, batchNorm: false, relu: false },
      pixels,
      format,
    );
  const step =
    embedding === undefined
      ? []
      : [
          activated({ function: 'silu', width: embedding }, 1),
          ...linear('step-embedding', 1, embedding, output, true, format),
          elementWise(
            'step-addition',
            rows,
            { launches: 1, elements: 2 * output },
            { launches: 0, elements: 0 },
            output,
          ),
        ];
  return [
    normalised('group-norm', rows, input, format),
    activated({ function: 'silu', width: input }, rows),
    ...convolution(input, 3),
    ...step,
    normalised('group-norm', rows, output, format),
    activated({ function: 'silu', width: output }, rows),
    ...convolution(output, 3),
    ...(input === output ? [] : convolution(input, 1)),
    addition(rows, output),
  ];
}
