import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { SpecProblem } from '../errors.js';

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
}

export type Path = readonly (string | number)[];

interface Reader {
  readonly file: string;
  readonly lines: LineCounter;
  readonly document: Document;
  readonly problems: SpecProblem[];
}

/** Reads YAML text; `problems` are its syntax errors and the keys that are given twice. */
export function parseTree(
  text: string,
  file: string,
): { readonly tree: Tree; readonly problems: readonly SpecProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const reader: Reader = { file, lines, document, problems: [] };
  for (const error of [...document.errors, ...document.warnings]) {
    const problem = `is not YAML: ${error.message}`;
    reader.problems.push({ ...placeAt(reader, error.pos[0]), path: '', value: '', problem });
  }
  const tree = readNode(reader, document.contents, [], []);
  return { tree, problems: reader.problems };
}

function placeAt({ file, lines }: Reader, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

function readNode(reader: Reader, node: unknown, path: Path, within: readonly unknown[]): Tree {
  const target = isAlias(node) ? node.resolve(reader.document) : node;
  const place = placeAt(reader, (node as Node | null)?.range?.[0] ?? 0);
  if (within.includes(target)) {
    reader.problems.push({ ...place, path: showPath(path), value: '', problem: 'contains itself' });
    return { kind: 'scalar', place, value: null, text: '' };
  }
  if (isMap(target)) return readMap(reader, target, place, path, [...within, target]);
  if (isSeq(target)) {
    const items = target.items.map((item, index) => readNode(reader, item, [...path, index], [...within, target]));
    return { kind: 'list', place, items };
  }
  return { kind: 'scalar', place, ...(isScalar(target) ? readScalar(target) : { value: null, text: '' }) };
}

function readMap(reader: Reader, map: YAMLMap, place: Place, path: Path, within: readonly unknown[]): MapTree {
  const entries = new Map<string, { key: Place; value: Tree }>();
  for (const pair of map.items) {
    const key = isScalar(pair.key) ? readScalar(pair.key).text : String(pair.key);
    const keyPlace = placeAt(reader, (pair.key as Node | null)?.range?.[0] ?? 0);
    const value = readNode(reader, pair.value, [...path, key], within);
    if (entries.has(key)) {
      const problem = `"${key}" is given twice`;
      reader.problems.push({ ...keyPlace, path: showPath([...path, key]), value: key, problem, remedy: 'keep one' });
    }
    entries.set(key, { key: keyPlace, value });
  }
  return { kind: 'map', place, entries };
}

function readScalar(scalar: Scalar): Pick<ScalarTree, 'value' | 'text'> {
  const { value } = scalar;
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return { value: plain, text: scalar.source ?? String(value) };
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
