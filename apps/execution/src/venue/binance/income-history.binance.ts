/**
 * Binance's income history, which it keeps for three months. Spot has no such list; what its trades of a symbol moved
 * is told in the same words.
 */
import { FuturesIncome, SpotTrade, futures, spot } from '@elvis/binance';
import { IncomeItem, ListIncome } from '@elvis/contracts';
import { Decimal, Instrument } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { IncomeHistory } from '../income-history';
import { VenueMarkets } from '../venue-markets';
import { ExchangeCalls } from '../../limiter/calls/exchange-calls';
import { unreadable } from './binance-orders';
import { readFrom } from './binance-reads';

type Assets = Pick<Instrument, 'baseAsset' | 'quoteAsset'>;

@Injectable()
export class BinanceIncomeHistory extends IncomeHistory {
  constructor(
    private readonly calls: ExchangeCalls,
    private readonly markets: VenueMarkets,
  ) {
    super();
  }

  async listIncome(span: ListIncome): Promise<readonly IncomeItem[]> {
    const { market, symbol, fromMs, toMs, limit, page } = span;
    if (market === 'spot') return symbol === undefined ? [] : this.ofTrades(symbol, span);
    const answer = await readFrom(
      this.calls,
      futures.income({ startTime: fromMs, endTime: toMs, limit, page: page ?? 1 }),
    );
    if (!Array.isArray(answer)) throw unreadable('no list of bookings');
    return (answer as readonly FuturesIncome[]).map(toIncome);
  }

  private async ofTrades(
    symbol: string,
    { fromMs, toMs, limit }: ListIncome,
  ): Promise<readonly IncomeItem[]> {
    const listed = (await this.markets.spot.instruments()).find((instrument) => instrument.symbol === symbol);
    if (!listed) return [];
    const answer = await readFrom(
      this.calls,
      spot.myTrades(symbol, { startTime: fromMs, endTime: toMs, limit }),
    );
    if (!Array.isArray(answer)) throw unreadable('no list of trades');
    return (answer as readonly SpotTrade[]).flatMap((trade) => moved(trade, listed));
  }
}

/** What a spot trade moved: of the base asset, of the quote asset, and its fee if it had one. */
function moved(trade: SpotTrade, { baseAsset, quoteAsset }: Assets): IncomeItem[] {
  const { symbol, id, qty, quoteQty, commission, commissionAsset, time, isBuyer } = trade;
  const booked = (type: string, asset: string, text: string, sign: 1 | -1): IncomeItem => ({
    transactionId: `${id}`,
    type,
    symbol,
    asset,
    amount: new Decimal(text).times(sign).toFixed(),
    tradeId: `${id}`,
    info: null,
    atMs: time,
  });
  return [
    booked('TRADE', baseAsset, qty, isBuyer ? 1 : -1),
    booked('TRADE', quoteAsset, quoteQty, isBuyer ? -1 : 1),
    ...(new Decimal(commission).isZero() ? [] : [booked('COMMISSION', commissionAsset, commission, -1)]),
  ];
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
