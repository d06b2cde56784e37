/** Binance's income history, which it keeps for three months. Spot has no such list; there nothing is booked. */
import { FuturesIncome, futures } from '@elvis/binance';
import { IncomeItem, ListIncome } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { IncomeBook } from '../income-book';
import { ExchangeCalls } from '../limiter/exchange-calls';
import { unreadable } from './binance-orders';
import { readFrom } from './binance-reads';

@Injectable()
export class BinanceIncomeBook extends IncomeBook {
  constructor(private readonly calls: ExchangeCalls) {
    super();
  }

  async list({ market, fromMs, toMs, limit, page }: ListIncome): Promise<readonly IncomeItem[]> {
    if (market !== 'futures') return [];
    const answer = await readFrom(
      this.calls,
      futures.income({ startTime: fromMs, endTime: toMs, limit, page: page ?? 1 }),
    );
    if (!Array.isArray(answer)) throw unreadable('no list of bookings');
    return (answer as readonly FuturesIncome[]).map(toIncome);
  }
}

function toIncome(row: FuturesIncome): IncomeItem {
  const { tranId, incomeType, symbol, asset, income, tradeId, info, time } = row;
  if (tranId === undefined || typeof incomeType !== 'string' || typeof income !== 'string')
    throw unreadable('a booking without id, kind or amount');
  return {
    transactionId: `${tranId}`,
    type: incomeType,
    symbol: textOf(symbol),
    asset,
    amount: new Decimal(income).toFixed(),
    tradeId: textOf(tradeId),
    info: textOf(info),
    atMs: time,
  };
}

const textOf = (value: string | number | undefined): string | null =>
  value === undefined || value === '' ? null : `${value}`;
