/** Documents a route beside its handler: one decorator, with the failures that all routes share. */
import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiResponseOptions,
} from '@nestjs/swagger';
import { RouteRules, scopeOf } from '../identity/caller';
import { Parameter } from './parameters';
import { Json, ref } from './shape';

export interface OperationText {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
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

/** Documents a route. It stands above `@Needs`, whose scope decides which failures the route shares with others. */
export function Describe(text: OperationText): MethodDecorator {
  return (target, name, descriptor) => {
    const scope = scopeOf(descriptor.value as object);
    if (scope === undefined) throw new Error(`@Describe of ${String(name)} must stand above @Needs`);
    applyDecorators(
      ApiOperation({
        operationId: text.id,
        summary: text.summary,
        ...(text.description && { description: text.description }),
        security: scope === 'public' ? [] : [{ apiKey: [] }, { bearer: [] }],
      }),
      ApiExtension('x-scope', scope),
      ...(text.parameters ?? []).map(parameter),
      ...(text.body ? [body(text.body)] : []),
      ...Object.entries(text.answers).map(([status, answer]) => response(Number(status), answer)),
      ...failuresOf(text, scope).map(([status, codes]) => problem(status, codes)),
    )(target, name, descriptor);
  };
}

function failuresOf(
  text: OperationText,
  scope: RouteRules['scope'],
): [status: number, codes: readonly string[]][] {
  const failures = merge(
    scope === 'public' ? {} : SHARED_FAILURES,
    text.body ? FAILURES_WITH_BODY : {},
    text.failures ?? {},
  );
  return Object.entries(failures)
    .map(([status, codes]): [number, readonly string[]] => [Number(status), codes])
    .filter(([status]) => !(status in text.answers));
}

function parameter({ in: place, ...options }: Parameter): MethodDecorator {
  if (place === 'path') return ApiParam(options);
  return place === 'header' ? ApiHeader(options) : ApiQuery(options);
}

const body = ({ schema, required, example }: NonNullable<OperationText['body']>): MethodDecorator =>
  ApiBody({ required, schema: ref(schema), examples: { example: { value: example } } });

const response = (
  status: number,
  { description, schema, example, headers, otherTypes }: Answer,
): MethodDecorator =>
  ApiResponse({
    status,
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
  } as ApiResponseOptions);

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds to wait before retrying.',
    schema: { type: 'integer', minimum: 1 },
  },
};

const problem = (status: number, codes: readonly string[]): MethodDecorator =>
  ApiResponse({
    status,
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
