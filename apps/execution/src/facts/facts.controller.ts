import {
  AccountView,
  DepthSnapshot,
  ExchangeCandle,
  FreshPosition,
  GetAccount,
  GetDepth,
  GetExchangeCandles,
  GetFreshPosition,
  InstrumentList,
  ListInstruments,
  MOST_EXCHANGE_CANDLES,
  getAccount,
  getDepth,
  getExchangeCandles,
  getFreshPosition,
  listInstruments,
} from '@elvis/contracts';
import { MINUTE_MS, TradingFailure } from '@elvis/trading';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { AccountFacts } from './account-facts';
import { ExecutionConfig } from '../execution.config';
import { FreshPositions } from './fresh-positions';
import { InstrumentCache } from '../venue/instrument-cache';
import { askedBy } from '../limiter/calls/asker';
import { VenueMarkets } from '../venue/venue-markets';

@Controller()
export class FactsController {
  constructor(
    private readonly facts: AccountFacts,
    private readonly instruments: InstrumentCache,
    private readonly venue: VenueMarkets,
    private readonly fresh: FreshPositions,
    private readonly config: ExecutionConfig,
  ) {}

  @MessagePattern(getAccount.subject)
  account(@Payload() { market, maxAgeMs }: GetAccount): Promise<AccountView> {
    return askedBy('account-query', () => this.facts.account(market, maxAgeMs));
  }

  @MessagePattern(getFreshPosition.subject)
  freshPosition(@Payload() { symbol }: GetFreshPosition): Promise<FreshPosition> {
    return askedBy('position-query', () => this.fresh.readPosition(symbol));
  }

  @MessagePattern(listInstruments.subject)
  async listInstruments(
    @Payload() { market, symbol, newerThanMs }: ListInstruments,
  ): Promise<InstrumentList> {
    const isMarketTraded = this.config.markets().includes(market);
    // A market whose address nobody named cannot be asked, and has nothing for us.
    if (!isMarketTraded && symbol === undefined) return { instruments: [], isMarketTraded };
    const { messages, asOfMs } = await this.instruments.listedOn(market);
    if (newerThanMs !== undefined && asOfMs <= newerThanMs)
      return { instruments: [], asOfMs, isUnchanged: true, isMarketTraded };
    const instruments =
      symbol === undefined ? messages : [await this.instruments.findInstrument(market, symbol)];
    return { instruments, asOfMs, isMarketTraded };
  }

  @MessagePattern(getDepth.subject)
  depth(@Payload() { market, symbol, limit }: GetDepth): Promise<DepthSnapshot> {
    return askedBy('depth-query', () => this.venue[market].depth(symbol, limit));
  }

  @MessagePattern(getExchangeCandles.subject)
  async candles(
    @Payload() { market, symbol, fromMs, toMs }: GetExchangeCandles,
  ): Promise<{ readonly candles: readonly ExchangeCandle[] }> {
    requireMinutes(fromMs, toMs);
    const candles = await askedBy('candle-query', () => this.venue[market].candles(symbol, fromMs, toMs));
    return { candles };
  }
}

/** @throws TradingFailure MESSAGE_MALFORMED */
function requireMinutes(fromMs: number, toMs: number): void {
  const minutes = (toMs - fromMs) / MINUTE_MS;
  if (
    fromMs % MINUTE_MS === 0 &&
    Number.isInteger(minutes) &&
    minutes > 0 &&
    minutes <= MOST_EXCHANGE_CANDLES
  )
    return;
  throw new TradingFailure(
    'MESSAGE_MALFORMED',
    `fromMs and toMs must be whole minutes with 1 to ${MOST_EXCHANGE_CANDLES} between them; nothing was read`,
  );
}
