/** Who is asking, and what they may do. Set by authentication before anything else looks at the request. */
import { SCOPES, Scope } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants';
import { FastifyRequest } from 'fastify';
import { LimitName } from '../config/rate-limits';

export { SCOPES };
export type { Scope };

/** By what a caller is known, to ask again whether it still holds; no secret is in it. */
export interface Credential {
  readonly kind: 'environment' | 'key' | 'session';
  readonly id: string;
}

export interface Caller {
  /** How the audit names them: `key:environment`, `key:<id>` or `user:<id>`. */
  readonly actor: string;
  /** Who is behind the actor, to the last one who made a key: `user:<id>`, or the name of a key nobody made. */
  readonly persons: readonly string[];
  readonly remoteIp: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly credential: Credential;
  /** Whose things these are; a key that stands for a program has none. */
  readonly userId?: string;
  /** Of a key that is bound to one bot. */
  readonly botConfigId?: string;
  /** Of a user who signed in. */
  readonly sessionId?: string;
  /** The database could not be asked; these were the rights when it last could. */
  readonly isUnverified?: boolean;
}

export type Holder = Omit<Caller, 'remoteIp'>;

export interface RouteRules {
  /** What a caller needs; `anyone` who is known; `public` for the few addresses that ask for no key. */
  readonly scope: Scope | 'anyone' | 'public';
  /** JSON is read whatever the content type says: nobody should fail to stop trading over a header. */
  readonly anyContentType?: boolean;
  /** Text that is not well-formed is mended rather than refused: nobody should fail to stop trading over a letter. */
  readonly anyText?: boolean;
  /** A ticket in the query may stand for the key. */
  readonly ticket?: boolean;
  /** Null in the body means something here: back to what it was. */
  readonly allowNull?: boolean;
  /** The key is compared before anything is counted, and the limit counts failures only. */
  readonly keyFirst?: boolean;
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
    anyText?: boolean;
    allowNull?: boolean;
    ticket?: boolean;
    keyFirst?: boolean;
    limit?: RouteRules['limit'];
  }
}

/** Declares what a route needs. A route without it stops the start. */
export const Needs = (scope: RouteRules['scope'], rules: Omit<RouteRules, 'scope'> = {}): MethodDecorator =>
  RouteConfig({ scope, ...rules });

/** What `@Needs` says of a handler; undefined where it says nothing. */
export const scopeOf = (handler: object): RouteRules['scope'] | undefined =>
  (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as RouteRules | undefined)?.scope;

/** The authenticated caller, as a parameter of a controller's method. */
export const From = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('This route is public and has no caller; declare a scope with @Needs');
  return caller;
});

/** What may be done on the word of a database that cannot be asked any more: reading, and stopping. */
const HARMLESS: ReadonlySet<Scope> = new Set(['read', 'halt']);

/**
 * For what depends on more than the route.
 *
 * @throws TradingFailure SCOPE_MISSING
 * @throws TradingFailure SERVICE_UNREACHABLE whether the caller still has it cannot be asked
 */
export function requireScope({ scopes, isUnverified }: Caller, scope: Scope): void {
  if (!scopes.has(scope)) {
    throw new TradingFailure(
      'SCOPE_MISSING',
      `This request requires the scope ${scope}; nothing was done. Use a key or a user that has it`,
      {
        context: { scope },
      },
    );
  }
  if (!isUnverified || HARMLESS.has(scope)) return;
  throw new TradingFailure(
    'SERVICE_UNREACHABLE',
    'Permissions cannot be verified right now; only reading and emergency stops are accepted. Retry later',
  );
}

/** Nobody gives what he lacks. @throws TradingFailure SCOPE_MISSING */
export function requireScopes(caller: Caller, scopes: Iterable<Scope>): void {
  for (const scope of scopes) requireScope(caller, scope);
}

/**
 * The bot that this is of: a key that is bound to one speaks for that bot alone, whether it names it or not.
 *
 * @throws TradingFailure BOT_NOT_ALLOWED it names another
 */
export function botOf({ botConfigId: bound }: Caller, named: string | undefined): string | undefined {
  if (bound === undefined || named === undefined || named === bound) return bound ?? named;
  throw new TradingFailure('BOT_NOT_ALLOWED', `This key may only act for bot ${bound}; nothing was done`, {
    context: { botConfigId: bound },
  });
}

/** Whose a caller's bots are: a user's keys and sessions own together, a key without a user owns what was made with it. */
export const ownerOf = ({ userId, actor }: Caller): string =>
  userId === undefined ? actor : `user:${userId}`;

/** For what only who signed in may do, not who holds a key of theirs. @throws TradingFailure USER_REQUIRED */
export function requireSession({ userId, sessionId }: Caller): { userId: string; sessionId: string } {
  if (userId !== undefined && sessionId !== undefined) return { userId, sessionId };
  throw new TradingFailure('USER_REQUIRED', 'This request requires a user session; sign in first');
}

/** @throws TradingFailure USER_REQUIRED the caller is a program */
export function requireUser({ userId }: Caller): string {
  if (userId !== undefined) return userId;
  throw new TradingFailure('USER_REQUIRED', 'This request requires a user; sign in first');
}
