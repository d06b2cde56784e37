/** Results first in, first out: worked out from the first fill on, because what a close brings depends on all before it. */
import { GetPnlBreakdown } from '@elvis/contracts';
import { Decimal, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { Traded, toPositionFill } from '../domain/position-fill';
import { SymbolLots } from '../domain/symbol-lots';
import { CURSOR_TIME, Conditions, asTime, millis, statement } from '../database/conditions';
import { OWNER, isByOwnLots } from './figure-scope';

const KEYS = {
  symbol: 'symbol',
  bot: OWNER,
  day: `to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
} as const;
const CHUNK = 5_000;

interface WalkRow extends Traded, QueryResultRow {
  readonly id: string;
  readonly time: string;
  readonly atMs: number;
  readonly symbol: string;
  readonly key: string;
  readonly baseAsset: string | null;
}

export interface FifoResults {
  readonly realized: ReadonlyMap<string, Decimal>;
  /** What the account realised more than its owners. */
  readonly apart: Decimal;
  /** Fills by group that could not be booked, because nobody has told their assets. */
  readonly unbooked: ReadonlyMap<string, number>;
}

@Injectable()
export class Fifo {
  constructor(private readonly database: Database) {}

  async of(wish: GetPnlBreakdown): Promise<FifoResults> {
    const realized = new Map<string, Decimal>();
    const unbooked = new Map<string, number>();
    let apart = ZERO;
    const symbols = new Map<string, SymbolLots>();
    const which = isByOwnLots(wish) ? 'own' : 'account';
    for await (const row of this.walk(wish)) {
      const name = `${row.market} ${row.symbol}`;
      const lots = symbols.get(name) ?? new SymbolLots('fifo');
      symbols.set(name, lots);
      const fill = toPositionFill(row, row.baseAsset ?? undefined);
      const booked = fill && lots.apply(fill);
      const result = booked?.[which].realized;
      const isAsked = wish.botConfigId === undefined || row.botConfigId === wish.botConfigId;
      if (!isAsked || (wish.fromMs !== undefined && row.atMs < wish.fromMs)) continue;
      if (booked) apart = apart.plus(booked.account.realized).minus(booked.own.realized);
      if (result) realized.set(row.key, (realized.get(row.key) ?? ZERO).plus(result));
      else unbooked.set(row.key, (unbooked.get(row.key) ?? 0) + 1);
    }
    return { realized, apart, unbooked };
  }

  private async *walk({ by, market, symbol, botConfigId, toMs }: GetPnlBreakdown): AsyncGenerator<WalkRow> {
    const isAlone = botConfigId === undefined || (await this.isAlone(botConfigId));
    let after: WalkRow | undefined;
    do {
      const conditions = new Conditions()
        .and('market = ?', market)
        .and('symbol = ?', symbol)
        .and('created_at < ?::timestamptz', asTime(toMs))
        .and('created_at >= ?::timestamptz', after?.time)
        .and('(created_at, id) > (?::timestamptz, ?)', after?.time, after?.id);
      if (isAlone) conditions.and('bot_config_id = ?', botConfigId);
      else
        conditions.and(
          '(market, symbol) IN (SELECT days.market, days.symbol FROM trade_days AS days WHERE days.bot_config_id = ?)',
          botConfigId,
        );
      const rows: WalkRow[] = await this.database.rows<WalkRow>(
        statement(`SELECT id, ${CURSOR_TIME} AS time, ${millis('created_at')} AS "atMs", market, symbol,
            ${KEYS[by]} AS key, side, price, quantity, quote_quantity AS "quoteQuantity", fee, fee_asset AS "feeAsset",
            realized_pnl AS "realizedPnl", bot_config_id AS "botConfigId", origin, base_asset AS "baseAsset"
          FROM (SELECT * FROM trades ${conditions.where} ORDER BY created_at, id LIMIT ${CHUNK}) AS chunk
          LEFT JOIN instruments USING (market, symbol) ORDER BY created_at, id`),
        conditions.values,
      );
      yield* rows;
      after = rows.length === CHUNK ? rows.at(-1) : undefined;
    } while (after);
  }

  /** Nothing but its own fills moves a bot's lots, unless something that is no bot traded what it trades. */
  private async isAlone(botConfigId: string): Promise<boolean> {
    const others = await this.database.rows(
      statement(`SELECT 1 FROM trade_days AS days JOIN trade_days AS others USING (market, symbol)
        WHERE days.bot_config_id = $1 AND others.bot_config_id IS NULL AND others.trades > 0 LIMIT 1`),
      [botConfigId],
    );
    return others.length === 0;
  }
}
