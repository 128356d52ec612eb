import { InvalidScenarioError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { Field } from './fields/field.js';

/** The field of a path. Throws `InvalidScenarioError` with the nearest paths and those that stand beside it. */
export function findField(spec: { readonly id: string }, fields: readonly Field[], path: string): Field {
  const wanted = plainPath(path);
  const found = fields.find((field) => field.path === wanted);
  if (found !== undefined) return found;
  const paths = fields.map((field) => field.path);
  const problem = paths.some((one) => one.startsWith(`${wanted}.`))
    ? `"${wanted}" of ${spec.id} is not a single figure`
    : `${spec.id} has no figure "${path.trim()}"`;
  throw new InvalidScenarioError(path.trim() || 'path', path, problem, remedyFor(wanted, paths));
}

/** Whether a path is that of a field. */
export function hasField(fields: readonly Field[], path: string): boolean {
  const wanted = plainPath(path);
  return fields.some((field) => field.path === wanted);
}

/** As YAML writes it: `units.gpu.peaks[0]` and `power.busyFloor` are ways of messages and of objects. */
function plainPath(path: string): string {
  return path
    .trim()
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/(?<=[a-z0-9])[A-Z]/g, '-$&')
    .toLowerCase();
}

const MOST_GUESSES = 5;

function remedyFor(path: string, paths: readonly string[]): string {
  const prefix = knownPrefix(path, paths);
  const inside = childrenOf(prefix, paths);
  const shown = `${prefix === '' ? 'it' : `"${prefix}"`} has ${inside.join(', ')}`;
  const isGroup = prefix === path && path !== '';
  const guesses = isGroup || path === '' ? [] : guess(path, paths);
  return guesses.length === 0 ? shown : `did you mean ${guesses.map((one) => `"${one}"`).join(' or ')}? ${shown}`;
}

/** What was meant: a slip of the finger has one meaning, the end of a path may be that of several. */
function guess(path: string, paths: readonly string[]): readonly string[] {
  const [slip] = nearest(path, paths, 1);
  if (slip !== undefined && !slip.includes(path)) return [slip];
  const length = path.split('.').length;
  const endOf = (one: string) => one.split('.').slice(-length).join('.');
  const [end] = nearest(path, new Set(paths.map(endOf)), 1);
  return paths.filter((one) => endOf(one) === end).slice(0, MOST_GUESSES);
}

/** The longest beginning of a path that some field has too. */
function knownPrefix(path: string, paths: readonly string[]): string {
  const words = path.split('.');
  for (let length = words.length; length > 0; length--) {
    const prefix = words.slice(0, length).join('.');
    if (paths.some((one) => one.startsWith(`${prefix}.`))) return prefix;
  }
  return '';
}

function childrenOf(prefix: string, paths: readonly string[]): readonly string[] {
  const lead = prefix === '' ? '' : `${prefix}.`;
  const names = paths
    .filter((path) => path.startsWith(lead) && path !== prefix)
    .map((path) => path.slice(lead.length).split('.')[0] ?? '');
  return [...new Set(names)];
}
