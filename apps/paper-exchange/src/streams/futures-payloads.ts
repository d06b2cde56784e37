/** Futures market events, field by field as the streams carry them. */
import {
  AggregateTrade,
  Candle,
  DayStatistics,
  DepthUpdate,
  fromMoney,
  FuturesSymbol,
  Instrument,
  Order,
  SymbolMarket,
  TradePrint,
} from '@elvis/simulation';
import { ShownInterval, MarketPayloads } from './market-streams';
import { averageText } from '../json/futures-order-json';
import { dayFigures, levelsText, priceText, quantityText, quoteText, topOf } from '../json/market-json';

const depthPayload = (update: DepthUpdate, instrument: Instrument, time: number): string =>
  `{"e":"depthUpdate","E":${time},"T":${update.time},"s":"${instrument.symbol}","U":${update.first},"u":${update.last},"pu":${update.previous},"b":${levelsText(update.bids, instrument)},"a":${levelsText(update.asks, instrument)},"ps":"${instrument.symbol}","st":1}`;

const bookTickerPayload = (market: SymbolMarket, time: number): string => {
  const { bid, ask } = topOf(market);
  const { symbol } = market.instrument;
  return `{"e":"bookTicker","u":${market.lastUpdateId},"s":"${symbol}","ps":"${symbol}","b":"${bid.price}","B":"${bid.quantity}","a":"${ask.price}","A":"${ask.quantity}","T":${time},"E":${time},"st":1}`;
};

const tradePayload = (print: TradePrint, instrument: Instrument): string =>
  `{"e":"trade","E":${print.time},"T":${print.time},"s":"${instrument.symbol}","t":${print.id},"p":"${priceText(print.price, instrument)}","q":"${quantityText(print.quantity, instrument)}","X":"MARKET","m":${print.buyerIsMaker}}`;

const aggregatePayload = (trade: AggregateTrade, instrument: Instrument, time: number): string => {
  const quantity = quantityText(trade.quantity, instrument);
  return `{"e":"aggTrade","E":${time},"a":${trade.id},"s":"${instrument.symbol}","p":"${priceText(trade.price, instrument)}","q":"${quantity}","nq":"${quantity}","f":${trade.firstTradeId},"l":${trade.lastTradeId},"T":${trade.time},"m":${trade.buyerIsMaker},"st":1}`;
};

export const markPayload = (symbol: FuturesSymbol, time: number): string => {
  const mark = fromMoney(symbol.markPrice);
  return `{"e":"markPriceUpdate","E":${time},"s":"${symbol.instrument.symbol}","p":"${mark}","ap":"${mark}","P":"${mark}","i":"${fromMoney(symbol.indexPrice)}","r":"${fromMoney(symbol.fundingRatePpb / 10n)}","T":${symbol.nextFundingTime},"st":1}`;
};

const candlePayload = (
  candle: Candle,
  { name, nextTime }: ShownInterval,
  instrument: Instrument,
  closed: boolean,
  time: number,
): string => {
  const price = (units: number): string => priceText(units, instrument);
  return `{"e":"kline","E":${time},"s":"${instrument.symbol}","k":{"t":${candle.openTime},"T":${nextTime - 1},"s":"${instrument.symbol}","i":"${name}","f":${candle.firstTradeId},"L":${candle.lastTradeId},"o":"${price(candle.open)}","c":"${price(candle.close)}","h":"${price(candle.high)}","l":"${price(candle.low)}","v":"${quantityText(candle.volume, instrument)}","n":${candle.trades},"x":${closed},"q":"${quoteText(candle.quoteVolume, instrument)}","V":"${quantityText(candle.takerBuyVolume, instrument)}","Q":"${quoteText(candle.takerBuyQuote, instrument)}","B":"0"}}`;
};

const miniTickerPayload = (day: DayStatistics, instrument: Instrument, time: number): string => {
  const figures = dayFigures(day, instrument);
  return `{"e":"24hrMiniTicker","E":${time},"s":"${instrument.symbol}","c":"${figures.last}","o":"${figures.open}","h":"${figures.high}","l":"${figures.low}","v":"${figures.volume}","q":"${figures.quoteVolume}"}`;
};

const tickerPayload = (
  day: DayStatistics,
  lastQuantity: number,
  { instrument }: SymbolMarket,
  time: number,
): string => {
  const figures = dayFigures(day, instrument);
  return `{"e":"24hrTicker","E":${time},"s":"${instrument.symbol}","p":"${figures.change}","P":"${figures.percent}","w":"${figures.average}","c":"${figures.last}","Q":"${quantityText(lastQuantity, instrument)}","o":"${figures.open}","h":"${figures.high}","l":"${figures.low}","v":"${figures.volume}","q":"${figures.quoteVolume}","O":${day.openTime},"C":${time},"F":${day.firstTradeId},"L":${day.lastTradeId},"n":${day.trades}}`;
};

export const forceOrderPayload = (order: Order, instrument: Instrument, time: number): string => {
  const average = averageText(order.filledNotional, order.executed, instrument);
  const filled = quantityText(order.executed, instrument);
  return `{"e":"forceOrder","E":${time},"o":{"s":"${order.symbol}","S":"${order.side}","o":"LIMIT","f":"IOC","q":"${quantityText(order.quantity, instrument)}","p":"${average}","ap":"${average}","X":"${order.status}","l":"${filled}","z":"${filled}","T":${time}}}`;
};

export const FUTURES_PAYLOADS: MarketPayloads = {
  depth: depthPayload,
  partialDepth: (market, levels, update, time) =>
    depthPayload(
      { ...update, bids: market.levels('BUY', levels), asks: market.levels('SELL', levels) },
      market.instrument,
      time,
    ),
  bookTicker: bookTickerPayload,
  trade: tradePayload,
  aggregate: aggregatePayload,
  candle: candlePayload,
  miniTicker: miniTickerPayload,
  ticker: tickerPayload,
};
