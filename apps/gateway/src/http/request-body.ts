/**
 * Bodies are JSON objects of limited size and depth, each name once and all text well-formed. What is refused before it has arrived is read to its end all
 * the same, within bounds: a socket closed on a client that is still sending loses the answer.
 */
import { TradingFailure, wellFormed, wellFormedText } from '@elvis/trading';
import { FastifyInstance, FastifyRequest } from 'fastify';
import { IncomingMessage } from 'node:http';
import { illFormedIn, repeatedName } from './body-text';

const MAXIMUM_DEPTH = 6;
const DISCARD_LIMIT_BYTES = 64 * 1_024 * 1_024;
const DISCARD_LIMIT_MS = 10_000;

/** Reads `application/json`, and any other type only where the route says so. */
export function readJsonBodies(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) =>
    parse(request, text, done),
  );
  instance.addContentTypeParser('*', { parseAs: 'string' }, (request, text, done) => {
    if (text.length === 0) return done(null, undefined);
    if (request.routeOptions.config.anyContentType) return parse(request, text, done);
    done(
      new TradingFailure(
        'MEDIA_TYPE_UNSUPPORTED',
        'The content type of the body is not supported; send it as application/json',
      ),
    );
  });

  const safely = instance.getDefaultJsonParser('error', 'error');

  function parse(
    request: FastifyRequest,
    text: string | Buffer,
    done: (error: Error | null, body?: unknown) => void,
  ): void {
    if (text.length === 0) return done(null, undefined);
    void safely(undefined as never, text as string, (error, body: unknown) => {
      const { allowNull, anyText } = request.routeOptions.config;
      const read = anyText && !error ? wellFormed(body) : body;
      const problem = error ? 'The body is not valid JSON' : faultOf(read, text as string, allowNull);
      if (problem === undefined) return done(null, read);
      done(new TradingFailure('MESSAGE_MALFORMED', problem));
    });
  }
}

function faultOf(body: unknown, text: string, allowNull = false): string | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return 'The body must be a JSON object';
  const fault = faultInside(body, 1, allowNull);
  if (fault) return fault;
  const repeated = repeatedName(text);
  if (repeated !== undefined)
    return `The body contains ${JSON.stringify(wellFormedText(repeated))} twice; send each name once`;
  const illFormed = illFormedIn(body, 'the body');
  return (
    illFormed &&
    `${illFormed} contains text that is not well-formed: a lone surrogate or a NUL character. Remove it`
  );
}

function faultInside(value: object, depth: number, allowNull: boolean): string | undefined {
  if (depth > MAXIMUM_DEPTH) return `The body is nested deeper than ${MAXIMUM_DEPTH} levels`;
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    if (inner === null && allowNull) continue;
    if (inner === null) return `${name} must not be null; leave it out instead`;
    if (typeof inner !== 'object') continue;
    const fault = faultInside(inner, depth + 1, allowNull);
    if (fault) return fault;
  }
  return undefined;
}

/** Takes the rest of a body off the wire and forgets it; ends the connection of a client that never finishes. */
export function discardBody(raw: IncomingMessage): void {
  let discarded = 0;
  const limit = setTimeout(() => raw.destroy(), DISCARD_LIMIT_MS).unref();
  raw.on('data', (chunk: Buffer | string) => {
    discarded += chunk.length;
    if (discarded > DISCARD_LIMIT_BYTES) raw.destroy();
  });
  raw.once('close', () => clearTimeout(limit));
  raw.resume();
}
