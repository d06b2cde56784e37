/**
 * What every request passes before it reaches a controller, in this order: trace id, room for it, the limit of its
 * address, who is asking, what they may do, how large the body is. A route that does not declare what it needs stops the start.
 */
import { TRACE_HEADER, currentTraceId, withTrace } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Authentication } from '../identity/authentication';
import { RouteRules, requireScope } from '../identity/caller';
import { IpLimiter } from '../limits/ip-limiter';
import { addressKey, tooMany, writeLimitHeaders } from '../limits/limit-answer';
import { AuditTrail } from '../audit/audit-trail';
import { auditRequests } from '../audit/audit-hook';
import { fixAddress } from './client-address';
import { answerFailure } from './failure-answer';
import { Connections } from './connections';
import { boundCaller, boundRequests } from './hardening';
import { readJsonBodies } from './request-body';
import { RequestSlots } from './request-slots';
import { requireUnambiguous } from './single-headers';

export interface ServedRoute {
  readonly method: string;
  readonly url: string;
  readonly scope: RouteRules['scope'];
}

export interface FrontParts {
  readonly authentication: Authentication;
  readonly limiter: IpLimiter;
  readonly audit: AuditTrail;
  readonly bodyLimit: number;
  readonly connections: Connections;
  readonly slots: RequestSlots;
}

/** Answers the list of routes; it fills as they are registered. */
export function setUpFront(instance: FastifyInstance, parts: FrontParts): readonly ServedRoute[] {
  const routes: ServedRoute[] = [];
  readJsonBodies(instance);
  instance.decorateRequest('caller', undefined);
  instance.decorateRequest('traceId', '');

  instance.addHook('onRoute', ({ url, method, config }) => {
    if (config?.scope === undefined) {
      throw new Error(
        `The route ${String(method)} ${url} declares no scope; add @Needs to its controller method`,
      );
    }
    for (const one of [method].flat()) routes.push({ method: one, url, scope: config.scope });
  });

  instance.addHook('onRequest', (request, reply, done) => {
    fixAddress(request);
    const given = request.headers[TRACE_HEADER];
    withTrace(typeof given === 'string' ? given : undefined, () => {
      request.traceId = currentTraceId();
      reply.header(TRACE_HEADER, request.traceId);
      // Tokens, keys and figures of money: nothing between here and the client may remember an answer.
      reply.header('cache-control', 'no-store');
      done();
    });
  });

  auditRequests(instance, parts.audit);
  boundRequests(instance, parts);

  instance.addHook('onRequest', async (request, reply) => {
    try {
      if (request.routeOptions.config.keyFirst) return await admitKeyFirst(request, reply, parts);
      await limit(request, reply, parts.limiter);
      requireUnambiguous(request);
      await admit(request, reply, parts);
    } catch (failure) {
      if (!(failure instanceof TradingFailure)) throw failure;
      answerFailure(failure, request, reply);
      return reply;
    }
  });

  // Reading a body leaves the context that the first hook made, so it is entered again.
  instance.addHook('preValidation', (request, _reply, done) => withTrace(request.traceId, done));
  return routes;
}

async function limit(request: FastifyRequest, reply: FastifyReply, limiter: IpLimiter): Promise<void> {
  const { limit: name = 'DEFAULT' } = request.routeOptions.config;
  if (name === 'none') return;
  const count = await limiter.count(name, addressKey(request.ip));
  if (!count) return;
  writeLimitHeaders(reply, count);
  if (count.isOver) throw tooMany(count, request);
}

/** For the stop: anyone who has the key is never told to wait because of those who have not. */
async function admitKeyFirst(request: FastifyRequest, reply: FastifyReply, parts: FrontParts): Promise<void> {
  try {
    requireUnambiguous(request);
    await admit(request, reply, parts);
  } catch (failure) {
    await limit(request, reply, parts.limiter);
    throw failure;
  }
}

async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  { authentication, bodyLimit, connections, slots }: FrontParts,
): Promise<void> {
  const { scope } = request.routeOptions.config;
  if (scope !== 'public') {
    const caller = await authentication.identify(request);
    request.caller = caller;
    connections.recognize(request.raw.socket);
    boundCaller(request, reply, slots);
    if (scope !== undefined && scope !== 'anyone') requireScope(caller, scope);
  }
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) {
    throw new TradingFailure(
      'BODY_TOO_LARGE',
      `The body is too large; at most ${bodyLimit} bytes are accepted`,
      { context: { limit: bodyLimit } },
    );
  }
}
