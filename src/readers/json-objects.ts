import { MeasurementFileError } from '../errors.js';

/** An object of a JSON file with its place, which is that of its brace. */
export interface JsonObject {
  readonly line: number;
  readonly column: number;
  readonly value: Readonly<Record<string, unknown>>;
}

const remedy = 'give the file as the tool wrote it: one object, a list of objects, or one object a line';

/**
 * The outermost objects of a JSON text: one object, an array of objects, one object a line (JSONL), or several objects one
 * after another, as tools leave them that append to a file. Undefined for a text that is something else.
 */
export function readJsonObjects(text: string, file: string): readonly JsonObject[] | undefined {
  const start = text.search(/\S/);
  if (text[start] !== '{' && text[start] !== '[') return undefined;
  const objects: JsonObject[] = [];
  const place = lineCounter(text);
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '{') {
      const { line, column } = place(at);
      const { end, bare } = endOfObject(text, at);
      if (end < 0) {
        throw new MeasurementFileError({
          file,
          line,
          column,
          problem: 'the object that starts here never ends',
          remedy,
        });
      }
      objects.push({ line, column, value: parseObject(withoutBare(text, at, end, bare), { file, line, column }) });
      at = end - 1;
    } else if (character === undefined || !/[\s,[\]]/.test(character)) return jsonOrNot(objects, file);
  }
  return objects.length > 0 ? objects : undefined;
}

/** Line and column of places that are asked for in their order, each line break being passed once. */
function lineCounter(text: string): (at: number) => { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  let lineEnd = text.indexOf('\n');
  return (at) => {
    while (lineEnd >= 0 && lineEnd < at) {
      line++;
      lineStart = lineEnd + 1;
      lineEnd = text.indexOf('\n', lineStart);
    }
    return { line, column: at - lineStart + 1 };
  };
}

/** Something between the objects: a log that begins with a bracket, or JSON that has gone wrong. */
function jsonOrNot(objects: readonly JsonObject[], file: string): undefined {
  const last = objects.at(-1);
  if (last === undefined) return undefined;
  const { line, column } = last;
  const problem = 'after the object that starts here comes something that is no JSON';
  throw new MeasurementFileError({ file, line, column, problem, remedy });
}

/** One past the closing brace, or -1; and where outside of strings `NaN` or `Infinity` stand, which Python writes. */
function endOfObject(text: string, start: number): { end: number; bare: readonly number[] } {
  const bare: number[] = [];
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        if (at < 0) return { end: -1, bare };
        break;
      case 0x7b: // {
        depth++;
        break;
      case 0x7d: // }
        depth--;
        if (depth === 0) return { end: at + 1, bare };
        break;
      case 0x49: // I
      case 0x4e: // N
        bare.push(at);
        break;
    }
  }
  return { end: -1, bare };
}

/** Place of the closing quote, or -1. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

/** The object's text, with `null` for numbers that JSON does not know. */
function withoutBare(text: string, start: number, end: number, bare: readonly number[]): string {
  const parts: string[] = [];
  let from = start;
  for (const at of bare) {
    const word = ['NaN', 'Infinity'].find((candidate) => text.startsWith(candidate, at));
    if (word === undefined) continue;
    parts.push(text.slice(from, text[at - 1] === '-' ? at - 1 : at), 'null');
    from = at + word.length;
  }
  return parts.length === 0 ? text.slice(start, end) : [...parts, text.slice(from, end)].join('');
}

function parseObject(json: string, place: { file: string; line: number; column: number }): JsonObject['value'] {
  try {
    return JSON.parse(json) as JsonObject['value'];
  } catch (cause) {
    throw new MeasurementFileError({ ...place, problem: 'the object that starts here is no JSON', remedy }, { cause });
  }
}
