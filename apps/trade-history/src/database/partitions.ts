/** Months of the partitioned tables, made ahead; ingest asks for any other month it meets. */
import { LOG, Log, Rounds } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database } from './database';

export type PartitionedTable = 'trades' | 'audit_log' | 'candles';

const TABLES: readonly PartitionedTable[] = ['trades', 'audit_log', 'candles'];
const MONTHS_AHEAD = 3;
const LOOK_MS = 6 * 3_600_000;

@Injectable()
export class Partitions implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly known = new Set<string>();
  private readonly rounds = new Rounds(() => this.lookAhead());

  constructor(
    private readonly database: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(0);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** Makes sure that rows of these times find their partition. */
  async ensure(table: PartitionedTable, timesMs: Iterable<number>): Promise<void> {
    for (const month of new Set([...timesMs].map(monthOf))) {
      if (this.known.has(`${table} ${month}`)) continue;
      await this.database.rows('SELECT make_month_partition($1, $2)', [table, month]);
      this.known.add(`${table} ${month}`);
    }
  }

  /** Answers when to look again. */
  private async lookAhead(): Promise<number> {
    await this.database.untilMigrated();
    const now = new Date();
    const months = Array.from({ length: MONTHS_AHEAD + 1 }, (_, index) =>
      Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + index, 1),
    );
    try {
      for (const table of TABLES) await this.ensure(table, months);
    } catch (error) {
      this.log.warn(
        { err: error },
        'The database partitions of the coming months could not be created; retrying. Storing fails once the present ones end',
      );
    }
    return LOOK_MS;
  }
}

const monthOf = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 7)}-01`;
