/**
 * The whole OpenAPI 3.1 document, from the decorators of the routes. A test compares it with the routes that are served and
 * the bodies they take.
 */
import { INestApplication } from '@nestjs/common';
import { OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { controlSchemas } from './schemas/control-schemas';
import { identitySchemas } from './schemas/identity-schemas';
import { schemas } from './schemas/schemas';

/** Addresses that the old API's clients know; each answers exactly like the one on the right. */
export const COMPATIBLE_PATHS: Readonly<Record<string, string>> = {
  '/trades': '/api/v1/trades',
  '/trades/count': '/api/v1/trades/count',
  '/open_positions': '/api/v1/open_positions',
  '/balance': '/api/v1/balance',
  '/fees': '/api/v1/fees',
  '/pnl_breakdown': '/api/v1/pnl_breakdown',
  '/rolling_stats': '/api/v1/rolling_stats',
  '/trade_distribution': '/api/v1/trade_distribution',
  '/volume_profile': '/api/v1/volume_profile',
  '/equity': '/api/v1/equity',
  '/daily_statement': '/api/v1/daily_statement',
  '/market_depth': '/api/v1/market_depth',
  '/emergency_stop': '/api/v1/emergency_stop',
  '/emergency-stop': '/api/v1/emergency_stop',
  '/api/v1/emergency-stop': '/api/v1/emergency_stop',
  '/emergency_stop/status': '/api/v1/emergency_stop/status',
  '/emergency-stop/status': '/api/v1/emergency_stop/status',
  '/api/v1/emergency-stop/status': '/api/v1/emergency_stop/status',
};

const listed = Object.entries(COMPATIBLE_PATHS)
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

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, frame);
  for (const old of Object.keys(COMPATIBLE_PATHS)) delete document.paths[old];
  return document;
}
