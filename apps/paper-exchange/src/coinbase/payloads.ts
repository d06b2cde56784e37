/** What travels on Coinbase's channels, as its documentation shows it. Times have six digits behind the second. */
import {
  OrderBookChanges,
  DerivedMarket,
  WrittenOrderBook,
  WrittenLevel,
  WrittenTrade,
} from './derived-market';

export type EventType = 'snapshot' | 'update';

/** A time as Coinbase writes it. */
const isoMicros = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

export const envelope = (channel: string, sequence: number, now: number, events: readonly object[]): string =>
  JSON.stringify({ channel, client_id: '', timestamp: isoMicros(now), sequence_num: sequence, events });

export const orderBookEvent = (
  product: string,
  type: EventType,
  { bids, asks }: OrderBookChanges | WrittenOrderBook,
  now: number,
): object => {
  const rows = (side: 'bid' | 'offer', levels: Iterable<WrittenLevel>) =>
    [...levels].map(([price, quantity]) => ({
      side,
      event_time: isoMicros(now),
      price_level: price,
      new_quantity: quantity,
    }));
  return { type, product_id: product, updates: [...rows('bid', bids), ...rows('offer', asks)] };
};

export const tradesEvent = (product: string, type: EventType, trades: readonly WrittenTrade[]): object => ({
  type,
  trades: trades.map(({ id, price, quantity, takerSide, time }) => ({
    trade_id: `${id}`,
    product_id: product,
    price,
    size: quantity,
    side: takerSide,
    time: isoMicros(time),
  })),
});

export function tickerEvent(product: string, type: EventType, market: DerivedMarket, now: number): object {
  const { price, volume, low, high, percent } = market.figures(now);
  const [bid, bidQuantity] = market.book.bids.entries().next().value ?? ['0', '0'];
  const [ask, askQuantity] = market.book.asks.entries().next().value ?? ['0', '0'];
  const ticker = {
    type: 'ticker',
    product_id: product,
    price,
    volume_24_h: volume,
    low_24_h: low,
    high_24_h: high,
    // A played market has no year: what it knows of its day stands for it.
    low_52_w: low,
    high_52_w: high,
    price_percent_chg_24_h: percent,
    best_bid: bid,
    best_bid_quantity: bidQuantity,
    best_ask: ask,
    best_ask_quantity: askQuantity,
  };
  return { type, tickers: [ticker] };
}

export const heartbeatEvent = (counter: number, now: number): object => ({
  current_time: `${isoMicros(now).replace('T', ' ').replace('Z', '000')} +0000 UTC`,
  heartbeat_counter: counter,
});

export const statusEvent = (
  type: EventType,
  markets: readonly (readonly [string, DerivedMarket])[],
): object => ({
  type,
  products: markets.map(([product, { instrument }]) => ({
    product_type: 'SPOT',
    id: product,
    base_currency: product.split('-')[0],
    quote_currency: product.split('-')[1],
    base_increment: '0.00000001',
    quote_increment: `0.${'1'.padStart(Math.max(2, instrument.priceDecimals), '0')}`,
    display_name: product.replace('-', '/'),
    status: 'online',
    status_message: '',
    min_market_funds: '1',
  })),
});
