/**
 * Whether the database has what was acknowledged on the event log. One that was restored to an older copy has not, and what
 * it lacks would never come again: until `npm run rewind` has set the consumers back, nothing is taken in.
 */
import { EVENT_STREAM, EventEnvelope, TRADE_HISTORY_CONSUMER } from '@elvis/contracts';
import { Health, LOG, Log, NATS } from '@elvis/platform';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { NatsConnection, StoredMsg } from 'nats';
import { Database } from '../database/database';

const RETRY_MS = 1_000;
const NOT_LOOKED = 'Comparing the database with the event log';
const LACKING =
  'The database lacks events that were acknowledged on the event log: it was restored to an older copy, or is another one. Run `npm run rewind`; nothing is taken in until then';

@Injectable()
export class Acknowledged implements OnModuleDestroy {
  private problem: string | undefined = NOT_LOOKED;
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: Database,
    @Inject(NATS) private readonly nats: NatsConnection,
    health: Health,
    @Inject(LOG) private readonly log: Log,
  ) {
    health.require('history', () => this.problem);
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** Resolves once nothing is lacking, or the service stops. */
  async untilStored(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        if (await this.isStored()) {
          this.problem = undefined;
          return;
        }
        if (this.problem !== LACKING) this.log.error(LACKING);
        this.problem = LACKING;
      } catch (error) {
        this.log.warn({ err: error }, 'The event log or the database could not be asked; retrying');
      }
      await pause(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** The last event up to which all were acknowledged stands for those before it: a batch is stored in one piece. */
  private async isStored(): Promise<boolean> {
    const manager = await this.nats.jetstreamManager({ checkAPI: false });
    const { ack_floor } = await manager.consumers.info(EVENT_STREAM, TRADE_HISTORY_CONSUMER);
    if (ack_floor.stream_seq === 0) return true;
    const message = await manager.streams
      .getMessage(EVENT_STREAM, { seq: ack_floor.stream_seq })
      .catch(whereGone);
    if (!message) return true;
    const [found] = await this.database.rows<{ isStored: boolean }>(
      `SELECT EXISTS (SELECT FROM event_ids WHERE event_id = $1)
        OR EXISTS (SELECT FROM dead_letters WHERE stream_sequence = $2) AS "isStored"`,
      [idOf(message), message.seq],
    );
    return found?.isStored === true;
  }
}

/** Null where it is no event: those are dead letters. */
function idOf(message: StoredMsg): string | null {
  try {
    return message.json<Partial<EventEnvelope>>().id ?? null;
  } catch {
    return null;
  }
}

/** What the log does not hold any more cannot be missed by reading on. */
function whereGone(error: unknown): undefined {
  if ((error as { api_error?: { code?: number } }).api_error?.code === 404) return undefined;
  throw error;
}
