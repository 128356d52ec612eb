import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { SpecProblem } from '../errors.js';
import { findDeepNesting, MOST_CHARACTERS, MOST_PROBLEMS, MOST_VALUES } from './limits.js';

/** Where something stands in a file; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** YAML with the place of every key and value, so that an error can point at it even after files were merged. */
export type Tree = MapTree | ListTree | ScalarTree;

export interface MapTree {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, { readonly key: Place; readonly value: Tree }>;
}

interface ListTree {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Tree[];
}

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
  /** As it is written. */
  readonly text: string;
  /** Characters of the opening quote: 0 or 1. */
  readonly quote: number;
}

export type Path = readonly (string | number)[];

interface Reader {
  readonly file: string;
  readonly lines: LineCounter;
  /** What the anchors met so far stand for. */
  readonly anchors: Map<string, Node>;
  readonly problems: SpecProblem[];
  /** Values read so far. */
  values: number;
}

/** Reads YAML text; `problems` are its syntax errors and the keys that are given twice. */
export function parseTree(
  text: string,
  file: string,
): { readonly tree: Tree; readonly problems: readonly SpecProblem[] } {
  const refused = refuse(text, file);
  if (refused !== undefined) return { tree: nothing({ file, line: 1, column: 1 }), problems: [refused] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const reader: Reader = { file, lines, anchors: new Map(), problems: [], values: 0 };
  for (const error of [...document.errors, ...document.warnings].slice(0, MOST_PROBLEMS)) {
    const problem = `is not YAML: ${error.message}`;
    reader.problems.push({ ...placeAt(reader, error.pos[0]), path: '', value: '', problem });
  }
  const tree = readNode(reader, document.contents, [], []);
  return { tree, problems: reader.problems.slice(0, MOST_PROBLEMS) };
}

/** What is never read, for its size alone. */
function refuse(text: string, file: string): SpecProblem | undefined {
  const whole = { file, line: 1, column: 1, path: '', value: '' };
  if (text.length > MOST_CHARACTERS) {
    const problem = `is too long: ${text.length} characters`;
    return { ...whole, problem, remedy: `${MOST_CHARACTERS} are the most` };
  }
  const deep = findDeepNesting(text);
  if (deep === undefined) return undefined;
  const before = text.slice(0, deep).split('\n');
  const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
  return { ...whole, ...place, problem: 'is nested too deep', remedy: 'no field needs that many levels' };
}

function nothing(place: Place): ScalarTree {
  return { kind: 'scalar', place, value: null, text: '', quote: 0 };
}

function placeAt({ file, lines }: Reader, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

function readNode(reader: Reader, node: unknown, path: Path, within: readonly unknown[]): Tree {
  const place = placeAt(reader, (node as Node | null)?.range?.[0] ?? 0);
  const target = isAlias(node) ? reader.anchors.get(node.source) : node;
  if (isAlias(node) && target === undefined) {
    const problem = `"*${node.source}" stands for nothing before it`;
    reader.problems.push({ ...place, path: showPath(path), value: node.source, problem });
    return nothing(place);
  }
  if (isNode(target) && !isAlias(node) && 'anchor' in target && target.anchor)
    reader.anchors.set(target.anchor, target);
  if (within.includes(target)) {
    reader.problems.push({ ...place, path: showPath(path), value: '', problem: 'contains itself' });
    return nothing(place);
  }
  reader.values++;
  if (reader.values > MOST_VALUES) {
    if (reader.values === MOST_VALUES + 1) {
      const problem = `has more than ${MOST_VALUES} values`;
      const remedy = 'aliases repeat what they stand for; leave some out';
      reader.problems.push({ ...place, path: showPath(path), value: '', problem, remedy });
    }
    return nothing(place);
  }
  if (isMap(target)) return readMap(reader, target, place, path, [...within, target]);
  if (isSeq(target)) {
    const items = target.items.map((item, index) => readNode(reader, item, [...path, index], [...within, target]));
    return { kind: 'list', place, items };
  }
  return { kind: 'scalar', place, ...(isScalar(target) ? readScalar(target) : { value: null, text: '', quote: 0 }) };
}

function readMap(reader: Reader, map: YAMLMap, place: Place, path: Path, within: readonly unknown[]): MapTree {
  const entries = new Map<string, { key: Place; value: Tree }>();
  for (const pair of map.items) {
    const key = isScalar(pair.key) ? readScalar(pair.key).text : String(pair.key);
    const keyPlace = placeAt(reader, (pair.key as Node | null)?.range?.[0] ?? 0);
    const value = readNode(reader, pair.value, [...path, key], within);
    if (key === '__proto__') {
      // An object would take it for something else, and what checks objects never sees it.
      const problem = `"${key}" is not a field`;
      reader.problems.push({ ...keyPlace, path: showPath([...path, key]), value: key, problem, remedy: 'remove it' });
    }
    if (entries.has(key)) {
      const problem = `"${key}" is given twice`;
      reader.problems.push({ ...keyPlace, path: showPath([...path, key]), value: key, problem, remedy: 'keep one' });
    }
    entries.set(key, { key: keyPlace, value });
  }
  return { kind: 'map', place, entries };
}

function readScalar(scalar: Scalar): Pick<ScalarTree, 'value' | 'text' | 'quote'> {
  const { value } = scalar;
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return { value: plain, text: scalar.source ?? String(value), quote: scalar.type?.startsWith('QUOTE') ? 1 : 0 };
}

/** The values without their places. */
export function plain(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(plain);
    case 'map':
      return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, plain(value)]));
  }
}

/** Follows a path as far as it goes; `found` says whether it went to the end. */
export function locate(
  tree: Tree,
  path: Path,
): { readonly tree: Tree; readonly place: Place; readonly found: boolean } {
  let here: Tree = tree;
  let place = tree.place;
  for (const step of path) {
    const next: Tree | undefined = child(here, step);
    if (next === undefined) return { tree: here, place, found: false };
    here = next;
    place = here.place;
  }
  return { tree: here, place, found: true };
}

function child(tree: Tree, step: string | number): Tree | undefined {
  if (tree.kind === 'map') return tree.entries.get(String(step))?.value;
  if (tree.kind === 'list') return tree.items[Number(step)];
  return undefined;
}

/** A path as messages print it: `units.gpu.peaks[0]`. */
export function showPath(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index > 0 ? `.${step}` : step)).join('');
}
