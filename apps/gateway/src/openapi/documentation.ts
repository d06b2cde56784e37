/**
 * Serves the OpenAPI document: a page for people at /docs, the JSON for programs at /docs-json. The page runs no
 * inline script, so that it stands under the same content policy as everything else.
 */
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import { openApiDocument } from './document';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Elvis API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/docs-json', dom_id: '#swagger-ui', deepLinking: true });\n`;

const DAY = 'public, max-age=86400';
const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;

export function serveDocumentation(app: NestFastifyApplication): void {
  const instance: FastifyInstance = app.getHttpAdapter().getInstance();
  const document = JSON.stringify(openApiDocument(app));
  const config = { scope: 'public' } as const;
  const serve = (url: string, type: string, content: string | Buffer, cache?: string): void => {
    instance.get(url, { config }, (_request, reply) => {
      if (cache !== undefined) reply.header('cache-control', cache);
      void reply.type(type).send(content);
    });
  };
  serve('/docs', 'text/html; charset=utf-8', PAGE);
  serve('/docs/start.js', 'text/javascript; charset=utf-8', START);
  serve('/docs-json', 'application/json; charset=utf-8', document);
  for (const [name, type] of Object.entries(ASSETS)) {
    // From memory: a file's stream behind an answer that is not read would hold its descriptor.
    serve(`/docs/${name}`, type, readFileSync(require.resolve(`swagger-ui-dist/${name}`)), DAY);
  }
}
