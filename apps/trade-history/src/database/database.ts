/**
 * The connection to PostgreSQL. It may go away and come back at any time, also before the first contact: until it is
 * there and its schema is up to date every query is refused as STORE_UNAVAILABLE and this service is not ready.
 */
import { Health, LOG, Log } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import {
  Inject,
  Injectable,
  OnApplicationBootstrap,
  OnApplicationShutdown,
  OnModuleDestroy,
} from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool, PoolClient, QueryResultRow } from 'pg';
import { DataSource, EntityManager } from 'typeorm';
import { TradeHistoryConfig } from '../trade-history.config';
import { STATEMENT_TIMEOUT_MS, clientConfig } from './data-source';
import { migrateOrLook } from './prepare';

const CONNECTIONS = 8;
const WALKING_CONNECTIONS = 4;
/**
 * How a connection is told to plan each statement once, and by an index that is in order already: not knowing the
 * values it would count on few rows to sort, and meet a whole month of a busy bot.
 */
export const WALKING = '-c plan_cache_mode=force_generic_plan -c enable_sort=off';
const RETRY_MS = 500;
const CHECK_MS = 2_000;
const NOT_PREPARED =
  'The database schema is out of date, so queries are refused and events wait: run migrate.js as the owner of the database';

/** A statement with a name is prepared once per connection; its text must never vary. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /**
   * Reads rows in the order of an index that its conditions leave no choice of. That is planned once per connection
   * for whatever values: over the months of a long history the plan takes longer to find than to run.
   */
  readonly isWalk?: boolean;
}

@Injectable()
export class Database implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  readonly pool: Pool;
  /** Connections that walk. They stay: a new one would have to sign in and plan before its first answer. */
  private readonly walks: Pool;
  private unavailableReason: string | undefined = 'Connecting to the database';
  private migrated = false;
  private stopped = false;
  private checkTimer: NodeJS.Timeout | undefined;
  private readonly whenReady: (() => void)[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly config: TradeHistoryConfig,
    health: Health,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.pool = new Pool({ ...clientConfig(config), max: CONNECTIONS, idleTimeoutMillis: 60_000 });
    this.walks = new Pool({
      ...clientConfig(config),
      options: WALKING,
      max: WALKING_CONNECTIONS,
      idleTimeoutMillis: 0,
    });
    for (const pool of [this.pool, this.walks]) pool.on('error', (error) => this.markUnavailable(error));
    health.require('database', () => this.unavailableReason);
  }

  onApplicationBootstrap(): void {
    void this.open();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearTimeout(this.checkTimer);
    for (const resolve of this.whenReady.splice(0)) resolve();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.pool.end(), this.walks.end()]);
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  /** Resolves once the schema is up to date, or the service stops. */
  async untilMigrated(): Promise<void> {
    if (this.migrated || this.stopped) return;
    await new Promise<void>((resolve) => this.whenReady.push(resolve));
  }

  /** @throws TradingFailure STORE_UNAVAILABLE the database is unavailable; nothing was read */
  async rows<Row extends QueryResultRow>(
    statement: Statement | string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    if (!this.migrated) throw unavailable(this.unavailableReason);
    try {
      if (typeof statement === 'string') return (await this.pool.query<Row>(statement, values)).rows;
      const { name, text, isWalk } = statement;
      const pool = isWalk ? this.walks : this.pool;
      return (await pool.query<Row>({ name, text, values })).rows;
    } catch (error) {
      throw this.explain(error);
    }
  }

  /**
   * Runs `work` in one transaction, committed when it returns.
   *
   * @throws TradingFailure STORE_UNAVAILABLE the database is unavailable; whether it was committed is not known
   */
  async transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (!this.migrated) throw unavailable(this.unavailableReason);
    let client: PoolClient | undefined;
    // Between two statements a dying server tells nobody but a listener, and without one the process would end.
    const lost = (error: Error): void => this.markUnavailable(error);
    try {
      client = await this.pool.connect();
      client.on('error', lost);
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      client.off('error', lost);
      client.release();
      return result;
    } catch (error) {
      // A connection in an unknown state is not used again; closing it rolls back.
      client?.release(true);
      throw this.explain(error);
    }
  }

  /**
   * Runs `work` on entities in one transaction, over connections of their own, which migrations use too and which
   * therefore have no time limit but this one.
   *
   * @throws TradingFailure STORE_UNAVAILABLE the database is unavailable; whether a change was stored is not known
   */
  async entities<T>(work: (entities: EntityManager) => Promise<T>): Promise<T> {
    if (!this.migrated) throw unavailable(this.unavailableReason);
    try {
      return await this.dataSource.transaction(async (entities) => {
        await entities.query(`SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
        return work(entities);
      });
    } catch (error) {
      throw this.explain(error);
    }
  }

  private async open(): Promise<void> {
    while (!this.stopped) {
      try {
        if ((await migrateOrLook(this.dataSource, this.config)) === 'not prepared') {
          this.notPrepared();
          await pause(RETRY_MS);
          continue;
        }
        if (!this.dataSource.isInitialized) await this.dataSource.initialize();
        this.migrated = true;
        this.markAvailable();
        for (const resolve of this.whenReady.splice(0)) resolve();
        this.scheduleCheck();
        return;
      } catch (error) {
        this.unavailableReason = isUnavailable(error)
          ? 'The database is unavailable'
          : 'The database schema could not be migrated; retrying. Queries are refused and events wait until it is';
        if (isUnavailable(error))
          this.log.warn(
            { reason: reasonOf(error) },
            'The database is unavailable; connecting is retried, queries are refused and events wait until it is back',
          );
        else this.log.fatal({ err: error }, this.unavailableReason);
        await pause(RETRY_MS);
      }
    }
  }

  /** Its owner brings the schema up to date and gives this role its rights: `migrate.js`. */
  private notPrepared(): void {
    if (this.unavailableReason === NOT_PREPARED) return;
    this.unavailableReason = NOT_PREPARED;
    this.log.warn(NOT_PREPARED);
  }

  private scheduleCheck(): void {
    this.checkTimer = setTimeout(() => {
      void this.pool
        .query('SELECT 1')
        .then(
          () => this.markAvailable(),
          (error: unknown) => this.markUnavailable(error),
        )
        .finally(() => {
          if (!this.stopped) this.scheduleCheck();
        });
    }, CHECK_MS);
  }

  private explain(error: unknown): unknown {
    if (!isUnavailable(error)) return error;
    this.markUnavailable(error);
    return unavailable(this.unavailableReason, error);
  }

  private markAvailable(): void {
    if (this.unavailableReason) this.log.info('The database is available again; storing continues');
    this.unavailableReason = undefined;
  }

  private markUnavailable(error: unknown): void {
    if (!this.unavailableReason)
      this.log.warn(
        { reason: reasonOf(error) },
        'The database is unavailable; queries are refused and events wait until it is back',
      );
    this.unavailableReason = 'The database is unavailable';
  }
}

const unavailable = (unavailableReason: string | undefined, cause?: unknown): TradingFailure =>
  new TradingFailure(
    'STORE_UNAVAILABLE',
    `${unavailableReason ?? 'The database is unavailable'}. Retry later`,
    {
      cause,
      retryAfterMs: 1_000,
    },
  );

const CONNECTION_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Classes 08 (connection), 53 (resources) and 57P (shut down, starting up) end by themselves. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, message } = error as Error & { code?: string };
  if (code && (CONNECTION_ERRORS.has(code) || /^(08|53|57P)/.test(code))) return true;
  return /Connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable/i.test(
    message,
  );
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
