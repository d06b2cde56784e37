/**
 * What protects the gateway from clients that are slow, many or hostile: limits on headers and time, security
 * headers, pages of other origins kept out, and a bound on the requests under way.
 */
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { TradingFailure } from '@elvis/trading';
import { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify';
import { answerFailure } from './failure-answer';

/** Cancels and the kill switch may still enter when everything else is told to wait. */
const ROOM_FOR_THE_WAY_OUT = 128;
const HALF_A_SECOND = 500;

/** For Fastify and Node's HTTP server. A client gets 5 s for its headers and 15 s for all of its request. */
export const SERVER_LIMITS = {
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  maxRequestsPerSocket: 0,
  http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384 },
} as const satisfies FastifyServerOptions & { readonly http: object };

export async function harden(instance: FastifyInstance, corsOrigins: readonly string[]): Promise<void> {
  instance.server.maxHeadersCount = 100;
  await instance.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        upgradeInsecureRequests: null,
      },
      useDefaults: false,
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
  if (corsOrigins.length > 0) {
    await instance.register(cors, {
      origin: [...corsOrigins],
      credentials: false,
      methods: ['GET', 'POST', 'PUT', 'DELETE'],
      allowedHeaders: ['content-type', 'x-api-key', 'authorization', 'idempotency-key', 'x-trace-id'],
      exposedHeaders: [
        'x-trace-id',
        'x-stale',
        'retry-after',
        'ratelimit-limit',
        'ratelimit-remaining',
        'ratelimit-reset',
      ],
      maxAge: 600,
    });
  }
}

/** Above the bound a request is refused at once: better than a queue in which everybody waits too long. */
export function boundRequests(instance: FastifyInstance, maxInFlight: number): void {
  let inFlight = 0;
  instance.addHook('onRequest', (request, reply, done) => {
    inFlight += 1;
    reply.raw.once('close', () => (inFlight -= 1));
    if (inFlight <= maxInFlight + (isWayOut(request) ? ROOM_FOR_THE_WAY_OUT : 0)) return done();
    answerFailure(
      new TradingFailure(
        'OVERLOADED',
        `More than ${maxInFlight} requests are under way; nothing was done with this one`,
        {
          retryAfterMs: HALF_A_SECOND,
        },
      ),
      request,
      reply,
    );
  });
}

function isWayOut({ routeOptions: { config } }: FastifyRequest): boolean {
  return config.limit === 'HALT' || config.limit === 'CANCELS' || config.limit === 'none';
}
