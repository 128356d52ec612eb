import { loadField, monthOf, wholeNumber } from '../estimator/scenario.js';
import { getKvFormat } from '../model/cache.js';
import { schemeOf, type WeightScheme } from '../model/schemes.js';
import type { AxisValue } from './axis.js';
import { type AxisField, axisField } from './axis-fields.js';
import { type Change, readChange } from './change.js';
import type { Field } from './fields/field.js';
import { findField, hasField } from './find-field.js';
import { fieldsOf, type Spec } from './vary.js';

/**
 * Throws `InvalidScenarioError` for a value that a field has in no scenario: a misspelt format, half a sequence, a figure
 * without its unit. Whether there is a machine, model or engine of an id, resolving the scenario tells. Figures are those of
 * the first of `specs` that has them.
 */
export function checkFieldValue(name: string, value: AxisValue, specs: (kind: FigureSpec) => readonly Spec[]): void {
  const field = axisField(name);
  switch (field.kind) {
    case 'load':
      loadField(field.field, value as number);
      return;
    case 'plain':
      checkPlain(field.field, value);
      return;
    case 'figure': {
      const figure = figureOf(specs(field.spec), field.path);
      if (figure !== undefined) readChange(figure, value as Change);
      return;
    }
    case 'price':
  }
}

function figureOf(specs: readonly Spec[], path: string): Field | undefined {
  for (const spec of specs) {
    const fields = fieldsOf(spec);
    if (hasField(fields, path)) return findField(spec, fields, path);
  }
  return undefined;
}

export type FigureSpec = Extract<AxisField, { readonly kind: 'figure' }>['spec'];
type PlainField = Extract<AxisField, { readonly kind: 'plain' }>['field'];

function checkPlain(field: PlainField, value: AxisValue): void {
  switch (field) {
    case 'weights':
      schemeOf(value as string | WeightScheme);
      return;
    case 'kvCache':
      getKvFormat(value as string);
      return;
    case 'engineDate':
      monthOf(value as string);
      return;
    case 'threads':
    case 'chunk':
    case 'fixedContext':
      wholeNumber(field, value as number, 1);
      return;
    case 'model':
    case 'hardware':
    case 'engine':
    case 'backend':
    case 'flashAttention':
  }
}
