/** When, where and how large our fills were; one pass over them for all five views. */
import { DistributionLine, GetTradeDistribution, TradeDistributionReply } from '@elvis/contracts';
import { OrderSide } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { statement } from '../database/conditions';
import { resultOf, scopeOf, total } from './figure-scope';

/** Bounds of the sizes, in quote. */
const SIZES = ['0', '10', '100', '1000', '10000', '100000'] as const;

interface Row extends DistributionLine, QueryResultRow {
  readonly view: number;
  readonly hour: number;
  readonly weekday: number;
  readonly side: OrderSide;
  readonly symbol: string;
  readonly size: number;
}

@Injectable()
export class TradeDistribution {
  constructor(private readonly database: Database) {}

  async of(filter: GetTradeDistribution): Promise<TradeDistributionReply> {
    const conditions = scopeOf(filter);
    const rows = await this.database.rows<Row>(
      statement(`SELECT grouping(hour, weekday, side, symbol, size) AS view, hour, weekday, side, symbol, size,
          count(*)::float8 AS trades, ${total('quote_quantity')} AS volume, ${total('brought')} AS realized
        FROM (SELECT extract(hour FROM created_at AT TIME ZONE 'UTC')::int AS hour,
            extract(isodow FROM created_at AT TIME ZONE 'UTC')::int AS weekday, side, symbol,
            width_bucket(quote_quantity, ARRAY[${SIZES.join(', ')}]::numeric[]) - 1 AS size,
            quote_quantity, ${resultOf(filter)} AS brought
          FROM trades ${conditions.where}) AS seen
        GROUP BY GROUPING SETS ((hour), (weekday), (side), (symbol), (size))
        ORDER BY hour, weekday, side, symbol, size`),
      conditions.values,
    );
    return {
      byHour: viewed(rows, 0b01111, ({ hour }) => ({ hour })),
      byWeekday: viewed(rows, 0b10111, ({ weekday }) => ({ weekday })),
      bySide: viewed(rows, 0b11011, ({ side }) => ({ side })),
      bySymbol: viewed(rows, 0b11101, ({ symbol }) => ({ symbol })),
      byNotional: viewed(rows, 0b11110, ({ size }) => ({
        from: SIZES[size] ?? '0',
        to: SIZES[size + 1] ?? null,
      })),
    };
  }
}

/** `grouping()` sets a bit for each column that a row is *not* grouped by. */
const viewed = <Key extends object>(
  rows: readonly Row[],
  view: number,
  keyOf: (row: Row) => Key,
): (DistributionLine & Key)[] =>
  rows
    .filter((row) => row.view === view)
    .map((row) => ({ ...keyOf(row), trades: row.trades, volume: row.volume, realized: row.realized }));
