/** Who is asking, and what they may do. Set by authentication before anything else looks at the request. */
import { SCOPES, Scope } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FastifyRequest } from 'fastify';
import { LimitName } from '../limits/rate-limits';

export { SCOPES };
export type { Scope };

export interface Caller {
  /** How the audit names them: `key:environment`, `key:<id>` or `user:<id>`. */
  readonly actor: string;
  readonly remoteIp: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Whose things these are; a key that stands for a program has none. */
  readonly userId?: string;
}

export interface RouteRules {
  /** What a caller needs; `anyone` who is known; `public` for the few addresses that ask for no key. */
  readonly scope: Scope | 'anyone' | 'public';
  /** JSON is read whatever the content type says: nobody should fail to stop trading over a header. */
  readonly anyContentType?: boolean;
  /** A ticket in the query may stand for the key. */
  readonly ticket?: boolean;
  /** Null in the body means something here: back to what it was. */
  readonly allowNull?: boolean;
  /** Which per-IP limit it counts against; `DEFAULT` unless said otherwise. */
  readonly limit?: LimitName | 'none';
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined;
    traceId: string;
  }
  interface FastifyContextConfig {
    scope?: RouteRules['scope'];
    anyContentType?: boolean;
    allowNull?: boolean;
    ticket?: boolean;
    limit?: RouteRules['limit'];
  }
}

/** Declares what a route needs. A route without it stops the start. */
export const Needs = (scope: RouteRules['scope'], rules: Omit<RouteRules, 'scope'> = {}): MethodDecorator =>
  RouteConfig({ scope, ...rules });

/** The authenticated caller, as a parameter of a controller's method. */
export const From = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('A public route asks for its caller');
  return caller;
});

/** For what depends on more than the route. @throws TradingFailure SCOPE_MISSING */
export function requireScope({ scopes }: Caller, scope: Scope): void {
  if (scopes.has(scope)) return;
  throw new TradingFailure('SCOPE_MISSING', `This needs the scope ${scope}`, { context: { scope } });
}

/** @throws TradingFailure USER_REQUIRED the caller is a program */
export function requireUser({ userId }: Caller): string {
  if (userId !== undefined) return userId;
  throw new TradingFailure('USER_REQUIRED', 'This belongs to a user; sign in as one');
}
