/** A short way to write the schema of a reply: `shape({ symbol: 'text', fee: 'signed', from: 'time?' })`. */
import { Json, ref } from './describe';

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

export const many = (items: Json): Json => ({ type: 'array', items });
export const oneOf = (values: readonly string[]): Json => ({ type: 'string', enum: values });

export const listed = (schema: string): Json => shape({ items: many(ref(schema)), nextCursor: 'text?' });
