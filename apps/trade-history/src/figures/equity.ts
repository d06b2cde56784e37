/** What the account was worth over time, from the snapshots that are taken every minute. */
import { EquityPoint, GetEquity } from '@elvis/contracts';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { Conditions, asTime, millis, statement } from '../database/conditions';

export interface EquityReply {
  readonly market: Market;
  readonly asset: string;
  readonly items: readonly EquityPoint[];
}

@Injectable()
export class Equity {
  constructor(private readonly database: Database) {}

  async of({ market, asset, fromMs, toMs, interval, limit }: GetEquity): Promise<EquityReply> {
    const conditions = new Conditions()
      .and('market = ?', market)
      .and('asset = ?', asset)
      .and('created_at >= ?::timestamptz', asTime(fromMs))
      .and('created_at < ?::timestamptz', asTime(toMs));
    const period =
      interval === 'raw' ? 'created_at' : `date_trunc('${interval}', created_at AT TIME ZONE 'UTC')`;
    const items = await this.database.rows<EquityPoint>(
      statement(`SELECT DISTINCT ON (${period}) ${millis('created_at')} AS "atMs", trim_scale(wallet)::text AS wallet,
          trim_scale(unrealized_pnl)::text AS "unrealizedPnl", trim_scale(equity)::text AS equity
        FROM equity_snapshots ${conditions.where}
        ORDER BY ${period} DESC, created_at DESC LIMIT ${conditions.place(limit)}`),
      conditions.values,
    );
    return { market, asset, items: items.reverse() };
  }
}
