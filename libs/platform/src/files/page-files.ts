/**
 * Serves a built page: its document at each of its addresses, its files by names that change with their content. All
 * of it is read once, at the start, in the forms in which browsers take it; nothing of it asks for a key.
 */
import { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

/** What a person may open, reload and share. Nothing else gets the document: a wrong address is told to be wrong. */
export const PAGE_ADDRESSES = [
  '/',
  '/alerts',
  '/bots',
  '/bots/:id',
  '/exchange',
  '/fills',
  '/markets',
  '/orders',
  '/positions',
  '/record',
  '/record/:seq',
  '/research',
  '/risk',
  '/settings',
  '/sign-in',
  '/trade',
  '/trade/:symbol',
] as const;

/** Its own files and the gateway's answers, and nothing that stands in the document itself. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};
/** The smaller first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;
const ASSETS = 'assets';
const A_YEAR = 'public, max-age=31536000, immutable';

interface PageFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly encoded: readonly { readonly encoding: string; readonly content: Buffer }[];
}

/**
 * Answers whether the page is there; where it has not been built, its addresses say so.
 *
 * @param config what the routes declare about themselves to the server they are added to
 */
export function servePage(instance: FastifyInstance, folder: string, config: FastifyContextConfig): boolean {
  const document = readPageFile(join(folder, 'index.html'));
  for (const url of PAGE_ADDRESSES) {
    instance.get(url, { config }, (request, reply) => {
      if (document) return sendFile(request, reply, document, 'no-store');
      void reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(NOT_BUILT);
    });
  }
  const assets = document ? readAssets(join(folder, ASSETS)) : new Map<string, PageFile>();
  instance.get<{ Params: { readonly name: string } }>(`/${ASSETS}/:name`, { config }, (request, reply) => {
    const file = assets.get(request.params.name);
    if (file) return sendFile(request, reply, file, A_YEAR);
    reply.callNotFound();
  });
  return document !== undefined;
}

const NOT_BUILT =
  "The dashboard's page has not been built here. Run npm run build and start again. Trading can be stopped at /stop.\n";

function sendFile(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { type, plain, encoded }: PageFile,
  caching: string,
): void {
  const accepted = acceptedEncodings(headers['accept-encoding']);
  const form = encoded.find(({ encoding }) => accepted.has(encoding));
  if (form) reply.header('content-encoding', form.encoding);
  void reply
    .type(type)
    .headers({
      'cache-control': caching,
      'content-security-policy': CONTENT_POLICY,
      'referrer-policy': 'no-referrer',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    })
    .send(form?.content ?? plain);
}

function acceptedEncodings(header: string | readonly string[] = ''): ReadonlySet<string> {
  const named = [header]
    .flat()
    .join(',')
    .split(',')
    .map((part) => part.split(';').map((piece) => piece.trim()));
  return new Set(named.filter(([, quality]) => quality !== 'q=0').map(([name = '']) => name.toLowerCase()));
}

function readAssets(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const file = readPageFile(join(folder, name));
    if (file) files.set(name, file);
  }
  return files;
}

/** Undefined where there is none, and for what no browser asks for by name. */
function readPageFile(path: string): PageFile | undefined {
  const type = TYPES[extname(path)];
  if (type === undefined || !existsSync(path)) return undefined;
  const encoded = ENCODINGS.filter(([, ending]) => existsSync(path + ending)).map(([encoding, ending]) => ({
    encoding,
    content: readFileSync(path + ending),
  }));
  return { type, plain: readFileSync(path), encoded };
}
