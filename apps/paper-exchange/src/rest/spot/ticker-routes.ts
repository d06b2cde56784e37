/** The spot tickers: of a day, of a trading day, of a window of one's own, the last price, and the best quotes. */
import { dayStatistics, quietDay, refusals, SymbolMarket, Tape } from '@elvis/simulation';
import { dayFigures, priceText, quantityText, topOf } from '../../json/market-json';
import { Params } from '../params';
import { Call, Route } from '../route';
import { AskedMarkets, SpotSymbols } from './asked-markets';
import { aheadOf } from './time-zone';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WINDOW = /^(?:([1-9]|[1-5]\d)m|([1-9]|1\d|2[0-3])h|([1-7])d)$/;
const MOST_WEIGHT = 200;

export function spotTickerRoutes(symbols: SpotSymbols, tapeOf: (symbol: string) => Tape): Route[] {
  const get = (path: string, weight: Route['weight'], answer: Route['answer']): Route => ({
    method: 'GET',
    path: `/api/v3/${path}`,
    security: 'NONE',
    weight,
    answer,
  });
  const answered = ({ markets, isOne }: AskedMarkets, each: (market: SymbolMarket) => string): string =>
    isOne ? each(markets[0]!) : `[${markets.map(each).join(',')}]`;
  const price = ({ instrument, lastPrice }: SymbolMarket): string =>
    `{"symbol":"${instrument.symbol}","price":"${priceText(lastPrice, instrument)}"}`;
  const bookTicker = (market: SymbolMarket): string => {
    const { bid, ask } = topOf(market);
    return `{"symbol":"${market.instrument.symbol}","bidPrice":"${bid.price}","bidQty":"${bid.quantity}","askPrice":"${ask.price}","askQty":"${ask.quantity}"}`;
  };
  const ticker = ({ params, now }: Call, openTime: number, hasQuotes: boolean) => {
    const isMini = params.oneOf('type', ['FULL', 'MINI'], refusals.badTickerType) === 'MINI';
    return (market: SymbolMarket): string => {
      const { instrument } = market;
      const tape = tapeOf(instrument.symbol);
      const day = dayStatistics(tape, now, now - openTime) ?? quietDay(market.lastPrice, now);
      const figures = dayFigures(day, instrument);
      const change = `"priceChange":"${figures.change}","priceChangePercent":"${figures.percent}","weightedAvgPrice":"${figures.average}",`;
      const last = quantityText(tape.prints[tape.prints.length - 1]?.quantity ?? 0, instrument);
      const { bid, ask } = topOf(market);
      const quotes = `"prevClosePrice":"${figures.open}","lastQty":"${last}","bidPrice":"${bid.price}","bidQty":"${bid.quantity}","askPrice":"${ask.price}","askQty":"${ask.quantity}",`;
      return `{"symbol":"${instrument.symbol}",${isMini ? '' : change}${isMini || !hasQuotes ? '' : quotes}"lastPrice":"${figures.last}","openPrice":"${figures.open}","highPrice":"${figures.high}","lowPrice":"${figures.low}","volume":"${figures.volume}","quoteVolume":"${figures.quoteVolume}","openTime":${openTime},"closeTime":${now},"firstId":${day.firstTradeId},"lastId":${day.lastTradeId},"count":${day.trades}}`;
    };
  };

  return [
    get('ticker/24hr', dayWeight, (call) =>
      answered(symbols.asked(call.params), ticker(call, call.now - DAY, true)),
    ),
    get('ticker', eachWeight, (call) => {
      const from = call.now - windowOf(call.params);
      return answered(symbols.mustAsk(call.params), ticker(call, from - (from % MINUTE), false));
    }),
    get('ticker/tradingDay', eachWeight, (call) => {
      const ahead = aheadOf(call.params);
      const midnight = Math.floor((call.now + ahead) / DAY) * DAY - ahead;
      return answered(symbols.mustAsk(call.params), ticker(call, midnight, false));
    }),
    get('ticker/price', byName, (call) => answered(symbols.asked(call.params), price)),
    get('ticker/bookTicker', byName, (call) => answered(symbols.asked(call.params), bookTicker)),
  ];
}

const byName = (params: Params): number => (params.get('symbol') === undefined ? 4 : 2);

function dayWeight(params: Params): number {
  if (params.get('symbol') !== undefined) return 2;
  const count = namedIn(params) ?? Infinity;
  return count <= 20 ? 2 : count <= 100 ? 40 : 80;
}

const eachWeight = (params: Params): number => Math.min(4 * (namedIn(params) ?? 1), MOST_WEIGHT);

/** How many symbols a list names, roughly: it is read in earnest later. */
const namedIn = (params: Params): number | undefined => params.get('symbols')?.split(',').length;

/** @throws Refusal -1130 */
function windowOf(params: Params): number {
  const text = params.get('windowSize') ?? '1d';
  const [, minutes, hours, days] = WINDOW.exec(text) ?? [];
  if (minutes) return Number(minutes) * MINUTE;
  if (hours) return Number(hours) * HOUR;
  if (days) return Number(days) * DAY;
  throw refusals.badData('windowSize');
}
