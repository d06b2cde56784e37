/** Public spot data over REST, and the account's own standing: rules, books, prices, candles, balances. */
import {
  dayStatistics,
  ExchangeInfoRow,
  fromMoney,
  quietDay,
  SpotExchange,
  SymbolMarket,
  Tape,
  WindowRule,
} from '@elvis/simulation';
import { dayFigures, levelsText, priceText, quantityText, topOf } from '../../json/market-json';
import { aggregateRows, announced, candleRows, tradeRows } from '../market-rows';
import { MarketMeters } from '../../meters/market-meters';
import { Params } from '../params';
import { Call, Route, weightBy } from '../route';

interface SpotMarketData {
  readonly exchange: SpotExchange;
  readonly rows: readonly ExchangeInfoRow[];
  readonly meters: MarketMeters;
  readonly rawRequests: WindowRule;
  tape(symbol: string): Tape;
}

const FIVE_MINUTES = 300_000;

export function spotMarketRoutes(data: SpotMarketData): Route[] {
  const { exchange } = data;
  const { rules } = data.meters;
  const get = (path: string, weight: Route['weight'], answer: Route['answer']): Route => ({
    method: 'GET',
    path: `/api/v3/${path}`,
    security: 'NONE',
    weight,
    answer,
  });
  const marketOf = ({ params }: Call): SymbolMarket => exchange.market(params.get('symbol'));
  const asked = (params: Params): SymbolMarket[] | undefined => {
    const symbol = params.get('symbol');
    if (symbol !== undefined) return [exchange.market(symbol)];
    return params.list('symbols')?.map((name) => exchange.market(String(name)));
  };
  const oneOrAll = (call: Call, each: (market: SymbolMarket) => string): string => {
    const chosen = asked(call.params) ?? [...exchange.markets.values()];
    return call.params.get('symbol') === undefined ? `[${chosen.map(each).join(',')}]` : each(chosen[0]!);
  };
  const price = (market: SymbolMarket): string =>
    `{"symbol":"${market.instrument.symbol}","price":"${priceText(market.lastPrice, market.instrument)}"}`;
  const bookTicker = (market: SymbolMarket): string => {
    const { bid, ask } = topOf(market);
    return `{"symbol":"${market.instrument.symbol}","bidPrice":"${bid.price}","bidQty":"${bid.quantity}","askPrice":"${ask.price}","askQty":"${ask.quantity}"}`;
  };
  const ticker = (now: number, rolling: boolean) => (market: SymbolMarket) => {
    const { instrument } = market;
    const tape = data.tape(instrument.symbol);
    const day = dayStatistics(tape, now) ?? quietDay(market.lastPrice, now);
    const figures = dayFigures(day, instrument);
    const { bid, ask } = topOf(market);
    const last = quantityText(tape.prints[tape.prints.length - 1]?.quantity ?? 0, instrument);
    const bestQuotes = rolling
      ? ''
      : `"prevClosePrice":"${figures.open}","lastQty":"${last}","bidPrice":"${bid.price}","bidQty":"${bid.quantity}","askPrice":"${ask.price}","askQty":"${ask.quantity}",`;
    return `{"symbol":"${instrument.symbol}","priceChange":"${figures.change}","priceChangePercent":"${figures.percent}","weightedAvgPrice":"${figures.average}",${bestQuotes}"lastPrice":"${figures.last}","openPrice":"${figures.open}","highPrice":"${figures.high}","lowPrice":"${figures.low}","volume":"${figures.volume}","quoteVolume":"${figures.quoteVolume}","openTime":${day.openTime},"closeTime":${now},"firstId":${day.firstTradeId},"lastId":${day.lastTradeId},"count":${day.trades}}`;
  };
  const candles = (call: Call): string => {
    const { instrument } = marketOf(call);
    return candleRows(call.params, data.tape(instrument.symbol), instrument, 1000);
  };
  const trades = (call: Call): string => {
    const { instrument } = marketOf(call);
    return tradeRows(call.params, data.tape(instrument.symbol), instrument, true);
  };

  return [
    get('ping', 1, () => '{}'),
    get('time', 1, ({ now }) => `{"serverTime":${now}}`),
    get('exchangeInfo', 20, (call) => {
      const chosen = asked(call.params)?.map(({ instrument }) => instrument.symbol);
      return JSON.stringify({
        timezone: 'UTC',
        serverTime: call.now,
        rateLimits: [
          announced('REQUEST_WEIGHT', rules.weight),
          ...rules.orders.map((rule) => announced('ORDERS', rule)),
          announced('RAW_REQUESTS', data.rawRequests),
        ],
        exchangeFilters: [],
        symbols: data.rows.filter(({ symbol }) => chosen === undefined || chosen.includes(symbol)),
      });
    }),
    get('depth', depthWeight, (call) => {
      const market = marketOf(call);
      const limit = Math.min(call.params.limit(100, 5000), 5000);
      const side = (which: 'BUY' | 'SELL') => levelsText(market.levels(which, limit), market.instrument);
      return `{"lastUpdateId":${market.lastUpdateId},"bids":${side('BUY')},"asks":${side('SELL')}}`;
    }),
    get('trades', 25, trades),
    get('historicalTrades', 25, trades),
    get('aggTrades', 4, (call) => {
      const { instrument } = marketOf(call);
      return aggregateRows(call.params, data.tape(instrument.symbol), instrument, true);
    }),
    get('klines', 2, candles),
    get('uiKlines', 2, candles),
    get('avgPrice', 2, (call) => {
      const { instrument, lastPrice } = marketOf(call);
      const recent = data.tape(instrument.symbol).candles.slice(-5);
      const volume = recent.reduce((sum, candle) => sum + BigInt(candle.volume), 0n);
      const quote = recent.reduce((sum, candle) => sum + candle.quoteVolume, 0n);
      const average =
        volume === 0n
          ? priceText(lastPrice, instrument)
          : fromMoney((quote * 10n ** BigInt(instrument.quantityDecimals)) / volume);
      return `{"mins":5,"price":"${average}","closeTime":${call.now - (call.now % FIVE_MINUTES)}}`;
    }),
    get('ticker/24hr', weightBy('symbol', 80, 2), (call) => oneOrAll(call, ticker(call.now, false))),
    get('ticker', weightBy('symbol', 4, 4), (call) => oneOrAll(call, ticker(call.now, true))),
    get('ticker/tradingDay', weightBy('symbol', 4, 4), (call) => oneOrAll(call, ticker(call.now, true))),
    get('ticker/price', weightBy('symbol', 4, 2), (call) => oneOrAll(call, price)),
    get('ticker/bookTicker', weightBy('symbol', 4, 2), (call) => oneOrAll(call, bookTicker)),
    {
      ...get('account', 20, (call) => accountAnswer(data, call)),
      security: 'SIGNED',
    },
    {
      ...get('account/commission', 20, (call) =>
        JSON.stringify({
          symbol: marketOf(call).instrument.symbol,
          standardCommission: {
            maker: '0.00100000',
            taker: '0.00100000',
            buyer: '0.00000000',
            seller: '0.00000000',
          },
          specialCommission: {
            maker: '0.00000000',
            taker: '0.00000000',
            buyer: '0.00000000',
            seller: '0.00000000',
          },
          taxCommission: {
            maker: '0.00000000',
            taker: '0.00000000',
            buyer: '0.00000000',
            seller: '0.00000000',
          },
          discount: {
            enabledForAccount: false,
            enabledForSymbol: false,
            discountAsset: 'BNB',
            discount: '0.75000000',
          },
        }),
      ),
      security: 'SIGNED',
    },
    {
      ...get('rateLimit/order', 40, (call) =>
        JSON.stringify(
          data.meters.orders(call.account).counters.map((counter) => ({
            ...announced('ORDERS', counter.rule),
            count: counter.used(call.now),
          })),
        ),
      ),
      security: 'SIGNED',
    },
  ];
}

function accountAnswer({ exchange }: SpotMarketData, call: Call): string {
  const account = exchange.accounts.get(call.account)!;
  const omitZero = call.params.boolean('omitZeroBalances') ?? false;
  return JSON.stringify({
    makerCommission: 10,
    takerCommission: 10,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: '0.00100000', taker: '0.00100000', buyer: '0.00000000', seller: '0.00000000' },
    canTrade: true,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: account.updateTime,
    accountType: 'SPOT',
    balances: [...account.balances]
      .filter(([, { free, locked }]) => !omitZero || free > 0n || locked > 0n)
      .map(([asset, { free, locked }]) => ({ asset, free: fromMoney(free), locked: fromMoney(locked) })),
    permissions: ['SPOT'],
    uid: account.id === 'elvis' ? 354937868 : 354937869,
  });
}

function depthWeight(params: Params): number {
  const limit = Number(params.get('limit') ?? 100);
  return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
}
