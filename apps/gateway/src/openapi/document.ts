/**
 * The whole OpenAPI 3.1 document, from the decorators of the routes. A test compares it with the routes that are served and
 * the bodies they take.
 */
import { INestApplication } from '@nestjs/common';
import { OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { OLD_ADDRESSES } from '../compat/old-addresses';
import { controlSchemas } from './schemas/control-schemas';
import { identitySchemas } from './schemas/identity-schemas';
import { schemas } from './schemas/schemas';

const listed = Object.entries(OLD_ADDRESSES)
  .map(([old, present]) => `* \`${old}\` → \`${present}\``)
  .join('\n');

/** Everything but the paths. */
const frame: Omit<OpenAPIObject, 'paths'> = {
  openapi: '3.1.0',
  info: {
    title: 'Elvis',
    version: '1',
    license: { name: 'UNLICENSED' },
    description:
      'Risk-gated order execution for Binance. Money and quantities are decimal strings, times are ISO 8601 UTC, ' +
      'lists are `{items, nextCursor}`, errors are RFC 9457 problem details with a stable `code`. Every answer ' +
      `carries \`x-trace-id\`.\n\nOld addresses still work:\n\n${listed}`,
  },
  servers: [{ url: '/' }],
  tags: [
    'Orders',
    'History',
    'Account',
    'Market',
    'Live',
    'Figures',
    'Control',
    'Kill switch',
    'Identity',
    'Health',
  ].map((name) => ({ name })),
  components: {
    schemas: { ...schemas, ...controlSchemas, ...identitySchemas },
    securitySchemes: {
      apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    },
  },
};

export const openApiDocument = (app: INestApplication): OpenAPIObject =>
  SwaggerModule.createDocument(app, frame);
