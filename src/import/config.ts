import { nearest } from '../nearest.js';
import type { NamedDraft } from './draft.js';
import { families, nestedDefaults } from './families/registry.js';
import { type FieldSource, type Fields, fieldsOf } from './fields.js';
import { type JsonObject, parseJsonObject } from './json.js';
import { idOf, printable, stemOf } from './names.js';
import { weightFormat } from './weight-format.js';

/** What an import is told besides the file. */
export interface ImportOptions {
  /** Id of the model. Default: made of the name that the file states, or its own. */
  readonly id?: string;
  /** Day of the import. Default: today. */
  readonly date?: string;
}

/**
 * A network from the text of a `config.json` as transformers writes it.
 * Throws `ModelFileError`, located in the file, for an architecture that is not understood, and for a field that is missing
 * or not understood.
 */
export function readConfig(text: string, file: string, options: ImportOptions = {}): NamedDraft {
  const outer = parseJsonObject(text, file);
  const notes = new Set<string>();
  const source = textModel({ object: outer, text, file, type: '', notes });
  const family = families[source.type];
  const f = fieldsOf(source);
  if (family === undefined || !Object.hasOwn(families, source.type)) return unknownType(f, source.type);
  const draft = family(f);
  const nativeFormat = weightFormat(f);
  const published = f.textIfGiven('_name_or_path');
  const [organisation, name] = /^([^/\\]+)\/([^/\\]+)$/.exec(published ?? '')?.slice(1) ?? [undefined, stemOf(file)];
  return {
    ...draft,
    id: options.id ?? idOf(name ?? stemOf(file)),
    name: printable(name ?? stemOf(file)) || 'imported',
    vendor: printable(organisation ?? '') || 'unknown',
    nativeFormat,
    source: {
      key: 'config',
      ref: `config.json, model_type ${source.type}`,
      date: options.date ?? new Date().toISOString().slice(0, 10),
    },
    notes: [...notes],
  };
}

/** The object that describes the text model: the outermost one, or its `text_config`. */
function textModel(outer: FieldSource): FieldSource {
  const f = fieldsOf({ ...outer, type: 'of any kind' });
  if (f.has('is_encoder_decoder') && f.flag('is_encoder_decoder'))
    f.refuse(
      'is_encoder_decoder',
      'true: an encoder with a decoder is not described',
      'give the configuration of a decoder',
    );
  const nested = outer.object.entries.get('text_config') ?? outer.object.entries.get('llm_config');
  if (nested === undefined || nested.kind !== 'object') return { ...outer, type: modelType(f) };
  const inner = fieldsOf({ ...outer, object: nested, prefix: 'text_config.', type: 'of any kind' });
  const type = modelType(inner);
  const others = [...outer.object.entries.keys()].filter((key) => /^(?:vision|audio)_config$/.test(key));
  if (others.length > 0) outer.notes.add(`text decoder alone, without what ${others.join(' and ')} describes`);
  const defaults = nestedDefaults[type];
  return {
    ...outer,
    object: nested,
    prefix: 'text_config.',
    type,
    outer: shared(outer.object),
    ...(defaults === undefined ? {} : { classDefaults: defaults }),
  };
}

function modelType(f: Fields): string {
  if (!f.has('model_type')) f.refuse('model_type', 'is missing', 'it names the architecture');
  return f.text('model_type');
}

/** Fields of the outermost object that hold for the text model too. */
const SHARED = ['tie_word_embeddings', 'torch_dtype', 'dtype', 'quantization_config', 'quantization', '_name_or_path'];

function shared(outer: JsonObject): JsonObject {
  return { ...outer, entries: new Map([...outer.entries].filter(([key]) => SHARED.includes(key))) };
}

function unknownType(f: Fields, type: string): never {
  const known = Object.keys(families);
  const near = nearest(type, known, 2).map((one) => `"${one}"`);
  const remedy = near.length > 0 ? `near are ${near.join(' and ')}` : `understood are ${known.join(', ')}`;
  return f.refuse(
    'model_type',
    `the architecture "${printable(type)}" is not understood`,
    `${remedy}; or write the spec by hand (docs/spec-format.md)`,
  );
}
