/** A short way to write a schema: `shape({ symbol: 'text', fee: 'signed', from: 'time?' }, ['from'])`. */
export type Json = Readonly<Record<string, unknown>>;

const KINDS = {
  text: { type: 'string' },
  signed: { type: 'string', description: 'A decimal; may be negative.' },
  time: { type: 'string', format: 'date-time' },
  whole: { type: 'integer' },
  ratio: { type: 'number' },
  flag: { type: 'boolean' },
} as const satisfies Record<string, Json>;

type Kind = keyof typeof KINDS;
/** `?` for null where there is nothing to say. */
export type Field = Kind | `${Kind}?` | Json;

const field = (kind: Field): Json => {
  if (typeof kind !== 'string') return kind;
  const schema: Json = KINDS[kind.replace('?', '') as Kind];
  return kind.endsWith('?') ? { ...schema, type: [schema.type, 'null'] } : schema;
};

/** Every field is always there, but for those named in `optional`. */
export const shape = (fields: Readonly<Record<string, Field>>, optional: readonly string[] = []): Json => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, field(kind)])),
  required: Object.keys(fields).filter((name) => !optional.includes(name)),
});

/** Refuses fields that it does not name. */
export const strict = (schema: Json): Json => ({ ...schema, additionalProperties: false });

export const ref = (schema: string): Json => ({ $ref: `#/components/schemas/${schema}` });
export const many = (items: Field): Json => ({ type: 'array', items: field(items) });
export const mapOf = (values: Field): Json => ({ type: 'object', additionalProperties: field(values) });
export const oneOf = (values: readonly string[]): Json => ({ type: 'string', enum: values });

export const listOf = (schema: string): Json =>
  shape({
    items: many(ref(schema)),
    nextCursor: {
      type: ['string', 'null'],
      description: 'Send it back as `cursor`; null on the last page.',
    },
  });
