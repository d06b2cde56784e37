/** Public futures data over REST: time, rules, books, prices, trades and candles. */
import {
  dayStatistics,
  ExchangeInfoRow,
  foldedPrices,
  fromMoney,
  FuturesExchange,
  FuturesSymbol,
  PriceCandles,
  quietDay,
  refusals,
  Tape,
  WindowRule,
} from '@elvis/simulation';
import {
  dayFigures,
  levelsText,
  priceText,
  quantityText,
  toldCandleText,
  topOf,
} from '../../json/market-json';
import { CandleHistory } from '../../candles/candle-history';
import { aggregateRows, announced, candleRows, intervalOf, spanOf, tradeRows } from '../market-rows';
import { fundingsOf } from './fundings';
import { toldPast } from './told-past';
import { Params } from '../params';
import { Call, Method, Route } from '../route';

const DEPTH_WEIGHTS: Readonly<Record<number, number>> = {
  5: 2,
  10: 2,
  20: 2,
  50: 2,
  100: 5,
  500: 10,
  1000: 20,
};
const ASSETS = [
  { asset: 'USDT', marginAvailable: true, autoAssetExchange: '-100' },
  { asset: 'BTC', marginAvailable: true, autoAssetExchange: '-0.00100000' },
  { asset: 'ETH', marginAvailable: true, autoAssetExchange: '-0.00100000' },
  { asset: 'BNB', marginAvailable: true, autoAssetExchange: '-0.00100000' },
];

interface FuturesMarketData {
  readonly exchange: FuturesExchange;
  readonly rows: readonly ExchangeInfoRow[];
  readonly rateLimits: { weight: WindowRule; orders: readonly WindowRule[] };
  history(symbol: string): CandleHistory;
  told(symbol: string): { mark: PriceCandles; index: PriceCandles; premium: PriceCandles };
}

export function futuresMarketRoutes(data: FuturesMarketData): Route[] {
  const { exchange } = data;
  const tapeOf = (symbol: string): Tape => data.history(symbol).tape;
  const symbolOf = ({ params }: Call): FuturesSymbol => exchange.symbol(params.get('symbol'));
  const get = (
    path: string,
    weight: Route['weight'],
    answer: Route['answer'],
    method: Method = 'GET',
  ): Route => ({
    method,
    path,
    security: 'NONE',
    weight,
    answer,
  });
  /** One symbol's object, or without a symbol the array of all. */
  const oneOrAll = (call: Call, each: (symbol: FuturesSymbol) => string): string =>
    call.params.get('symbol') === undefined
      ? `[${[...exchange.symbols.values()].map(each).join(',')}]`
      : each(symbolOf(call));
  const perSymbol =
    (one: number, all: number) =>
    (params: Params): number =>
      params.get('symbol') === undefined ? all : one;

  const price = (now: number, symbol: FuturesSymbol): string =>
    `{"symbol":"${symbol.instrument.symbol}","price":"${priceText(symbol.market.lastPrice, symbol.instrument)}","time":${now}}`;
  const bookTicker = (now: number, { market, instrument }: FuturesSymbol): string => {
    const { bid, ask } = topOf(market);
    return `{"lastUpdateId":${market.lastUpdateId},"symbol":"${instrument.symbol}","bidPrice":"${bid.price}","bidQty":"${bid.quantity}","askPrice":"${ask.price}","askQty":"${ask.quantity}","time":${now}}`;
  };
  const premium = (now: number, symbol: FuturesSymbol): string => {
    const mark = fromMoney(symbol.markPrice);
    return `{"symbol":"${symbol.instrument.symbol}","markPrice":"${mark}","indexPrice":"${fromMoney(symbol.indexPrice)}","estimatedSettlePrice":"${mark}","lastFundingRate":"${fromMoney(symbol.fundingRatePpb / 10n)}","interestRate":"0.00010000","nextFundingTime":${symbol.nextFundingTime},"time":${now}}`;
  };
  const ticker = (now: number, { instrument, market }: FuturesSymbol): string => {
    const day = dayStatistics(tapeOf(instrument.symbol), now) ?? quietDay(market.lastPrice, now);
    const figures = dayFigures(day, instrument);
    const { prints } = tapeOf(instrument.symbol);
    const lastQuantity = quantityText(prints[prints.length - 1]?.quantity ?? 0, instrument);
    return `{"symbol":"${instrument.symbol}","priceChange":"${figures.change}","priceChangePercent":"${figures.percent}","weightedAvgPrice":"${figures.average}","lastPrice":"${figures.last}","lastQty":"${lastQuantity}","openPrice":"${figures.open}","highPrice":"${figures.high}","lowPrice":"${figures.low}","volume":"${figures.volume}","quoteVolume":"${figures.quoteVolume}","openTime":${day.openTime},"closeTime":${now},"firstId":${day.firstTradeId},"lastId":${day.lastTradeId},"count":${day.trades}}`;
  };
  const candles = (call: Call, name = 'symbol'): string => {
    const { instrument } = exchange.symbol(call.params.get(name));
    const rules = { most: 1500, isSpot: false };
    return candleRows(call.params, data.history(instrument.symbol), instrument, call.now, rules);
  };
  const toldCandles = (call: Call, which: 'mark' | 'index' | 'premium', name = 'symbol'): string => {
    const { instrument } = exchange.symbol(call.params.get(name));
    const interval = intervalOf(call.params, false);
    const past = toldPast(data.history(instrument.symbol), which, instrument, interval, call);
    const told = foldedPrices(data.told(instrument.symbol)[which].candles, interval);
    const { startTime = 0, endTime = Infinity, limit } = spanOf(call.params, 1500);
    const rows = [
      ...past.filter(({ openTime }) => openTime < (told[0]?.openTime ?? Infinity)),
      ...told,
    ].filter(({ openTime }) => openTime >= startTime && openTime <= endTime);
    const chosen = startTime === 0 ? rows.slice(-limit) : rows.slice(0, limit);
    return `[${chosen.map((candle) => toldCandleText(candle, interval.after(candle.openTime))).join(',')}]`;
  };
  const trades = (most: number) => (call: Call) => {
    const { instrument } = symbolOf(call);
    return tradeRows(call.params, tapeOf(instrument.symbol), instrument, false, most);
  };

  return [
    // Clients that load every market ask for the coin-margined ones: there are none.
    get('/dapi/v1/exchangeInfo', 1, ({ now }) =>
      JSON.stringify({
        timezone: 'UTC',
        serverTime: now,
        rateLimits: [announced('REQUEST_WEIGHT', data.rateLimits.weight)],
        exchangeFilters: [],
        symbols: [],
      }),
    ),
    get('/fapi/v1/ping', 1, () => '{}'),
    get('/fapi/v1/time', 1, ({ now }) => `{"serverTime":${now}}`),
    get('/fapi/v1/exchangeInfo', 1, ({ now }) =>
      JSON.stringify({
        timezone: 'UTC',
        serverTime: now,
        futuresType: 'U_MARGINED',
        rateLimits: [
          announced('REQUEST_WEIGHT', data.rateLimits.weight),
          ...[...data.rateLimits.orders].reverse().map((rule) => announced('ORDERS', rule)),
        ],
        exchangeFilters: [],
        assets: ASSETS,
        symbols: data.rows,
      }),
    ),
    get(
      '/fapi/v1/depth',
      (params) => DEPTH_WEIGHTS[Number(params.get('limit') ?? 500)] ?? 1,
      (call) => {
        const { market, instrument } = symbolOf(call);
        const text = call.params.get('limit') ?? '500';
        if (Number(text) > 1000) throw refusals.badData('limit');
        if (DEPTH_WEIGHTS[Number(text)] === undefined) throw refusals.badDepthLimit(text);
        const side = (which: 'BUY' | 'SELL') => levelsText(market.levels(which, Number(text)), instrument);
        return `{"lastUpdateId":${market.lastUpdateId},"E":${call.now},"T":${call.now},"bids":${side('BUY')},"asks":${side('SELL')}}`;
      },
    ),
    get('/fapi/v1/trades', 5, trades(1000)),
    { ...get('/fapi/v1/historicalTrades', 200, trades(500)), security: 'KEY' },
    get('/fapi/v1/aggTrades', 20, (call) => {
      const { instrument } = symbolOf(call);
      const [startTime, endTime] = [call.params.time('startTime'), call.params.time('endTime')];
      if (startTime !== undefined && endTime !== undefined && endTime - startTime >= HOUR_MS)
        throw refusals.spanTooLong(1);
      return aggregateRows(call.params, tapeOf(instrument.symbol), instrument, false);
    }),
    get('/fapi/v1/klines', klineWeight, (call) => candles(call)),
    get('/fapi/v1/continuousKlines', klineWeight, (call) =>
      // Of the other contracts none is played.
      call.params.oneOf('contractType', CONTRACT_TYPES) === 'PERPETUAL' ? candles(call, 'pair') : '[]',
    ),
    get('/fapi/v1/markPriceKlines', klineWeight, (call) => toldCandles(call, 'mark')),
    get('/fapi/v1/indexPriceKlines', klineWeight, (call) => toldCandles(call, 'index', 'pair')),
    get('/fapi/v1/premiumIndexKlines', klineWeight, (call) => toldCandles(call, 'premium')),
    get('/fapi/v1/premiumIndex', perSymbol(1, 10), (call) =>
      oneOrAll(call, (symbol) => premium(call.now, symbol)),
    ),
    get('/fapi/v1/ticker/price', perSymbol(1, 2), (call) =>
      oneOrAll(call, (symbol) => price(call.now, symbol)),
    ),
    get('/fapi/v2/ticker/price', perSymbol(1, 2), (call) =>
      oneOrAll(call, (symbol) => price(call.now, symbol)),
    ),
    get('/fapi/v1/ticker/bookTicker', perSymbol(2, 5), (call) =>
      oneOrAll(call, (symbol) => bookTicker(call.now, symbol)),
    ),
    get('/fapi/v1/ticker/24hr', perSymbol(1, 40), (call) =>
      oneOrAll(call, (symbol) => ticker(call.now, symbol)),
    ),
    get('/fapi/v1/openInterest', 1, (call) => {
      const { instrument } = symbolOf(call);
      return `{"openInterest":"${quantityText(openInterest(exchange, tapeOf(instrument.symbol), instrument.symbol), instrument)}","symbol":"${instrument.symbol}","time":${call.now}}`;
    }),
    get('/fapi/v1/fundingRate', 0, (call) => {
      const chosen =
        call.params.get('symbol') === undefined ? [...exchange.symbols.values()] : [symbolOf(call)];
      const { startTime = 0, endTime = call.now } = spanOf(call.params, 1000);
      const limit = call.params.limit(100, 1000);
      const rows = chosen
        .flatMap((symbol) =>
          fundingsOf(symbol, data.history(symbol.instrument.symbol), call.now, startTime, limit),
        )
        .filter(({ time }) => time >= startTime && time <= endTime)
        .sort((left, right) => left.time - right.time);
      return `[${(startTime > 0 ? rows.slice(0, limit) : rows.slice(-limit)).map(({ text }) => text).join(',')}]`;
    }),
    get('/fapi/v1/fundingInfo', 0, () =>
      JSON.stringify(
        [...exchange.symbols.keys()].map((symbol) => ({
          symbol,
          adjustedFundingRateCap: '0.02000000',
          adjustedFundingRateFloor: '-0.02000000',
          fundingIntervalHours: 8,
          disclaimer: false,
        })),
      ),
    ),
  ];
}

const CONTRACT_TYPES = ['PERPETUAL', 'CURRENT_QUARTER', 'NEXT_QUARTER', 'TRADIFI_PERPETUAL'] as const;
const HOUR_MS = 3_600_000;

function klineWeight(params: Params): number {
  const limit = Number(params.get('limit') ?? 500);
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10;
}

/** The accounts' own, and what the strangers hold whose trades are played: as much as they traded in a day. */
function openInterest(exchange: FuturesExchange, tape: Tape, symbol: string): number {
  const { lot } = exchange.symbol(symbol).instrument;
  let total = tape.candles.slice(-1_440).reduce((sum, { volume }) => sum + volume, lot.step);
  for (const account of exchange.accounts.values())
    for (const position of account.openPositions())
      if (position.symbol === symbol) total += Math.abs(position.amount);
  return total;
}
