/**
 * Serves `/stop`: a page by which a person halts trading when the dashboard, its build or its framework is broken. Its
 * files are read once, at the start; it needs no key to load, no other service and nothing from another origin.
 */
import { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = {
  '/stop': ['stop.html', 'text/html; charset=utf-8'],
  '/stop/stop.css': ['stop.css', 'text/css; charset=utf-8'],
  '/stop/stop.mjs': ['stop.mjs', 'text/javascript; charset=utf-8'],
  '/stop/texts.mjs': ['texts.mjs', 'text/javascript; charset=utf-8'],
} as const;

/** What the browser may load for it: its own script and style, and the gateway's answers. */
const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

export function serveStopPage(instance: FastifyInstance): void {
  const config = { scope: 'public', limit: 'none' } as const;
  for (const [url, [name, type]] of Object.entries(FILES)) {
    const content = readFileSync(join(__dirname, 'files', name));
    instance.get(url, { config }, (_request, reply) => {
      void reply.type(type).header('content-security-policy', CONTENT_POLICY).send(content);
    });
  }
}
