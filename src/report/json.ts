import { isRoofcastError } from '../errors.js';

/** One JSON document. What no number can say is null. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** An error as data: its name, code and message, and whatever else it carries. */
export function errorJson(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: 'Error', code: 'internal', message: String(error) };
  const { name, message } = error;
  if (!isRoofcastError(error)) return { name, code: 'internal', message };
  const { others, ...fields } = Object.fromEntries(Object.entries(error));
  const more = Array.isArray(others) && others.length > 0 ? { others: others.map(errorJson) } : {};
  return { ...fields, name, code: error.code, message, ...more };
}
