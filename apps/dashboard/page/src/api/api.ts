/**
 * Calls of the REST API, each with the types of the OpenAPI document. A refusal is thrown as what it says; an access
 * token that has run out is renewed once, and the same call made again under the same id.
 */
import { session } from '../session/session';
import type { paths } from './api-types';
import { ApiProblem, problemOf } from './api-problem';

type Verb = 'get' | 'post' | 'put' | 'delete';
type Operation<Path extends keyof paths, Method extends Verb> = NonNullable<paths[Path][Method]>;
type Content<Of> = Of extends { content: { 'application/json': infer Body } } ? Body : undefined;
type BodyOf<Of> = Of extends { requestBody?: infer Request } ? Content<NonNullable<Request>> : undefined;
type QueryOf<Of> = Of extends { parameters: { query?: infer Query } } ? Query : undefined;
type NamesOf<Of> = Of extends { parameters: { path: infer Names } } ? Names : undefined;
type Answers<Of> = Of extends { responses: infer Responses } ? Responses : never;
type Good = 200 | 201 | 202;
type GoodOf<Of> = {
  [Status in keyof Answers<Of> & Good]: Content<Answers<Of>[Status]>;
}[keyof Answers<Of> & Good];

/** What a call that is answered well says. */
export type AnswerOf<Path extends keyof paths, Method extends Verb> = GoodOf<Operation<Path, Method>>;
/** What a call sends. */
export type RequestOf<Path extends keyof paths, Method extends Verb> = BodyOf<Operation<Path, Method>>;

export interface CallWords<Path extends keyof paths, Method extends Verb> {
  readonly body?: BodyOf<Operation<Path, Method>>;
  readonly query?: QueryOf<Operation<Path, Method>>;
  readonly names?: NamesOf<Operation<Path, Method>>;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** @throws ApiProblem the answer is a refusal or a failure, or there was none */
export async function call<Method extends Verb, Path extends keyof paths>(
  method: Method,
  path: Path,
  words: CallWords<Path, Method> = {},
): Promise<AnswerOf<Path, Method>> {
  const first = await send(method, path, words);
  const response =
    first.status === 401 && (await session.refresh()) ? await send(method, path, words) : first;
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as AnswerOf<Path, Method>;
  return (await response.json()) as AnswerOf<Path, Method>;
}

async function send<Method extends Verb, Path extends keyof paths>(
  method: Method,
  path: Path,
  { body, query, names, idempotencyKey, signal }: CallWords<Path, Method>,
): Promise<Response> {
  const bearer = await session.bearer();
  const headers = new Headers();
  if (bearer !== undefined) headers.set('authorization', `Bearer ${bearer}`);
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
  try {
    return await fetch(addressOf(path, names, query), {
      method: method.toUpperCase(),
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiProblem(0, 'NO_ANSWER', 'The gateway could not be reached', {}, { cause });
  }
}

function addressOf(path: string, names: object = {}, query: object = {}): string {
  const values = names as Readonly<Record<string, string | number>>;
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(`${values[name] ?? ''}`));
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(asked.map(([name, value]) => [name, String(value)])).toString();
  return `${target}${text && `?${text}`}`;
}
