/** Columns of a measurement file that prediction reads; files have more. */
export type Column =
  | 'date'
  | 'hardware_id'
  | 'device_count'
  | 'model_id'
  | 'engine'
  | 'weight_format'
  | 'kv_format'
  | 'parallelism'
  | 'phase'
  | 'batch'
  | 'input_tokens'
  | 'output_tokens'
  | 'metric'
  | 'value'
  | 'options';

/** A row of a measurement file, by the names of its header. An empty cell and an absent column both say nothing. */
export type Row = Readonly<Partial<Record<Column, string>>>;

/** Why a row is not predicted. */
export interface Refusal {
  /** `invalid`: the row does not say what it should. `unsupported`: it does, and roofcast has no answer. */
  readonly status: 'invalid' | 'unsupported';
  /** For programs: `unknown-id`, `missing-row-field(batch)`, `invalid-value(value)` ... */
  readonly reason: string;
  /** For people: what is wrong, where in the row, and what would be right. */
  readonly message: string;
}

/** A value read from a row, or why there is none. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export function refuse(status: Refusal['status'], reason: string, message: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { status, reason, message } };
}

/** Refusal of a row that leaves out a field which its metric needs. */
export function missingField(column: string, message: string): { ok: false; refusal: Refusal } {
  return refuse('unsupported', `missing-row-field(${column})`, message);
}

/** Refusal of a cell that is not what its column holds. */
export function invalidCell(column: string, text: string, rule: string): { ok: false; refusal: Refusal } {
  const shown = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  return refuse('invalid', `invalid-value(${column})`, `${column}: "${shown}" is not ${rule}`);
}
