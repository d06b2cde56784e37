/**
 * Who is signed in, by session: what the database says of the user, or of the key that began it, now, not what their token
 * said when it was made.
 */
import { findUser, userPerson } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Caller, Holder } from './caller';
import { EnvironmentKey } from './environment-key';
import { HolderCache } from './holder-cache';
import { fetchKeyHolder } from './known-keys';
import { Sessions } from './sessions';

export interface SessionName {
  readonly userId: string;
  readonly sessionId: string;
  readonly credentialVersion: number;
}

@Injectable()
export class KnownUsers extends HolderCache {
  /** `find` throws TOKEN_INVALID: signed out, disabled, or the password was changed or the key revoked since. */
  constructor(
    private readonly bus: Bus,
    private readonly sessions: Sessions,
    private readonly environment: EnvironmentKey,
  ) {
    super((name) =>
      parseSessionName(name).userId.startsWith('key:') ? this.ofKey(name) : this.ofUser(name),
    );
  }

  private async ofUser(name: string): Promise<Holder> {
    const { userId, sessionId, credentialVersion } = parseSessionName(name);
    const [user, isOpen] = await Promise.all([
      this.bus.request(findUser, { userId }, { timeoutMs: 2_000 }).catch(unlessUnknown),
      // With Redis away nobody can be seen to have signed out; the database still has its say.
      this.sessions.isOpen(userId, sessionId).catch(() => true),
    ]);
    if (!user || user.isDisabled || user.credentialVersion !== credentialVersion || !isOpen) throw ended();
    return {
      actor: `user:${userId}`,
      persons: [userPerson(userId)],
      scopes: new Set(user.scopes),
      credential: { kind: 'session', id: name },
      userId,
      sessionId,
    };
  }

  /** It may do what its key may, and has no user's rights of its own. */
  private async ofKey(name: string): Promise<Holder> {
    const { userId: actor, sessionId } = parseSessionName(name);
    const begun = (await this.sessions.find(actor, sessionId))?.credential;
    if (!begun) throw ended();
    const holder =
      begun.kind === 'environment'
        ? this.environment.holderOf(begun.id)
        : await fetchKeyHolder(this.bus, begun.id).catch(unlessRevoked);
    if (holder?.actor !== actor) throw ended();
    return { ...holder, credential: { kind: 'session', id: name } };
  }
}

const ended = (): TradingFailure =>
  new TradingFailure('TOKEN_INVALID', 'This session has ended; sign in again');

function unlessRevoked(error: unknown): undefined {
  if (error instanceof TradingFailure && error.kind === 'UNAUTHORIZED') return undefined;
  throw error;
}

function unlessUnknown(error: unknown): undefined {
  if (error instanceof TradingFailure && error.code === 'USER_NOT_FOUND') return undefined;
  throw error;
}

/** One text for each, to find it by. */
export const sessionName = ({ userId, sessionId, credentialVersion }: SessionName): string =>
  `${userId}.${sessionId}.${credentialVersion}`;

/** The session by which somebody asks, a user's or a key's. @throws TradingFailure USER_REQUIRED it is none */
export function sessionOf({ credential: { kind, id } }: Caller): SessionName {
  if (kind === 'session') return parseSessionName(id);
  throw new TradingFailure('USER_REQUIRED', 'This request requires a session; sign in first');
}

function parseSessionName(name: string): SessionName {
  const [userId = '', sessionId = '', version] = name.split('.');
  return { userId, sessionId, credentialVersion: Number(version) };
}
