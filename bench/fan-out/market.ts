/** A market that moves as market-data would publish it: order books each 100 ms, trades, marks, and fills of an account. */
import { markFeed, orderBookFeed, orderFilled, tradeFeed } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { JSONCodec, NatsConnection } from 'nats';

export const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'];
const TURN_MS = 10;
const ORDER_BOOK_TURNS = 10;
const TRADE_TURNS = 5;
const FILL_TURNS = 10;
const codec = JSONCodec();

export interface Market {
  stop(): void;
}

/** The event time of everything is the time at which it is published. */
export function openMarket(market: NatsConnection, execution: NatsConnection): Market {
  const bus = new Bus(market);
  let turn = 0;
  let fills = 0;
  const publish = (): void => {
    turn += 1;
    const times = { eventTimeMs: Date.now(), ageMs: 0 };
    SYMBOLS.forEach((symbol, index) => {
      if ((turn + index * 2) % ORDER_BOOK_TURNS === 0)
        bus.publish(orderBookFeed, symbol, { symbol, ...levels(turn), updateId: `${turn}`, ...times });
      if ((turn + index) % TRADE_TURNS === 0) {
        const trade = { symbol, tradeId: `${turn}`, price: price(turn), quantity: `0.${turn % 997}` };
        bus.publish(tradeFeed, symbol, { ...trade, takerSide: turn % 2 ? 'BUY' : 'SELL', ...times });
      }
      if ((turn + index * 20) % 100 === 0)
        bus.publish(markFeed, symbol, { symbol, mark: price(turn), ...times });
    });
    if (turn % FILL_TURNS !== 0) return;
    const fill = { tradeId: `${(fills += 1)}`, price: price(turn), quantity: '0.01', tradedAtMs: Date.now() };
    const time = new Date().toISOString();
    execution.publish(
      orderFilled.type,
      codec.encode({ type: orderFilled.type, time, data: { order: {}, fill } }),
    );
  };
  const timer = setInterval(publish, TURN_MS);
  return { stop: () => clearInterval(timer) };
}

const price = (turn: number): string => `${57_000 + (turn % 89)}.${turn % 10}0`;

const levels = (turn: number) => {
  const side = (sign: 1 | -1) =>
    Array.from(
      { length: 20 },
      (_, level) =>
        [
          `${57_000 + sign * level}.${(turn * 7 + level) % 10}0`,
          `${(turn * level) % 13}.${turn % 997}`,
        ] as const,
    );
  return { bids: side(-1), asks: side(1) };
};
