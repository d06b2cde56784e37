/** Users who are signed in, by session: what the database says of them now, not what their token said when it was made. */
import { findUser, userPerson } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { HolderCache } from './holder-cache';
import { Sessions } from './sessions';

export interface SessionName {
  readonly userId: string;
  readonly sessionId: string;
  readonly credentialVersion: number;
}

@Injectable()
export class KnownUsers extends HolderCache {
  /** `find` throws TOKEN_INVALID: signed out, disabled, or the password was changed since. */
  constructor(bus: Bus, sessions: Sessions) {
    super(async (name) => {
      const { userId, sessionId, credentialVersion } = parse(name);
      const [user, isOpen] = await Promise.all([
        bus.request(findUser, { userId }, { timeoutMs: 2_000 }).catch(unlessUnknown),
        // With Redis away nobody can be seen to have signed out; the database still has its say.
        sessions.isOpen(userId, sessionId).catch(() => true),
      ]);
      if (!user || user.isDisabled || user.credentialVersion !== credentialVersion || !isOpen) {
        throw new TradingFailure('TOKEN_INVALID', 'This session has ended; sign in again');
      }
      return {
        actor: `user:${userId}`,
        persons: [userPerson(userId)],
        scopes: new Set(user.scopes),
        credential: { kind: 'session', id: name },
        userId,
        sessionId,
      };
    });
  }
}

function unlessUnknown(error: unknown): undefined {
  if (error instanceof TradingFailure && error.code === 'USER_NOT_FOUND') return undefined;
  throw error;
}

/** One text for each, to find it by. */
export const sessionName = ({ userId, sessionId, credentialVersion }: SessionName): string =>
  `${userId}.${sessionId}.${credentialVersion}`;

function parse(name: string): SessionName {
  const [userId = '', sessionId = '', version] = name.split('.');
  return { userId, sessionId, credentialVersion: Number(version) };
}
