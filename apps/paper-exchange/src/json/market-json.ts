/** Market data as both markets write it: books, trades, candles and the statistics of a day. */
import {
  AggregateTrade,
  averagePrice,
  Candle,
  DayStatistics,
  fromMoney,
  fromUnits,
  Instrument,
  Level,
  PriceCandle,
  SymbolMarket,
  TradePrint,
} from '@elvis/simulation';

export const priceText = (units: number, { priceDecimals, priceShown }: Instrument): string =>
  fromUnits(units, priceDecimals, priceShown);

export const quantityText = (units: number, { quantityDecimals, quantityShown }: Instrument): string =>
  fromUnits(units, quantityDecimals, quantityShown);

/** An amount of quote asset with the decimals this market shows. */
export const quoteText = (amount: bigint, instrument: Instrument): string =>
  fromMoney(amount, instrument.priceShown === 8 ? 8 : instrument.priceDecimals + instrument.quantityDecimals);

export const levelsText = (levels: readonly Level[], instrument: Instrument): string =>
  `[${levels.map(([price, quantity]) => `["${priceText(price, instrument)}","${quantityText(quantity, instrument)}"]`).join(',')}]`;

export const tradeText = (print: TradePrint, instrument: Instrument, spot: boolean): string =>
  `{"id":${print.id},"price":"${priceText(print.price, instrument)}","qty":"${quantityText(print.quantity, instrument)}","quoteQty":"${quoteText(BigInt(print.price) * BigInt(print.quantity) * instrument.moneyFactor, instrument)}","time":${print.time},"isBuyerMaker":${print.buyerIsMaker}${spot ? ',"isBestMatch":true' : ''}}`;

export const aggregateText = (trade: AggregateTrade, instrument: Instrument, spot: boolean): string =>
  `{"a":${trade.id},"p":"${priceText(trade.price, instrument)}","q":"${quantityText(trade.quantity, instrument)}"${spot ? '' : `,"nq":"${quantityText(trade.quantity, instrument)}"`},"f":${trade.firstTradeId},"l":${trade.lastTradeId},"T":${trade.time},"m":${trade.buyerIsMaker}${spot ? ',"M":true' : ''}}`;

/** @param nextTime when the candle after it opens */
export const candleText = (candle: Candle, nextTime: number, instrument: Instrument): string =>
  `[${candle.openTime},"${priceText(candle.open, instrument)}","${priceText(candle.high, instrument)}","${priceText(candle.low, instrument)}","${priceText(candle.close, instrument)}","${quantityText(candle.volume, instrument)}",${nextTime - 1},"${quoteText(candle.quoteVolume, instrument)}",${candle.trades},"${quantityText(candle.takerBuyVolume, instrument)}","${quoteText(candle.takerBuyQuote, instrument)}","0"]`;

/** A candle of a told price has no volume; where trades are counted stands how often it was told. */
export const toldCandleText = (candle: PriceCandle, nextTime: number): string =>
  `[${candle.openTime},"${fromMoney(candle.open)}","${fromMoney(candle.high)}","${fromMoney(candle.low)}","${fromMoney(candle.close)}","0",${nextTime - 1},"0",${candle.told},"0","0","0"]`;

/** Figures of a day that both tickers share. */
export function dayFigures(day: DayStatistics, instrument: Instrument) {
  const change = day.last - day.open;
  return {
    change: priceText(change, instrument),
    percent: day.open === 0 ? '0.000' : fromMoney((BigInt(change) * 10_000_000_000n) / BigInt(day.open), 3),
    average: fromMoney(averagePrice(instrument, day.quoteVolume, day.volume), instrument.priceShown),
    volume: quantityText(day.volume, instrument),
    quoteVolume: quoteText(day.quoteVolume, instrument),
    open: priceText(day.open, instrument),
    high: priceText(day.high, instrument),
    low: priceText(day.low, instrument),
    last: priceText(day.last, instrument),
  };
}

/** The best price of each side with its quantity, as text. */
export function topOf(market: SymbolMarket) {
  const { instrument } = market;
  const side = (which: 'BUY' | 'SELL') => {
    const price = market.best(which);
    return {
      price: priceText(price ?? 0, instrument),
      quantity: quantityText(price === undefined ? 0 : market.quantityAt(which, price), instrument),
    };
  };
  return { bid: side('BUY'), ask: side('SELL') };
}
