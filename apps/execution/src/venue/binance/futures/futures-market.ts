/** What Binance lists of futures, and its order books; those of the exchange that the market streams come from. */
import { ExchangeInfo, FuturesDepth, futures, readInstruments } from '@elvis/binance';
import { DepthSnapshot, ExchangeCandle } from '@elvis/contracts';
import { Instrument } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { CallOptions, ExchangeCalls } from '../../../limiter/calls/exchange-calls';
import { MarketData } from '../../venue-markets';
import { readFrom } from '../binance-reads';
import { klineTerms, readKlines } from '../klines';
import { StreamsRest } from './streams-rest';

/** So deep a book is the beginning of one that is followed. No order is judged without it: it stands with new orders. */
const WHOLE_LEVELS = 500;

@Injectable()
export class BinanceFuturesMarket implements MarketData {
  constructor(
    private readonly calls: ExchangeCalls,
    private readonly streams: StreamsRest,
  ) {}

  async instruments(): Promise<readonly Instrument[]> {
    return readInstruments((await readFrom(this.calls, futures.exchangeInfo())) as ExchangeInfo, 'futures');
  }

  async depth(symbol: string, limit: number): Promise<DepthSnapshot> {
    if (this.streams.isElsewhere) return this.streams.depth(symbol, limit);
    const options: CallOptions = limit >= WHOLE_LEVELS ? { priority: 'P2' } : {};
    const { lastUpdateId, bids, asks } = (await readFrom(
      this.calls,
      futures.depth(symbol, limit),
      options,
    )) as FuturesDepth;
    return { lastUpdateId: `${lastUpdateId}`, bids, asks };
  }

  async candles(symbol: string, fromMs: number, toMs: number): Promise<readonly ExchangeCandle[]> {
    const terms = klineTerms(symbol, fromMs, toMs);
    if (this.streams.isElsewhere) return this.streams.candles(terms);
    return readKlines(await readFrom(this.calls, futures.klines(terms)));
  }
}
