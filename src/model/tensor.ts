/** What a tensor is for. A weight scheme and an operator both find their tensors by it. */
export type TensorRole =
  | 'token-embedding'
  | 'position-embedding'
  | 'per-layer-embedding'
  | 'head'
  | 'attention-query'
  | 'attention-key'
  | 'attention-value'
  | 'attention-output'
  | 'attention-gate'
  | 'latent-query-down'
  | 'latent-query-up'
  | 'latent-kv-down'
  | 'latent-key-up'
  | 'latent-value-up'
  | 'compressor'
  | 'compressor-small'
  | 'residual-mix'
  | 'residual-small'
  | 'index-query'
  | 'index-key'
  | 'index-weight'
  | 'index-norm'
  | 'ffn-gate'
  | 'ffn-up'
  | 'ffn-down'
  | 'expert-gate'
  | 'expert-up'
  | 'expert-down'
  | 'expert-bias'
  | 'shared-gate'
  | 'shared-up'
  | 'shared-down'
  | 'router'
  | 'latent-down'
  | 'latent-up'
  | 'state-in'
  | 'state-out'
  | 'state-projection'
  | 'state-small'
  | 'norm'
  | 'bias'
  | 'sink'
  | 'extra';

/** One matrix, or `copies` equal ones; a vector is a matrix of one row. */
export interface Tensor {
  readonly role: TensorRole;
  /** Outputs. */
  readonly rows: number;
  /** Inputs: the row length, along which formats form their blocks. */
  readonly columns: number;
  /** Experts of a mixture, otherwise 1. */
  readonly copies: number;
}

/**
 * How a step reads a tensor: `streamed` once as a whole, `gathered` by a row per token, or `routed`, those copies that
 * some token of the step is sent to.
 */
export type Reading = 'streamed' | 'gathered' | 'routed';

/**
 * How a step reads tensors of this role.
 *
 * A tied token embedding is streamed: it is the head of the model as well, and the rows gathered from it come on top.
 */
export function reading(role: TensorRole, tiedEmbeddings: boolean): Reading {
  switch (role) {
    case 'token-embedding':
      return tiedEmbeddings ? 'streamed' : 'gathered';
    case 'position-embedding':
    case 'per-layer-embedding':
      return 'gathered';
    case 'expert-gate':
    case 'expert-up':
    case 'expert-down':
    case 'expert-bias':
      return 'routed';
    default:
      return 'streamed';
  }
}

/** Elements of a tensor, all copies together: `rows * columns * copies`. */
export function elements(tensor: Tensor): number {
  return tensor.rows * tensor.columns * tensor.copies;
}

/** `copies` matrices of `rows` outputs and `columns` inputs. */
export function matrix(role: TensorRole, rows: number, columns: number, copies = 1): Tensor {
  return { role, rows, columns, copies };
}

/** A vector, or `copies` of them. */
export function vector(role: TensorRole, length: number, copies = 1): Tensor {
  return { role, rows: 1, columns: length, copies };
}
