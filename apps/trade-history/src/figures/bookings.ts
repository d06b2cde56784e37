/**
 * The exchange's bookings that are results and that no fill tells of: funding, and whatever else it gave or took, a
 * liquidation's clearance above all. What was moved in or out is no result.
 */
import { GetPnlBreakdown, Incomplete } from '@elvis/contracts';
import { Decimal, ZERO } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { Conditions, asTime, statement } from '../database/conditions';
import { together } from './day-sums';
import { total } from './figure-scope';
import { cut } from './trade-days';

const FROM_FILLS = ['REALIZED_PNL', 'COMMISSION', 'TRADE'];
const MOVED = [
  'TRANSFER',
  'INTERNAL_TRANSFER',
  'CROSS_COLLATERAL_TRANSFER',
  'STRATEGY_UMFUTURES_TRANSFER',
  'COIN_SWAP_DEPOSIT',
  'COIN_SWAP_WITHDRAW',
  'AUTO_EXCHANGE',
];
const NO_RESULTS = [...FROM_FILLS, ...MOVED].map((type) => `'${type}'`).join(', ');

/** Nobody can tell whose funding was; what the insurance fund took or gave is a liquidation's. */
const KEYS = {
  symbol: `coalesce(nullif(symbol, ''), 'account')`,
  bot: `CASE type WHEN 'INSURANCE_CLEAR' THEN 'liquidation' ELSE 'account' END`,
  day: `to_char(day, 'YYYY-MM-DD')`,
} as const;

export interface Booked {
  readonly funding: Decimal;
  readonly other: Decimal;
  readonly incomplete: readonly Incomplete[];
}

export const NOTHING_BOOKED: Booked = { funding: ZERO, other: ZERO, incomplete: [] };

interface Row {
  readonly key: string;
  readonly asset: string;
  readonly funding: string;
  readonly other: string;
  readonly isQuote: boolean;
}

@Injectable()
export class Bookings {
  constructor(private readonly database: Database) {}

  /** Undefined for a bot: bots share the account's position. */
  async of({ by, botConfigId, ...scope }: GetPnlBreakdown): Promise<Map<string, Booked> | undefined> {
    if (botConfigId) return undefined;
    const values: unknown[] = [];
    const rows = await this.database.rows<Row>(
      statement(`SELECT ${KEYS[by]} AS key, asset, ${total(`CASE WHEN type = 'FUNDING_FEE' THEN amount END`)} AS funding,
          ${total(`CASE WHEN type <> 'FUNDING_FEE' THEN amount END`)} AS other,
          bool_or(EXISTS (SELECT 1 FROM instruments AS i WHERE i.market = days.market AND i.quote_asset = days.asset))
            AS "isQuote"
        FROM ${incomeDays(scope, values)} AS days WHERE type NOT IN (${NO_RESULTS}) GROUP BY 1, 2`),
      values,
    );
    const booked = new Map<string, Booked>();
    for (const { key, asset, funding, other, isQuote } of rows) {
      const so = booked.get(key) ?? NOTHING_BOOKED;
      const isLeftOut = !isQuote && !new Decimal(other).isZero();
      booked.set(key, {
        funding: so.funding.plus(funding),
        other: so.other.plus(isQuote ? other : 0),
        incomplete: together([
          so.incomplete,
          isLeftOut ? [{ what: 'BOOKINGS_UNCONVERTED', asset, amount: other }] : [],
        ]),
      });
    }
    return booked;
  }
}

type Scope = Pick<GetPnlBreakdown, 'market' | 'symbol' | 'fromMs' | 'toMs'>;

/** Whole days from their sums, and the parts of a day at both ends from the bookings themselves. */
function incomeDays(scope: Scope, values: unknown[]): string {
  const { whole, parts } = cut(scope);
  const rows = parts.map(({ fromMs, toMs }) => {
    const conditions = bookedIn(scope, values)
      .and('created_at >= ?::timestamptz', asTime(fromMs))
      .and('created_at < ?::timestamptz', asTime(toMs));
    return `SELECT market, (created_at AT TIME ZONE 'UTC')::date AS day, type, symbol, asset, amount
      FROM income ${conditions.where}`;
  });
  const days = bookedIn(scope, values)
    .and('day >= ?::date', asTime(whole?.fromMs)?.slice(0, 10))
    .and('day < ?::date', asTime(whole ? whole.toMs : 0)?.slice(0, 10));
  return `(${[`SELECT market, day, type, symbol, asset, amount FROM income_days ${days.where}`, ...rows].join(' UNION ALL ')})`;
}

const bookedIn = ({ market, symbol }: Scope, values: unknown[]): Conditions =>
  new Conditions(values).and('market = ?', market).and('symbol = ?', symbol);
