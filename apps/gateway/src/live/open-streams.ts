/**
 * Every stream that is open, by who listens. Each second it is asked again whether they still may; a stream of a key that
 * was revoked, of a user who signed out or is disabled, or of somebody who lost the scope to read is closed.
 */
import { Rounds } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Authentication } from '../identity/authentication';
import { Caller, Credential } from '../identity/caller';

const EVERY_MS = 1_000;

interface OpenStream {
  readonly credential: Credential;
  readonly close: (reason: string) => void;
}

@Injectable()
export class OpenStreams implements OnModuleInit, OnModuleDestroy {
  private readonly streams = new Set<OpenStream>();
  private readonly rounds = new Rounds(() => this.closeRevoked());

  constructor(private readonly authentication: Authentication) {}

  onModuleInit(): void {
    this.rounds.start(EVERY_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** `close` ends the stream; answers what to call when it has ended, no matter who ended it. */
  opened({ credential }: Caller, close: (reason: string) => void): () => void {
    const stream = { credential, close };
    this.streams.add(stream);
    return () => this.streams.delete(stream);
  }

  private async closeRevoked(): Promise<number> {
    const credentials = new Map([...this.streams].map(({ credential }) => [nameOf(credential), credential]));
    const looks = [...credentials.values()].map(async (credential) => {
      const reason = await this.reasonToClose(credential);
      if (reason === undefined) return;
      for (const stream of [...this.streams]) {
        if (nameOf(stream.credential) === nameOf(credential)) stream.close(reason);
      }
    });
    await Promise.all(looks);
    return EVERY_MS;
  }

  /** What cannot be asked closes nothing. */
  private async reasonToClose(credential: Credential): Promise<string | undefined> {
    try {
      const { scopes } = await this.authentication.holderOf(credential);
      return scopes.has('read') ? undefined : 'This key or user no longer has the scope read';
    } catch (error) {
      const isOver = error instanceof TradingFailure && error.kind === 'UNAUTHORIZED';
      return isOver ? 'This key or session was revoked or has expired' : undefined;
    }
  }
}

const nameOf = ({ kind, id }: Credential): string => `${kind}:${id}`;
