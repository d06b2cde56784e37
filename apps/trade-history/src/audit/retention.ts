/**
 * Drops whole months that are no longer to be kept. Before the audit log's oldest months go, the hash that the rest
 * follows from is signed, so that what is left can still be verified.
 */
import { LOG, Log, Rounds } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database';
import { PartitionedTable } from '../database/partitions';
import { TradeHistoryConfig } from '../trade-history.config';
import { Checkpointer } from './checkpointer';

const EVERY_MS = 6 * 3_600_000;
const FIRST_MS = 60_000;

@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.round());

  constructor(
    private readonly database: Database,
    private readonly checkpointer: Checkpointer,
    private readonly config: TradeHistoryConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(FIRST_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** Answers the partitions that were dropped. */
  async apply(nowMs: number): Promise<string[]> {
    const {
      TRADES_RETENTION_MONTHS: trades,
      AUDIT_RETENTION_MONTHS: audit,
      CANDLES_RETENTION_MONTHS: candles,
    } = this.config;
    return [
      ...(trades > 0 ? await this.dropOlder('trades', oldestKept(nowMs, trades)) : []),
      ...(candles > 0 ? await this.dropOlder('candles', oldestKept(nowMs, candles)) : []),
      ...(audit > 0 ? await this.dropOlder('audit_log', oldestKept(nowMs, audit)) : []),
    ];
  }

  private async dropOlder(table: PartitionedTable, oldest: string): Promise<string[]> {
    const partitions = await this.database.rows<{ name: string }>(
      `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = $1::regclass AND relname < $2 ORDER BY relname`,
      [table, `${table}_${oldest}`],
    );
    const dropped: string[] = [];
    for (const { name } of partitions) {
      // The newest entry always stays: a log without any could not be told from one that was cut off.
      if (table === 'audit_log' && !(await this.signEndOf(name))) break;
      if (!(await this.dropMonth(table, name))) break;
      this.log.warn(
        { partition: name },
        'A month of records was deleted because its retention period is over',
      );
      dropped.push(name);
    }
    return dropped;
  }

  /** The database drops only what its owner allows, counted from the newest entry's time; the rest waits. */
  private async dropMonth(table: PartitionedTable, partition: string): Promise<boolean> {
    const month = `${partition.slice(-7).replace('_', '-')}-01`;
    const [answer] = await this.database.rows<{ dropped: boolean }>(
      'SELECT drop_month_partition($1, $2) AS dropped',
      [table, month],
    );
    return answer?.dropped === true;
  }

  /** Answers whether there is something behind this month. */
  private async signEndOf(partition: string): Promise<boolean> {
    const [end] = await this.database.rows<{ seq: number; hash: string }>(
      `SELECT seq::float8 AS seq, encode(hash, 'hex') AS hash FROM "${partition}" ORDER BY seq DESC LIMIT 1`,
    );
    const [head] = await this.database.rows<{ seq: number }>('SELECT seq::float8 AS seq FROM audit_head');
    if (!end) return true;
    if (!head || head.seq <= end.seq) return false;
    await this.checkpointer.signAt(end);
    return true;
  }

  private async round(): Promise<number> {
    try {
      await this.apply(Date.now());
    } catch (error) {
      this.log.warn(
        { err: error },
        'Months of records past their retention period could not be deleted; retrying',
      );
    }
    return EVERY_MS;
  }
}

/** `2026_09` in November 2026 with two months kept beside the present one. */
const oldestKept = (nowMs: number, months: number): string => {
  const now = new Date(nowMs);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1))
    .toISOString()
    .slice(0, 7)
    .replace('-', '_');
};
