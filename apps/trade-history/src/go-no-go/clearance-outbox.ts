/**
 * Tells of judgements, decisions and revocations: each is in a row of its own, written with the change, until the event log
 * has it. One that is told twice is one, by its id.
 */
import { EventContract, clearanceRevoked, goNoGoDecided, goNoGoJudged } from '@elvis/contracts';
import { EventLog, LOG, Log, Rounds } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { PoolClient } from 'pg';
import { statement } from '../database/conditions';
import { Database } from '../database/database';

const LOOK_MS = 2_000;
const AT_ONCE = 100;
const CONTRACTS: readonly EventContract<object>[] = [goNoGoJudged, goNoGoDecided, clearanceRevoked];
const UNTOLD = statement(
  `SELECT id, type, actor, data FROM clearance_events WHERE told_at IS NULL ORDER BY created_at LIMIT ${AT_ONCE}`,
);
const TOLD = statement('UPDATE clearance_events SET told_at = now() WHERE id = $1');

interface Untold {
  readonly id: string;
  readonly type: string;
  readonly actor: string;
  readonly data: object;
}

@Injectable()
export class ClearanceOutbox implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.tellAll());

  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(0);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** In the transaction of the change; the same id is one event. */
  async write<Data extends object>(
    client: Pick<PoolClient, 'query'>,
    { type }: EventContract<Data>,
    { id, actor, data }: { readonly id: string; readonly actor: string; readonly data: Data },
  ): Promise<void> {
    await client.query(
      'INSERT INTO clearance_events (id, type, actor, data) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [id, type, actor, JSON.stringify(data)],
    );
  }

  /** Something was written. */
  soon(): void {
    this.rounds.runWithin(0);
  }

  private async tellAll(): Promise<number> {
    await this.database.untilMigrated();
    try {
      for (const { id, type, actor, data } of await this.database.rows<Untold & object>(UNTOLD)) {
        const contract = CONTRACTS.find((each) => each.type === type);
        if (contract) await this.events.publish(contract, data, { id, actor });
        await this.database.rows(TOLD, [id]);
      }
    } catch (error) {
      this.log.warn(
        { err: error },
        'A judgement, decision or revocation could not be told to the event log; it is kept and told again',
      );
    }
    return LOOK_MS;
  }
}
