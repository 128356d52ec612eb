import type { BlockFormat } from '../formats.js';
import { NOTHING, pointwise } from '../pointwise-operators.js';
import { addedBias, addition, bytes, elementWise, product, type UnitOperator } from './primitives.js';
import type { Bottleneck, Convolution, Pool, Upsampling } from './types.js';

/** Pixels of an image, height and width. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
}

/** Squares of `at` x `at` pixels in an image. */
export function positions({ height, width }: Pixels, at: number): number {
  return (height / at) * (width / at);
}

/**
 * A convolution is a product (implicit GEMM): `2 P (in k^2) out` FLOPs for P output pixels. Its weights are read once; an
 * input pixel is read once as well, although `k^2 / stride^2` outputs need it.
 *
 * Source: Chetlur et al., cuDNN (arXiv 1410.0759), section 3.
 */
export function convolutionOperators(
  { input, output, kernel, stride, at, bias, batchNorm, relu }: Convolution,
  pixels: Pixels,
  format: BlockFormat,
): UnitOperator[] {
  const rows = positions(pixels, at * stride);
  const inner = input * kernel ** 2;
  const operator = {
    ...product(`convolution-${kernel}x${kernel}`, inner, output, format),
    inputs: input * stride ** 2,
  };
  return [
    { operator, rows, parameters: inner * output },
    ...(bias ? [addedBias(rows, output, format)] : []),
    ...(batchNorm ? [batchNormalised(rows, output, format)] : []),
    ...(relu ? [rectified(rows, output)] : []),
  ];
}

/** Scale and shift of every channel; engines that fuse fold both into the convolution before. */
function batchNormalised(rows: number, width: number, format: BlockFormat): UnitOperator {
  const eager = { launches: 1, elements: 2 * width };
  const operator = pointwise('batch-norm', 'normalisation', eager, NOTHING, 2 * width, bytes(2 * width, format));
  return { operator: { ...operator, separate: eager }, rows, parameters: 2 * width };
}

/** ReLU; a part of the product before it where kernels do more than one thing. */
export function rectified(rows: number, width: number): UnitOperator {
  return elementWise('relu', rows, { launches: 1, elements: 2 * width }, NOTHING, width);
}

/** Three convolutions, batch norm after each, and a projection of the input where its shape changes (He 2015, figure 5). */
export function bottleneckOperators(
  { input, width, output, stride, at }: Bottleneck,
  pixels: Pixels,
  format: BlockFormat,
): UnitOperator[] {
  const plain = { kind: 'convolution', kernel: 1, stride: 1, at, bias: false, batchNorm: true, relu: true } as const;
  const parts: readonly Convolution[] = [
    { ...plain, input, output: width },
    { ...plain, input: width, output: width, kernel: 3, stride },
    { ...plain, input: width, output, at: at * stride, relu: false },
    ...(input === output && stride === 1 ? [] : [{ ...plain, input, output, stride, relu: false }]),
  ];
  const rows = positions(pixels, at * stride);
  return [
    ...parts.flatMap((part) => convolutionOperators(part, pixels, format)),
    addition(rows, output),
    rectified(rows, output),
  ];
}

/** A comparison or addition for every input of an output. */
export function poolOperators(pool: Pool, pixels: Pixels): UnitOperator[] {
  const { kind, width, at } = pool;
  const rows = kind === 'max-pool' ? positions(pixels, at * pool.stride) : 1;
  const inputs = positions(pixels, at) / rows;
  const footprint = { launches: 1, elements: width * (inputs + 1) };
  const compared = kind === 'max-pool' ? pool.kernel ** 2 : inputs;
  return [elementWise(kind, rows, footprint, footprint, width * compared)];
}

/** Nearest neighbours, written out, then a convolution. */
export function upsamplingOperators({ width, at }: Upsampling, pixels: Pixels, format: BlockFormat): UnitOperator[] {
  const footprint = { launches: 1, elements: 1.25 * width };
  const convolution: Convolution = {
    kind: 'convolution',
    input: width,
    output: width,
    kernel: 3,
    stride: 1,
    at,
    bias: true,
    batchNorm: false,
    relu: false,
  };
  return [
    elementWise('upsampling', positions(pixels, at), footprint, footprint, 0),
    ...convolutionOperators(convolution, pixels, format),
  ];
}
