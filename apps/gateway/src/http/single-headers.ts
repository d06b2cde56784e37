/**
 * Headers that say where a request goes, who sends it and how it is to be read stand once: given twice, this server and
 * a proxy before it may each believe another one.
 */
import { TradingFailure, wellFormedText } from '@elvis/trading';
import { FastifyRequest } from 'fastify';
import { IncomingMessage } from 'node:http';
import { illFormedIn } from './body-text';

const ONCE: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'x-api-key',
  'content-type',
  'content-length',
  'transfer-encoding',
  'idempotency-key',
  'origin',
  'x-trace-id',
]);

/** The first of them that the request has twice. */
function repeatedHeader({
  rawHeaders,
  headers,
}: Pick<IncomingMessage, 'rawHeaders' | 'headers'>): string | undefined {
  // As many lines as names: none stands twice.
  if (rawHeaders.length === 2 * Object.keys(headers).length) return undefined;
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

/** @throws TradingFailure MESSAGE_MALFORMED a header stands twice, or the address has text that no store takes */
export function requireUnambiguous({ raw, query, params }: FastifyRequest): void {
  const header = repeatedHeader(raw);
  if (header)
    throw new TradingFailure('MESSAGE_MALFORMED', `The header ${header} was sent twice; send it once`);
  const illFormed = illFormedIn(query, 'the query') ?? illFormedIn(params, 'the path');
  if (illFormed)
    throw new TradingFailure(
      'MESSAGE_MALFORMED',
      `${wellFormedText(illFormed)} contains text that is not well-formed: a lone surrogate or a NUL character. Remove it`,
    );
}
