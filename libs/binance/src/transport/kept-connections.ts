/**
 * How requests leave and answers come back: Node's own HTTP client over connections that are kept. The connector's client
 * is made anew for each request, with interceptors, transformations and headers that nobody uses; every order passes here.
 *
 * Nothing is repeated and no redirect is followed.
 */
import {
  Agent as PlainAgent,
  ClientRequest,
  IncomingMessage,
  RequestOptions,
  request as plain,
} from 'node:http';
import { Agent as TlsAgent, request as tls } from 'node:https';
import { gunzip } from 'node:zlib';

export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly baseURL: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Until the whole answer is there, milliseconds. */
  readonly timeout: number;
}

export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: string;
}

interface Origin {
  readonly open: (options: RequestOptions) => ClientRequest;
  readonly at: Pick<RequestOptions, 'host' | 'port' | 'agent'>;
}

const origins = new Map<string, Origin>();

/** @throws Error with the `code` of what went wrong; ECONNABORTED when time was up */
export function exchange(request: WireRequest): Promise<WireAnswer> {
  const { open, at } = originOf(request.baseURL);
  const { method, url: path, timeout } = request;
  // Lists of symbols are long; an order's answer is shorter than it takes to unpack one.
  const headers = method === 'GET' ? { ...request.headers, 'Accept-Encoding': 'gzip' } : request.headers;
  return new Promise((resolve, reject) => {
    const call = open({ ...at, method, path, headers });
    const patience = setTimeout(() => call.destroy(withCode('ECONNABORTED')), timeout);
    const fail = (error: Error): void => {
      clearTimeout(patience);
      reject(error);
    };
    call.on('error', fail);
    call.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(patience);
        textOf(response, pieces).then((data) => resolve(answerOf(response, data)), reject);
      });
    });
    call.end();
  });
}

function originOf(baseUrl: string): Origin {
  const known = origins.get(baseUrl);
  if (known) return known;
  const { protocol, hostname, port } = new URL(baseUrl);
  const isTls = protocol === 'https:';
  const agent = new (isTls ? TlsAgent : PlainAgent)({ keepAlive: true, scheduling: 'lifo' });
  // In a URL an IPv6 address stands in brackets, elsewhere it does not.
  const host = hostname.replace(/^\[|\]$/g, '');
  const origin: Origin = { open: isTls ? tls : plain, at: { host, port, agent } };
  origins.set(baseUrl, origin);
  return origin;
}

const answerOf = ({ statusCode = 0, headers }: IncomingMessage, data: string): WireAnswer => ({
  status: statusCode,
  headers,
  data,
});

async function textOf({ headers }: IncomingMessage, pieces: readonly Buffer[]): Promise<string> {
  const [only] = pieces;
  const body = pieces.length === 1 && only ? only : Buffer.concat(pieces);
  if (headers['content-encoding'] !== 'gzip') return body.toString();
  return new Promise((resolve, reject) =>
    gunzip(body, (error, text) => (error ? reject(error) : resolve(text.toString()))),
  );
}

const withCode = (code: string): Error => Object.assign(new Error('there was no answer in time'), { code });
