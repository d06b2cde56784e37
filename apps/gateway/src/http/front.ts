/**
 * What every request passes before it reaches a controller, in this order: trace id, who is asking, what they may
 * do, how large the body is. A route that does not declare what it needs stops the start.
 */
import { TRACE_HEADER, currentTraceId, withTrace } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { FastifyInstance, FastifyRequest } from 'fastify';
import { Authentication } from '../identity/authentication';
import { RouteRules } from '../identity/caller';
import { answerFailure } from './failure-answer';
import { readJsonBodies } from './request-body';

export interface ServedRoute {
  readonly method: string;
  readonly url: string;
  readonly scope: RouteRules['scope'];
}

/** Answers the list of routes; it fills as they are registered. */
export function setUpFront(
  instance: FastifyInstance,
  authentication: Authentication,
  bodyLimit: number,
): readonly ServedRoute[] {
  const routes: ServedRoute[] = [];
  readJsonBodies(instance);
  instance.decorateRequest('caller', undefined);
  instance.decorateRequest('traceId', '');

  instance.addHook('onRoute', ({ url, method, config }) => {
    if (config?.scope === undefined) {
      throw new Error(`${String(method)} ${url} does not declare what it needs`);
    }
    for (const one of [method].flat()) routes.push({ method: one, url, scope: config.scope });
  });

  instance.addHook('onRequest', (request, reply, done) => {
    const given = request.headers[TRACE_HEADER];
    withTrace(typeof given === 'string' ? given : undefined, () => {
      request.traceId = currentTraceId();
      reply.header(TRACE_HEADER, request.traceId);
      done();
    });
  });

  instance.addHook('onRequest', (request, reply, done) => {
    try {
      admit(request, authentication, bodyLimit);
      done();
    } catch (failure) {
      if (!(failure instanceof TradingFailure)) return done(failure as Error);
      answerFailure(failure, request, reply);
    }
  });

  // Reading a body leaves the context that the first hook made, so it is entered again.
  instance.addHook('preValidation', (request, _reply, done) => withTrace(request.traceId, done));
  return routes;
}

function admit(request: FastifyRequest, authentication: Authentication, bodyLimit: number): void {
  const { scope } = request.routeOptions.config;
  if (scope === 'public') return;
  const caller = authentication.identify(request);
  if (scope !== undefined && !caller.scopes.has(scope)) {
    throw new TradingFailure('SCOPE_MISSING', `This needs the scope ${scope}`, { context: { scope } });
  }
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) {
    throw new TradingFailure('BODY_TOO_LARGE', `A body may have at most ${bodyLimit} bytes`, {
      context: { limit: bodyLimit },
    });
  }
  request.caller = caller;
}
