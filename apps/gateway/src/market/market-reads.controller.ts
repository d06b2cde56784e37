import {
  LEVELS_AT_MOST,
  MarketTrade,
  OrderBookUpdate,
  TRADES_KEPT,
  VenuesView,
  getMarketOrderBook,
  getMarketTrades,
  getVenues,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { MARKETS, Market } from '@elvis/trading';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { Needs } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { pathParameter, queryParameter, wholeNumber } from '../openapi/parameters';
import { orderFields, symbol } from '../openapi/schema-parts';
import { isoTime } from '../rest/iso-time';
import { SymbolName } from './market.controller';

class OrderBookQuery {
  @IsIn(MARKETS) readonly market: Market = 'futures';

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LEVELS_AT_MOST)
  readonly levels: number = 20;
}

class TradesQuery {
  @IsIn(MARKETS) readonly market: Market = 'futures';

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(TRADES_KEPT)
  readonly limit: number = 50;
}

const parameters = [
  pathParameter(
    'symbol',
    symbol,
    'Any that the exchange lists; it is followed from then on for half a minute.',
  ),
  queryParameter('market', orderFields.market, 'Which market.'),
];
const failures = { 404: ['INSTRUMENT_NOT_FOUND'], 503: ['MARKET_DATA_MISSING', 'OVERLOADED'] } as const;

/** Asked of market-data, which follows a symbol for whoever looks at it. */
@ApiTags('Market')
@Controller('api/v1')
export class MarketReadsController {
  constructor(private readonly bus: Bus) {}

  @Get('market/:symbol/book')
  @Describe({
    id: 'marketOrderBook',
    summary: 'The order book of any listed symbol',
    parameters: [
      ...parameters,
      queryParameter('levels', wholeNumber(1, LEVELS_AT_MOST, 20), 'Levels per side.'),
    ],
    answers: { 200: { description: 'In sequence, with its age.', schema: 'MarketDepth' } },
    failures,
  })
  @Needs('read')
  async orderBook(
    @Param() { symbol }: SymbolName,
    @Query() { market, levels }: OrderBookQuery,
  ): Promise<object> {
    const read: OrderBookUpdate = await this.bus.request(getMarketOrderBook, { market, symbol, levels });
    return { symbol, bids: read.bids, asks: read.asks, updateId: read.updateId, ageMs: read.ageMs };
  }

  @Get('market/:symbol/trades')
  @Describe({
    id: 'marketTrades',
    summary: 'The newest public trades of any listed symbol',
    parameters: [...parameters, queryParameter('limit', wholeNumber(1, TRADES_KEPT, 50), 'How many.')],
    answers: {
      200: { description: 'Newest first; empty until the first was heard.', schema: 'MarketTrades' },
    },
    failures: { 404: ['INSTRUMENT_NOT_FOUND'], 503: ['OVERLOADED'] },
  })
  @Needs('read')
  async trades(@Param() { symbol }: SymbolName, @Query() { market, limit }: TradesQuery): Promise<object> {
    const { trades } = await this.bus.request(getMarketTrades, { market, symbol, limit });
    return { symbol, market, items: trades.map(toBody), nextCursor: null };
  }

  @Get('venues')
  @Describe({
    id: 'venues',
    summary: 'The venues that market data comes from',
    description: 'State and losses of each connection, subscriptions, ages and gaps of each symbol.',
    answers: { 200: { description: 'As one replica of market-data has them.', schema: 'Venues' } },
  })
  @Needs('read')
  venues(): Promise<VenuesView> {
    return this.bus.request(getVenues, {});
  }
}

const toBody = ({
  tradeId,
  price,
  quantity,
  takerSide,
  eventTimeMs,
  tradeTimeMs,
  ageMs,
}: MarketTrade): object => ({
  tradeId,
  price,
  quantity,
  takerSide,
  time: isoTime(tradeTimeMs ?? eventTimeMs),
  ageMs,
});
