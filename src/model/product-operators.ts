import type { BlockFormat } from './formats.js';
import type { ProductOperator } from './operators.js';
import { NOTHING } from './pointwise-operators.js';
import { elements, type Tensor, type TensorRole } from './tensor.js';

/** Format of a tensor where it stands. */
export type FormatOf = (tensor: Tensor) => BlockFormat;

/** Roles whose tensor is multiplied with a row of activations per token. */
const PRODUCTS: ReadonlySet<TensorRole> = new Set<TensorRole>([
  'attention-query',
  'attention-key',
  'attention-value',
  'attention-output',
  'attention-gate',
  'latent-query-down',
  'latent-query-up',
  'latent-kv-down',
  'ffn-gate',
  'ffn-up',
  'ffn-down',
  'expert-gate',
  'expert-up',
  'expert-down',
  'shared-gate',
  'shared-up',
  'shared-down',
  'router',
  'latent-down',
  'latent-up',
  'compressor',
  'residual-mix',
  'index-query',
  'index-key',
  'index-weight',
  'state-in',
  'state-out',
  'state-projection',
]);

/** The product before it that a product shares its input with: an engine may run the two as one. */
const LEADERS: Readonly<Partial<Record<TensorRole, TensorRole>>> = {
  'attention-key': 'attention-query',
  'attention-value': 'attention-query',
  'attention-gate': 'attention-query',
  'latent-kv-down': 'latent-query-down',
  'ffn-up': 'ffn-gate',
  'expert-up': 'expert-gate',
  'shared-up': 'shared-gate',
};

/** Whether another of the tensors multiplies the same input. A gate of another width gates something else. */
function follows(tensor: Tensor, tensors: readonly Tensor[]): boolean {
  const leader = tensors.find(({ role }) => role === LEADERS[tensor.role]);
  if (!leader || leader.columns !== tensor.columns) return false;
  return !leader.role.endsWith('-gate') || leader.rows === tensor.rows;
}

export function productOperators(tensors: readonly Tensor[], formatOf: FormatOf, active?: number): ProductOperator[] {
  return tensors
    .filter((tensor) => PRODUCTS.has(tensor.role))
    .map((tensor) => {
      const alone = product(tensor, formatOf(tensor), 'tokens', active);
      return follows(tensor, tensors) ? { ...alone, merged: NOTHING } : alone;
    });
}

export function product(tensor: Tensor, format: BlockFormat, rows: 'tokens' | 'sampled', active = 1): ProductOperator {
  const footprint = { launches: 1, elements: 0 };
  return {
    kind: 'product',
    name: tensor.role,
    class: 'contraction',
    count: 1,
    eager: footprint,
    fused: footprint,
    outer: tensor.rows,
    inner: tensor.columns,
    format,
    rows,
    ...(tensor.copies > 1 ? { routed: { experts: tensor.copies, active } } : {}),
  };
}

/** Bytes of the small tensors of some roles, which are read with the operator that uses them. */
export function bytesOf(tensors: readonly Tensor[], roles: readonly TensorRole[], formatOf: FormatOf): number {
  return tensors
    .filter((tensor) => roles.includes(tensor.role))
    .reduce((sum, tensor) => sum + (elements(tensor) * formatOf(tensor).bitsPerWeight) / 8, 0);
}
