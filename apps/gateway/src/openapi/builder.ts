/** A small vocabulary for writing the OpenAPI document: one call for an operation, with the failures all share. */
import { RouteRules } from '../identity/caller';

export type Json = Readonly<Record<string, unknown>>;

export interface OperationText {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly scope: RouteRules['scope'];
  readonly parameters?: readonly Json[];
  readonly body?: { readonly schema: string; readonly required: boolean; readonly example: Json };
  /** Status -> what it means, and the schema of what is sent with it. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Codes that only this operation can fail with, by status. */
  readonly failures?: Readonly<Record<number, readonly string[]>>;
}

interface Answer {
  readonly description: string;
  readonly schema?: string | Json;
  readonly example?: unknown;
  readonly headers?: Json;
  readonly otherTypes?: Json;
}

/** What any operation may answer, and with which codes. */
const SHARED_FAILURES: Readonly<Record<number, readonly string[]>> = {
  400: ['MESSAGE_MALFORMED'],
  401: ['API_KEY_WRONG'],
  403: ['SCOPE_MISSING'],
  429: ['RATE_LIMITED'],
  500: ['INTERNAL_FAULT'],
  503: ['API_KEY_NOT_CONFIGURED', 'SERVICE_UNREACHABLE', 'STORE_UNAVAILABLE', 'OVERLOADED'],
  504: ['SERVICE_SILENT'],
};
const FAILURES_WITH_BODY: Readonly<Record<number, readonly string[]>> = {
  413: ['BODY_TOO_LARGE'],
  415: ['MEDIA_TYPE_UNSUPPORTED'],
};

export const ref = (schema: string): Json => ({ $ref: `#/components/schemas/${schema}` });

export const listOf = (schema: string): Json => ({
  type: 'object',
  required: ['items', 'nextCursor'],
  properties: {
    items: { type: 'array', items: ref(schema) },
    nextCursor: { type: ['string', 'null'], description: 'Send it back as `cursor`; null on the last page.' },
  },
});

export const queryParameter = (name: string, schema: Json, description: string): Json => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
});

export const pathParameter = (name: string, schema: Json, description: string): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
});

export function operation(text: OperationText): Json {
  const failures = merge(
    text.scope === 'public' ? {} : SHARED_FAILURES,
    text.body ? FAILURES_WITH_BODY : {},
    text.failures ?? {},
  );
  return {
    operationId: text.id,
    tags: [text.tag],
    summary: text.summary,
    ...(text.description && { description: text.description }),
    'x-scope': text.scope,
    security: text.scope === 'public' ? [] : [{ apiKey: [] }, { bearer: [] }],
    ...(text.parameters && { parameters: text.parameters }),
    ...(text.body && {
      requestBody: {
        required: text.body.required,
        content: { 'application/json': { schema: ref(text.body.schema), example: text.body.example } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(text.answers).map(([status, answer]) => [status, response(answer)]),
      ),
      ...Object.fromEntries(
        Object.entries(failures)
          .filter(([status]) => !(Number(status) in text.answers))
          .map(([status, codes]) => [status, problem(Number(status), codes)]),
      ),
    },
  };
}

const response = ({ description, schema, example, headers, otherTypes }: Answer): Json => ({
  description,
  ...(headers && { headers }),
  ...(schema !== undefined && {
    content: {
      'application/json': {
        schema: typeof schema === 'string' ? ref(schema) : schema,
        ...(example !== undefined && { example }),
      },
      ...otherTypes,
    },
  }),
});

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds to wait before retrying.',
    schema: { type: 'integer', minimum: 1 },
  },
};

const problem = (status: number, codes: readonly string[]): Json => ({
  description: codes.map((code) => `\`${code}\``).join(', '),
  ...((status === 429 || status === 503) && { headers: RETRY_AFTER }),
  content: {
    'application/problem+json': {
      schema: ref('Problem'),
      example: {
        type: `urn:elvis:${(codes[0] ?? '').toLowerCase().replaceAll('_', '-')}`,
        title: (codes[0] ?? '').toLowerCase().replaceAll('_', ' '),
        status,
        detail: 'What happened, in one sentence',
        code: codes[0],
        traceId: 'b7c1c0a6-6f0e-4a5e-9a51-5f4d0f6f2d3b',
      },
    },
  },
});

function merge(
  ...tables: readonly Readonly<Record<number, readonly string[]>>[]
): Record<number, readonly string[]> {
  const merged: Record<number, readonly string[]> = {};
  for (const table of tables) {
    for (const [status, codes] of Object.entries(table)) {
      merged[Number(status)] = [...(merged[Number(status)] ?? []), ...codes];
    }
  }
  return merged;
}
