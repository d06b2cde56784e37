/** Spot market events and user events, field by field. */
import {
  Execution,
  Fill,
  fromMoney,
  Instrument,
  notionalOf,
  OrderList,
  SpotAccount,
  SpotOrder,
} from '@elvis/simulation';
import { dayFigures, levelsText, priceText, quantityText, quoteText, topOf } from '../json/market-json';
import { recentAverage } from '../candles/recent-average';
import { MarketPayloads } from './market-streams';

export const SPOT_PAYLOADS: MarketPayloads = {
  depth: ({ first, last, bids, asks }, instrument, time) =>
    `{"e":"depthUpdate","E":${time},"s":"${instrument.symbol}","U":${first},"u":${last},"b":${levelsText(bids, instrument)},"a":${levelsText(asks, instrument)}}`,
  partialDepth: (market, levels) =>
    `{"lastUpdateId":${market.lastUpdateId},"bids":${levelsText(market.levels('BUY', levels), market.instrument)},"asks":${levelsText(market.levels('SELL', levels), market.instrument)}}`,
  bookTicker: (market) => {
    const { bid, ask } = topOf(market);
    return `{"u":${market.lastUpdateId},"s":"${market.instrument.symbol}","b":"${bid.price}","B":"${bid.quantity}","a":"${ask.price}","A":"${ask.quantity}"}`;
  },
  trade: ({ id, price, quantity, buyerIsMaker, time }, instrument) =>
    `{"e":"trade","E":${time},"s":"${instrument.symbol}","t":${id},"p":"${priceText(price, instrument)}","q":"${quantityText(quantity, instrument)}","T":${time},"m":${buyerIsMaker},"M":true}`,
  aggregate: (trade, instrument, time) =>
    `{"e":"aggTrade","E":${time},"s":"${instrument.symbol}","a":${trade.id},"p":"${priceText(trade.price, instrument)}","q":"${quantityText(trade.quantity, instrument)}","f":${trade.firstTradeId},"l":${trade.lastTradeId},"T":${trade.time},"m":${trade.buyerIsMaker},"M":true}`,
  candle: (candle, { name, nextTime }, instrument, closed, time) => {
    const price = (units: number): string => priceText(units, instrument);
    return `{"e":"kline","E":${time},"s":"${instrument.symbol}","k":{"t":${candle.openTime},"T":${nextTime - 1},"s":"${instrument.symbol}","i":"${name}","f":${candle.firstTradeId},"L":${candle.lastTradeId},"o":"${price(candle.open)}","c":"${price(candle.close)}","h":"${price(candle.high)}","l":"${price(candle.low)}","v":"${quantityText(candle.volume, instrument)}","n":${candle.trades},"x":${closed},"q":"${quoteText(candle.quoteVolume, instrument)}","V":"${quantityText(candle.takerBuyVolume, instrument)}","Q":"${quoteText(candle.takerBuyQuote, instrument)}","B":"0"}}`;
  },
  miniTicker: (day, instrument, time) => {
    const figures = dayFigures(day, instrument);
    return `{"e":"24hrMiniTicker","E":${time},"s":"${instrument.symbol}","c":"${figures.last}","o":"${figures.open}","h":"${figures.high}","l":"${figures.low}","v":"${figures.volume}","q":"${figures.quoteVolume}"}`;
  },
  ticker: (day, lastQuantity, market, time) => {
    const { instrument } = market;
    const figures = dayFigures(day, instrument);
    const { bid, ask } = topOf(market);
    return `{"e":"24hrTicker","E":${time},"s":"${instrument.symbol}","p":"${figures.change}","P":"${figures.percent}","w":"${figures.average}","x":"${figures.open}","c":"${figures.last}","Q":"${quantityText(lastQuantity, instrument)}","b":"${bid.price}","B":"${bid.quantity}","a":"${ask.price}","A":"${ask.quantity}","o":"${figures.open}","h":"${figures.high}","l":"${figures.low}","v":"${figures.volume}","q":"${figures.quoteVolume}","O":${day.openTime},"C":${time},"F":${day.firstTradeId},"L":${day.lastTradeId},"n":${day.trades}}`;
  },
  averagePrice: (market, history, time) => {
    const { symbol } = market.instrument;
    const last = history.tape.prints[history.tape.prints.length - 1]?.time ?? time;
    return `{"e":"avgPrice","E":${time},"s":"${symbol}","i":"5m","w":"${recentAverage(market, history)}","T":${last}}`;
  },
  windowTicker: (figures, window, instrument, time) => {
    const shown = dayFigures(figures, instrument);
    return `{"e":"${window}Ticker","E":${time},"s":"${instrument.symbol}","p":"${shown.change}","P":"${shown.percent}","o":"${shown.open}","h":"${shown.high}","l":"${shown.low}","c":"${shown.last}","w":"${shown.average}","v":"${shown.volume}","q":"${shown.quoteVolume}","O":${figures.openTime},"C":${time},"F":${figures.firstTradeId},"L":${figures.lastTradeId},"n":${figures.trades}}`;
  },
};

interface ReportedFill extends Fill {
  readonly fee: bigint;
  readonly feeAsset: string;
}

/** Fields that only some orders have. */
function whenItApplies({ trailingDelta, trailingTime, strategyId, strategyType }: SpotOrder): string {
  const trailing = trailingDelta > 0 ? `,"d":${trailingDelta},"D":${trailingTime}` : '';
  const strategy = strategyId === undefined ? '' : `,"j":${strategyId}`;
  return `${trailing}${strategy}${strategyType === undefined ? '' : `,"J":${strategyType}`}`;
}

export function executionReport(
  order: SpotOrder,
  instrument: Instrument,
  execution: Execution,
  id: number,
  time: number,
  fill?: ReportedFill,
): string {
  const price = (units: number): string => priceText(units, instrument);
  const quantity = (units: number): string => quantityText(units, instrument);
  const original =
    execution === 'REPLACED'
      ? order.formerClientOrderId
      : execution === 'CANCELED'
        ? order.clientOrderId
        : '';
  const last = fill ? fromMoney(notionalOf(instrument, fill.price, fill.quantity)) : '0.00000000';
  return `{"e":"executionReport","E":${time},"s":"${order.symbol}","c":"${order.clientOrderId}","S":"${order.side}","o":"${order.type}","f":"${order.timeInForce}","q":"${quantity(order.quantity)}","p":"${price(order.price)}","P":"${price(order.stopPrice)}","F":"${quantity(0)}","g":${order.listId},"C":"${original ?? ''}","x":"${execution}","X":"${order.status}","r":"NONE","i":${order.id},"l":"${quantity(fill?.quantity ?? 0)}","z":"${quantity(order.executed)}","L":"${price(fill?.price ?? 0)}","n":"${fromMoney(fill?.fee ?? 0n)}","N":${fill ? `"${fill.feeAsset}"` : 'null'},"T":${time},"t":${fill?.tradeId ?? -1},"I":${id},"w":${order.resting || (order.working && execution === 'NEW')},"m":${fill?.maker ?? false},"M":${fill !== undefined},"O":${order.time},"Z":"${fromMoney(order.filledNotional)}","Y":"${last}","Q":"${fromMoney(order.quoteOrderQuantity)}","W":${order.workingTime},"V":"${order.selfTradePrevention}"${whenItApplies(order)}}`;
}

export const accountPosition = (account: SpotAccount, assets: readonly string[], time: number): string =>
  `{"e":"outboundAccountPosition","E":${time},"u":${time},"B":[${assets
    .map((asset) => {
      const { free, locked } = account.balance(asset);
      return `{"a":"${asset}","f":"${fromMoney(free)}","l":"${fromMoney(locked)}"}`;
    })
    .join(',')}]}`;

export const balanceUpdate = (asset: string, amount: bigint, time: number): string =>
  `{"e":"balanceUpdate","E":${time},"a":"${asset}","d":"${fromMoney(amount)}","T":${time}}`;

export const listStatus = (list: OrderList, time: number): string =>
  `{"e":"listStatus","E":${time},"s":"${list.symbol}","g":${list.id},"c":"${list.kind === 'OCO' ? 'OCO' : 'OTO'}","l":"${list.status === 'EXECUTING' ? 'EXEC_STARTED' : 'ALL_DONE'}","L":"${list.status}","r":"NONE","C":"${list.clientId}","T":${list.time},"O":[${list.orders.map((order) => `{"s":"${order.symbol}","i":${order.id},"c":"${order.clientOrderId}"}`).join(',')}]}`;
