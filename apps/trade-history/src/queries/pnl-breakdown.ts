/**
 * Where profit and loss came from. By average cost a futures fill's result is the exchange's own; spot fills, and
 * everything when asked for first in first out, are worked out here from the first fill on.
 */
import { GetPnlBreakdown, PnlAmounts, PnlBreakdownReply, PnlLine } from '@elvis/contracts';
import { Decimal, OrderSide, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { AccountKeeper } from '../account/account-keeper';
import { Database } from '../database/database';
import { CostBasis } from '../domain/realized-pnl';
import { CURSOR_TIME, Conditions, asTime, millis, statement } from './conditions';
import { scopeOf, total } from './figure-scope';
import { tradeDays } from './trade-days';

const KEYS = {
  symbol: 'symbol',
  bot: `coalesce(bot_config_id::text, 'none')`,
  day: `to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
} as const;
const DAY_KEYS = { ...KEYS, day: `to_char(day, 'YYYY-MM-DD')` } as const;
const CHUNK = 5_000;

interface SumRow {
  readonly key: string;
  readonly realized: string;
  readonly fees: string;
  readonly trades: number;
  readonly volume: string;
}

/** Of the account's open positions, at `atMs` on the exchange's clock. */
interface Unrealized {
  readonly bySymbol: ReadonlyMap<string, Decimal>;
  readonly atMs: number;
}

interface WalkRow extends QueryResultRow {
  readonly id: string;
  readonly time: string;
  readonly atMs: number;
  readonly market: string;
  readonly symbol: string;
  readonly bot: string;
  readonly key: string;
  readonly side: OrderSide;
  readonly price: string;
  readonly quantity: string;
}

@Injectable()
export class PnlBreakdown {
  constructor(
    private readonly database: Database,
    private readonly account: AccountKeeper,
  ) {}

  async of(wish: GetPnlBreakdown): Promise<PnlBreakdownReply> {
    const { by, method } = wish;
    const [sums, walked, funding] = await Promise.all([this.sums(wish), this.walk(wish), this.funding(wish)]);
    const unrealized = this.unrealized(wish);
    const open = by === 'symbol' ? unrealized?.bySymbol : undefined;
    const keys = new Set([...sums.keys(), ...(funding?.keys() ?? []), ...(open?.keys() ?? [])]);
    const items = [...keys].sort().map((key): PnlLine => {
      const sum = sums.get(key);
      const realized = new Decimal(sum?.realized ?? 0).plus(walked.get(key) ?? ZERO);
      const funded = funding ? (funding.get(key) ?? ZERO) : null;
      return {
        key,
        ...amounts(realized, sum, funded),
        unrealized: open?.get(key)?.toFixed() ?? null,
        unrealizedAtMs: open?.has(key) ? (unrealized?.atMs ?? null) : null,
      };
    });
    return { by, method, items, total: totalOf(items, by, unrealized) };
  }

  private async sums({ by, method, ...filter }: GetPnlBreakdown): Promise<Map<string, SumRow>> {
    const realized =
      method === 'average' ? `CASE WHEN market = 'futures' THEN realized END` : 'NULL::numeric';
    const values: unknown[] = [];
    const rows = await this.database.rows<SumRow>(
      statement(`SELECT ${DAY_KEYS[by]} AS key, ${total(realized)} AS realized, ${total('fees')} AS fees,
          sum(trades)::float8 AS trades, ${total('volume')} AS volume
        FROM ${tradeDays(filter, values)} AS days GROUP BY 1 HAVING sum(trades) > 0`),
      values,
    );
    return new Map(rows.map((row) => [row.key, row]));
  }

  /** Goes through the fills from the first one, because what a close brings depends on all opens before it. */
  private async walk({
    by,
    method,
    fromMs,
    toMs,
    ...filter
  }: GetPnlBreakdown): Promise<Map<string, Decimal>> {
    const realized = new Map<string, Decimal>();
    const books = new Map<string, CostBasis>();
    let after: WalkRow | undefined;
    do {
      const conditions: Conditions = scopeOf({ ...filter, toMs });
      if (method === 'average') conditions.and(`market = 'spot'`);
      conditions.and('created_at >= ?::timestamptz', after?.time);
      conditions.and('(created_at, id) > (?::timestamptz, ?)', after?.time, after?.id);
      const rows: WalkRow[] = await this.database.rows<WalkRow>(
        statement(`SELECT id, ${CURSOR_TIME} AS time, ${millis('created_at')} AS "atMs", market, symbol,
            coalesce(bot_config_id::text, 'none') AS bot, ${KEYS[by]} AS key, side, price, quantity
          FROM trades ${conditions.where} ORDER BY created_at, id LIMIT ${CHUNK}`),
        conditions.values,
      );
      for (const row of rows) {
        // Bots share the account's position; a bot's own figures are worked out as if it were alone.
        const name = [row.market, row.symbol, ...(by === 'bot' || filter.botConfigId ? [row.bot] : [])].join(
          ' ',
        );
        const book = books.get(name) ?? new CostBasis(method);
        books.set(name, book);
        const result = book.apply({
          side: row.side,
          price: new Decimal(row.price),
          quantity: new Decimal(row.quantity),
        });
        if (fromMs !== undefined && row.atMs < fromMs) continue;
        realized.set(row.key, (realized.get(row.key) ?? ZERO).plus(result));
      }
      after = rows.length === CHUNK ? rows.at(-1) : undefined;
    } while (after);
    return realized;
  }

  /** Undefined where funding cannot be told apart: it is paid on the position that all bots share. */
  private async funding({ by, market, symbol, botConfigId, fromMs, toMs }: GetPnlBreakdown) {
    if (by === 'bot' || botConfigId) return undefined;
    const conditions = new Conditions()
      .and(`type = 'FUNDING_FEE'`)
      .and('market = ?', market)
      .and('symbol = ?', symbol)
      .and('created_at >= ?::timestamptz', asTime(fromMs))
      .and('created_at < ?::timestamptz', asTime(toMs));
    const rows = await this.database.rows<{ key: string; amount: string }>(
      statement(
        `SELECT ${KEYS[by]} AS key, ${total('amount')} AS amount FROM income ${conditions.where} GROUP BY 1`,
      ),
      conditions.values,
    );
    return new Map(rows.map(({ key, amount }) => [key, new Decimal(amount)]));
  }

  /** Of the account's open positions; only the present has any. */
  private unrealized({ market, symbol, botConfigId, toMs }: GetPnlBreakdown): Unrealized | undefined {
    if (botConfigId || toMs !== undefined || market === 'spot') return undefined;
    const present = this.account.present();
    if (!present) return undefined;
    const open = present.positions
      .filter((position) => !symbol || position.symbol === symbol)
      .filter(({ quantity }) => !new Decimal(quantity).isZero());
    return {
      bySymbol: new Map(open.map((position) => [position.symbol, new Decimal(position.unrealizedPnl)])),
      atMs: present.asOfMs,
    };
  }
}

const amounts = (
  realized: Decimal,
  sum: SumRow | undefined,
  funding: Decimal | null,
): Omit<PnlAmounts, 'unrealized' | 'unrealizedAtMs'> => {
  const fees = new Decimal(sum?.fees ?? 0);
  return {
    realized: realized.toFixed(),
    fees: fees.toFixed(),
    funding: funding?.toFixed() ?? null,
    net: realized
      .minus(fees)
      .plus(funding ?? ZERO)
      .toFixed(),
    trades: sum?.trades ?? 0,
    volume: sum?.volume ?? '0',
  };
};

function totalOf(
  items: readonly PnlLine[],
  by: GetPnlBreakdown['by'],
  unrealized: Unrealized | undefined,
): PnlAmounts {
  const sum = (pick: (line: PnlLine) => string | null): Decimal =>
    items.reduce((so, line) => so.plus(pick(line) ?? 0), ZERO);
  const open = unrealized && [...unrealized.bySymbol.values()].reduce((so, value) => so.plus(value), ZERO);
  return {
    realized: sum(({ realized }) => realized).toFixed(),
    fees: sum(({ fees }) => fees).toFixed(),
    funding:
      by === 'bot' || items.some(({ funding }) => funding === null)
        ? null
        : sum(({ funding }) => funding).toFixed(),
    net: sum(({ net }) => net).toFixed(),
    unrealized: open?.toFixed() ?? null,
    unrealizedAtMs: unrealized?.atMs ?? null,
    trades: items.reduce((so, { trades }) => so + trades, 0),
    volume: sum(({ volume }) => volume).toFixed(),
  };
}
