/** What a route reads from its query, its path and its headers. */
import { Json, oneOf } from './shape';

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: Json;
}

export const queryParameter = (name: string, schema: Json, description: string): Parameter => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
});

export const pathParameter = (name: string, schema: Json, description: string): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
});

export const wholeNumber = (minimum: number, maximum: number, standard: number): Json => ({
  type: 'integer',
  minimum,
  maximum,
  default: standard,
});

/** How a list is paged. */
export const cursor = queryParameter(
  'cursor',
  { type: 'string', maxLength: 200 },
  '`nextCursor` of the previous page.',
);
export const direction = queryParameter(
  'direction',
  { ...oneOf(['older', 'newer']), default: 'older' },
  'Which way to page from the cursor.',
);
export const pageSize = (description = 'Page size.'): Parameter =>
  queryParameter('limit', wholeNumber(1, 1_000, 50), description);
