/** What trading cost, by asset and period. A fee in a third asset counts at the price recorded when it was paid. */
import { FeeLine, FeesReply, GetFees } from '@elvis/contracts';
import { Decimal, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { millis, statement } from '../database/conditions';
import { scopeOf, total } from './figure-scope';

@Injectable()
export class Fees {
  constructor(private readonly database: Database) {}

  async of({ period, ...filter }: GetFees): Promise<FeesReply> {
    const conditions = scopeOf(filter);
    const start =
      period === 'all' ? 'NULL::timestamp' : `date_trunc('${period}', created_at AT TIME ZONE 'UTC')`;
    const items = await this.database.rows<FeeLine>(
      statement(`SELECT ${millis('period')} AS "periodStartMs", fee_asset AS asset, ${total('fee')} AS fee,
          ${total('fee_quote')} AS "feeQuote",
          ${total('CASE WHEN fee_quote IS NULL THEN fee END')} AS unconverted, count(*)::float8 AS trades
        FROM (SELECT ${start} AS period, * FROM trades ${conditions.where}) AS paid
        GROUP BY period, fee_asset ORDER BY period, fee_asset`),
      conditions.values,
    );
    return {
      items,
      totalQuote: items.reduce((sum, { feeQuote }) => sum.plus(feeQuote), ZERO).toFixed(),
      isComplete: items.every(({ unconverted }) => new Decimal(unconverted).isZero()),
    };
  }
}
