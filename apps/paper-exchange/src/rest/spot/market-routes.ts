/** Public spot data over REST: rules, books, trades, candles. */
import { SymbolMarket, WindowRule } from '@elvis/simulation';
import { recentAverage } from '../../candles/recent-average';
import { levelsText } from '../../json/market-json';
import { CandleHistory } from '../../candles/candle-history';
import { aggregateRows, announced, candleRows, tradeRows } from '../market-rows';
import { MarketMeters } from '../../meters/market-meters';
import { Params } from '../params';
import { Call, Route } from '../route';
import { SpotSymbols } from './asked-markets';
import { aheadOf } from './time-zone';

interface SpotMarketData {
  readonly symbols: SpotSymbols;
  readonly meters: MarketMeters;
  readonly rawRequests: WindowRule;
  history(symbol: string): CandleHistory;
}

const FIVE_MINUTES = 300_000;

export function spotMarketRoutes(data: SpotMarketData): Route[] {
  const { symbols } = data;
  const { rules } = data.meters;
  const get = (path: string, weight: Route['weight'], answer: Route['answer']): Route => ({
    method: 'GET',
    path: `/api/v3/${path}`,
    security: 'NONE',
    weight,
    answer,
  });
  const marketOf = ({ params }: Call): SymbolMarket => symbols.one(params);
  const tapeOf = (symbol: string) => data.history(symbol).tape;
  const candles = (call: Call): string => {
    const { instrument } = marketOf(call);
    const answer = { most: 1000, isSpot: true, aheadMs: aheadOf(call.params) };
    return candleRows(call.params, data.history(instrument.symbol), instrument, call.now, answer);
  };
  const trades = (call: Call): string => {
    const { instrument } = marketOf(call);
    return tradeRows(call.params, tapeOf(instrument.symbol), instrument, true);
  };

  return [
    get('ping', 1, () => '{}'),
    get('time', 1, ({ now }) => `{"serverTime":${now}}`),
    get('exchangeInfo', 20, (call) =>
      JSON.stringify({
        timezone: 'UTC',
        serverTime: call.now,
        rateLimits: [
          announced('REQUEST_WEIGHT', rules.weight),
          ...rules.orders.map((rule) => announced('ORDERS', rule)),
          announced('RAW_REQUESTS', data.rawRequests),
        ],
        exchangeFilters: [],
        symbols: symbols.info(call.params),
      }),
    ),
    get('depth', depthWeight, (call) => {
      const market = marketOf(call);
      const limit = call.params.limit(100, 5000);
      const side = (which: 'BUY' | 'SELL') => levelsText(market.levels(which, limit), market.instrument);
      return `{"lastUpdateId":${market.lastUpdateId},"bids":${side('BUY')},"asks":${side('SELL')}}`;
    }),
    get('trades', 25, trades),
    get('historicalTrades', 25, trades),
    get('aggTrades', 4, (call) => {
      const { instrument } = marketOf(call);
      return aggregateRows(call.params, tapeOf(instrument.symbol), instrument, true);
    }),
    get('klines', 2, candles),
    get('uiKlines', 2, candles),
    get('avgPrice', 2, (call) => {
      const market = marketOf(call);
      const average = recentAverage(market, data.history(market.instrument.symbol));
      return `{"mins":5,"price":"${average}","closeTime":${call.now - (call.now % FIVE_MINUTES)}}`;
    }),
  ];
}

function depthWeight(params: Params): number {
  const limit = Number(params.get('limit') ?? 100);
  return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
}
