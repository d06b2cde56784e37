/** Which requests are recorded: those that change something, and those refused for who asked; nobody's are summed up. */
import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AuditEntry } from './audit-entry';
import { AuditTrail } from './audit-trail';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const REFUSED_AT_THE_DOOR = new Set([401, 403]);

declare module 'fastify' {
  interface FastifyRequest {
    receivedAtMs: number;
  }
  interface FastifyReply {
    /** The stable code of the failure that is being sent. */
    failureCode: string | undefined;
  }
}

export function auditRequests(instance: FastifyInstance, trail: AuditTrail): void {
  instance.decorateRequest('receivedAtMs', 0);
  instance.decorateReply('failureCode', undefined);
  instance.addHook('onRequest', (request, _reply, done) => {
    request.receivedAtMs = Date.now();
    done();
  });
  instance.addHook('onSend', (request, reply, payload, done) => {
    const isRefusal = REFUSED_AT_THE_DOOR.has(reply.statusCode);
    const isChange = !READING.has(request.method) && request.caller !== undefined;
    if (!isRefusal && !isChange) return done(null, payload);
    if (!request.caller) {
      trail.sumUp(entryOf(request, reply));
      return done(null, payload);
    }
    const stored = trail.record(entryOf(request, reply));
    if (!isChange) return done(null, payload);
    void stored.then(() => done(null, payload));
  });
}

function entryOf(request: FastifyRequest, reply: FastifyReply): AuditEntry {
  const { statusCode: status } = reply;
  return {
    actor: request.caller?.actor ?? 'nobody',
    traceId: request.traceId,
    request: {
      method: request.method,
      route: request.routeOptions.url ?? null,
      target: targetOf(request),
      remoteIp: request.ip,
      outcome: status < 400 ? 'done' : status < 500 ? 'refused' : 'failed',
      status,
      code: reply.failureCode ?? null,
      receivedAtMs: request.receivedAtMs || Date.now(),
      durationMs: Math.round(reply.elapsedTime),
    },
  };
}

/** Only the ids that an address or an order carries; nothing else of a body may get into the record. */
function targetOf({ params, body, query }: FastifyRequest): string | null {
  for (const source of [params, body, query]) {
    const { id, clientOrderId, symbol } = (source ?? {}) as Record<string, unknown>;
    const target = id ?? clientOrderId ?? symbol;
    if (typeof target === 'string') return target.slice(0, 64);
  }
  return null;
}
