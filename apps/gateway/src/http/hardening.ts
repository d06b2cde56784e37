/**
 * What protects the gateway from clients that are slow, many or hostile: limits on headers and time, security
 * headers, pages of other origins kept out, and a bound on the requests under way.
 */
import cors from '@fastify/cors';
import { TradingFailure } from '@elvis/trading';
import { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { Authentication } from '../identity/authentication';
import { addressKey } from '../limits/limit-answer';
import { answerFailure } from './failure-answer';
import { Entrance, RequestSlots, Slot } from './request-slots';

const HALF_A_SECOND = 500;

declare module 'fastify' {
  interface FastifyRequest {
    /** Gives back its place among the requests under way; a stream does so when it begins. */
    slot: Slot | undefined;
  }
}

export interface Bounds {
  readonly slots: RequestSlots;
  readonly authentication: Authentication;
}

/** For Fastify and Node's HTTP server. A client gets 5 s for its headers and 15 s for all of its request. */
export const SERVER_LIMITS = {
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  maxRequestsPerSocket: 0,
  http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384 },
} as const satisfies FastifyServerOptions & { readonly http: object };

/**
 * For browsers: our pages load nothing of others and stand in no frame, and an answer is what its type says. As helmet
 * 8 writes them, which made each of them again for every request.
 */
const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join(';'),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
} as const;

export async function harden(instance: FastifyInstance, corsOrigins: readonly string[]): Promise<void> {
  instance.server.maxHeadersCount = 100;
  instance.addHook('onRequest', (_request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    done();
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

/**
 * Lets a request in if there is room for it. Its slot ends when its response closes, which it does at the latest with
 * its connection; that of a request without a good key ends when the answer is made, so that nobody can hold slots by
 * not reading. Routes without a limit of their own do no work and take no slot.
 */
export function boundRequests(instance: FastifyInstance, { slots, authentication }: Bounds): void {
  const entranceOf = (request: FastifyRequest): Entrance => {
    if (request.routeOptions.config.keyFirst && authentication.showsEnvironmentKey(request)) return 'always';
    return isWayOut(request) ? 'way-out' : 'ordinary';
  };
  instance.decorateRequest('slot', undefined);
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.limit === 'none') return done();
    request.slot = slots.acquire(addressKey(request.ip), entranceOf(request));
    if (!request.slot) return answerFailure(overloaded(), request, reply);
    reply.raw.once('close', request.slot);
    done();
  });
  instance.addHook('onSend', (request, _reply, payload, done) => {
    if (!request.caller && !isStream(payload)) request.slot?.();
    done(null, payload);
  });
}

const isWayOut = ({ routeOptions: { config } }: FastifyRequest): boolean =>
  config.limit === 'HALT' || config.limit === 'CANCELS';

/**
 * Counts a request for who asks, from wherever it comes: no one key that was handed out can fill the gateway.
 *
 * @throws TradingFailure OVERLOADED
 */
export function boundCaller(request: FastifyRequest, reply: FastifyReply, slots: RequestSlots): void {
  const { caller, slot } = request;
  if (!caller || !slot || caller.credential.kind === 'environment' || isWayOut(request)) return;
  const own = slots.acquireForCaller(caller.actor);
  if (!own) throw overloaded();
  reply.raw.once('close', own);
  request.slot = () => {
    slot();
    own();
  };
}

const isStream = (payload: unknown): boolean =>
  typeof (payload as { readonly pipe?: unknown } | null | undefined)?.pipe === 'function';

const overloaded = (): TradingFailure =>
  new TradingFailure(
    'OVERLOADED',
    'Too many concurrent requests; this one was not processed. Retry shortly',
    { retryAfterMs: HALF_A_SECOND },
  );
