/** The daily statement, prepared when asked and every night for the day before; a difference is an alarm. */
import { DailyStatement, GetDailyStatement } from '@elvis/contracts';
import { LOG, Log, Metrics, Rounds } from '@elvis/platform';
import { Decimal, MARKETS, Market, TradingFailure } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database';
import { DAY_MS } from '../domain/ratios';
import { Booking, reconcile } from '../domain/statement';
import { IncomeRecorder } from './income-recorder';

/** A booking's time and its trade's may stand on two sides of midnight. */
const MARGIN_MS = 60_000;
/** No exchange booked anything before; the database knows no year 0, and the exchange no time before 1970. */
const FIRST_DAY_MS = Date.parse('2009-01-01T00:00:00Z');
const NIGHTLY_AFTER_MS = 10 * 60_000;
const LOOK_MS = 60_000;

interface BookingRow extends Omit<Booking, 'amount'> {
  readonly amount: string;
  readonly isInside: boolean;
}

const IS_INSIDE = 'created_at >= $2 AND created_at < $3';

const FILLS = `FROM trades LEFT JOIN instruments USING (market, symbol)
  WHERE market = $1 AND created_at >= $4 AND created_at < $5`;
const line = (type: string, asset: string, amount: string): string => `
  SELECT '${type}' AS type, symbol, coalesce(${asset}, '') AS asset, trade_id AS "tradeId", (${amount})::text AS amount,
    ${IS_INSIDE} AS "isInside" ${FILLS}`;
const signed = (amount: string, ofSide: string): string =>
  `CASE side WHEN '${ofSide}' THEN ${amount} ELSE -${amount} END`;

/** What our fills say the exchange booked; on spot what each of them moved. */
const OURS = {
  futures: [
    line('REALIZED_PNL', 'quote_asset', 'realized_pnl'),
    line('COMMISSION', 'fee_asset', '-fee'),
  ].join(' UNION ALL '),
  spot: [
    line('TRADE', 'base_asset', signed('quantity', 'BUY')),
    line('TRADE', 'quote_asset', signed('quote_quantity', 'SELL')),
    line('COMMISSION', 'fee_asset', '-fee'),
  ].join(' UNION ALL '),
} as const;

const SPOT_SYMBOLS = `SELECT DISTINCT symbol FROM trade_days WHERE market = 'spot'`;

const THEIRS = `
  SELECT type, nullif(symbol, '') AS symbol, asset, trade_id AS "tradeId", amount::text AS amount,
    ${IS_INSIDE} AS "isInside"
  FROM income WHERE market = $1 AND created_at >= $4 AND created_at < $5`;

const KEEP = `
  INSERT INTO statements (market, day, statement, is_reconciled, prepared_at) VALUES ($1, $2, $3, $4, now())
  ON CONFLICT (market, day) DO UPDATE SET statement = EXCLUDED.statement,
    is_reconciled = EXCLUDED.is_reconciled, prepared_at = EXCLUDED.prepared_at`;

@Injectable()
export class Statements implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.nightly());
  private readonly prepared = new Map<Market, { readonly day: string; readonly differences: number }>();
  private readonly unreconciled;

  constructor(
    private readonly database: Database,
    private readonly income: IncomeRecorder,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.unreconciled = metrics.gauge(
      'elvis_history_statement_differences',
      'Differences between the last daily statement and the exchange',
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start(LOOK_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /**
   * @throws TradingFailure MESSAGE_MALFORMED there is no such day, or it has not begun
   * @throws TradingFailure SERVICE_UNREACHABLE the exchange's bookings cannot be had
   */
  async of({ market, day }: GetDailyStatement): Promise<DailyStatement> {
    const startMs = Date.parse(`${day}T00:00:00.000Z`);
    const isDay = !Number.isNaN(startMs) && new Date(startMs).toISOString().startsWith(day);
    if (!isDay || startMs < FIRST_DAY_MS || startMs > Date.now()) {
      throw new TradingFailure(
        'MESSAGE_MALFORMED',
        '`day` must be a valid date from 2009 on, not in the future',
      );
    }
    const endMs = startMs + DAY_MS;
    await this.fetch(market, startMs - MARGIN_MS, Math.min(endMs + MARGIN_MS, Date.now()));
    const [day0, day1] = [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
    const margin0 = new Date(startMs - MARGIN_MS).toISOString();
    const margin1 = new Date(endMs + MARGIN_MS).toISOString();
    const around = await this.database.rows<BookingRow>(OURS[market], [market, day0, day1, margin0, margin1]);
    const booked = await this.database.rows<BookingRow>(THEIRS, [market, day0, day1, margin0, margin1]);
    const ours = around.filter(({ isInside }) => isInside).map(toBooking);
    // A booking belongs to the day of its trade; only one whose trade is not ours goes by its own time.
    const dayOfTrade = new Map(around.map((row) => [tradeOf(row), row.isInside]));
    const exchange = booked.filter((row) => dayOfTrade.get(tradeOf(row)) ?? row.isInside).map(toBooking);
    const { lines, differences } = reconcile(ours, exchange);
    const statement: DailyStatement = {
      market,
      day,
      lines: lines.map(({ asset, type, ours: mine, exchange: booked }) => ({
        asset,
        type,
        ours: mine?.toFixed() ?? null,
        exchange: booked.toFixed(),
        difference: mine ? booked.minus(mine).toFixed() : null,
      })),
      differences: differences.map((difference) => ({
        ...difference,
        ours: difference.ours?.toFixed() ?? null,
        exchange: difference.exchange?.toFixed() ?? null,
      })),
      isReconciled: differences.length === 0,
      trades: new Set(ours.map(tradeOf)).size,
      preparedAtMs: Date.now(),
    };
    await this.database.rows(KEEP, [market, day, JSON.stringify(statement), statement.isReconciled]);
    return statement;
  }

  /** Spot has no list of bookings; its trades are asked for by symbol, of each that was ever traded here. */
  private async fetch(market: Market, fromMs: number, toMs: number): Promise<void> {
    if (market === 'futures') return this.income.fetch(market, fromMs, toMs);
    const traded = await this.database.rows<{ symbol: string }>(SPOT_SYMBOLS);
    for (const { symbol } of traded) await this.income.fetchTrades(symbol, fromMs, toMs);
  }

  /** Answers when to look again. */
  private async nightly(): Promise<number> {
    const day = new Date(Date.now() - NIGHTLY_AFTER_MS - DAY_MS).toISOString().slice(0, 10);
    for (const market of MARKETS) {
      if (this.prepared.get(market)?.day === day) continue;
      try {
        const { isReconciled, differences } = await this.of({ market, day });
        this.prepared.set(market, { day, differences: differences.length });
        if (isReconciled)
          this.log.info(
            { market, day },
            'The daily statement was compared: the recorded fills agree with the bookings of the exchange',
          );
        else
          this.log.error(
            { market, day, differences: differences.slice(0, 20) },
            'The daily statement differs: the recorded fills and the bookings of the exchange do not agree. Compare them at GET /api/v1/daily_statement',
          );
      } catch (error) {
        this.log.info(
          { market, day, reason: error instanceof Error ? error.message : error },
          'The daily statement could not be prepared yet; retrying',
        );
      }
    }
    const last = [...this.prepared.values()];
    this.unreconciled.set(last.reduce((sum, { differences }) => sum + differences, 0));
    return LOOK_MS;
  }
}

const tradeOf = ({ symbol, tradeId }: Pick<Booking, 'symbol' | 'tradeId'>): string => `${symbol} ${tradeId}`;

const toBooking = ({ type, symbol, asset, tradeId, amount }: BookingRow): Booking => ({
  type,
  symbol,
  asset,
  tradeId,
  amount: new Decimal(amount),
});
