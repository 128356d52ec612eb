import { z } from 'zod';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonMap = { readonly [key: string]: Json };

/** Fields by which a map takes from another one what it does not state. */
const inheritFields = ['extends', 'same-shape-as'];

/**
 * JSON Schema of a spec, for editors. Where a map builds upon another one nothing is required of it but its identity, and
 * null, which removes a field, is allowed.
 */
export function editorSchema(schema: z.ZodType): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  // zod's own type of a JSON Schema is plain JSON, but for its undefined fields, which are not there.
  return { $schema, ...relaxHeirs(JSON.parse(JSON.stringify(rest)) as JsonMap) } as JsonMap;
}

/** Gives each map that can build upon another one two forms. */
function relaxHeirs(schema: JsonMap): JsonMap {
  const inner = mapSchemas(schema, relaxHeirs);
  const properties = inner.properties;
  const field = inheritFields.find((name) => isMap(properties) && name in properties);
  if (field === undefined) return inner;
  const { description = '', ...full } = inner;
  const heir = { required: [field] };
  return {
    description,
    allOf: [
      { if: heir, else: full },
      { if: { not: heir }, else: partial(full) },
    ],
  };
}

/** The schema with nothing required, figures apart, which are stated as a whole. */
function partial(schema: JsonMap): JsonMap {
  const { required = [], ...rest } = mapSchemas(schema, (part) => ({ anyOf: [partial(part), { type: 'null' }] }));
  if (!Array.isArray(required)) return rest;
  if (required.includes('value')) return schema;
  return { ...rest, required: required.filter((name) => name === 'id' || name === 'name') };
}

/** Changes the schemas of the fields of a map. Those of the items of a list stand as they are: lists are not merged. */
function mapSchemas(schema: JsonMap, change: (part: JsonMap) => JsonMap): JsonMap {
  const { properties, additionalProperties } = schema;
  const changed = isMap(properties)
    ? Object.entries(properties).map(([key, part]) => [key, isMap(part) ? change(part) : part] as const)
    : undefined;
  return {
    ...schema,
    ...(changed === undefined ? {} : { properties: Object.fromEntries(changed) }),
    ...(isMap(additionalProperties) ? { additionalProperties: change(additionalProperties) } : {}),
  };
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
