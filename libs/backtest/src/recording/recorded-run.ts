/**
 * A backtest over a recording: the strategy steps on the minutes that its trades make, and each order meets the order book
 * and the queue that stood there when it arrived. When that is, whoever asks says: a delay that was measured, or what an
 * exchange has logged; with the latter a run is what the bot on the paper exchange did, order by order and fill by fill.
 */
import { Candle, StrategyRun } from '@elvis/strategy';
import { ExchangeInfoRow, Recording } from '@elvis/simulation';
import { Decimal } from '@elvis/trading';
import { CandleColumns, candleAt, lengthOf } from '../data/candle-columns';
import { BacktestSetup } from '../engine/backtest';
import { Trade } from '../engine/position';
import { Running } from '../engine/running';
import { Gate } from '../gate/gate';
import { RecordedExchange, RecordingSlip } from './recorded-exchange';
import { Arrival, OrderReport, RecordedTrader, Sent } from './recorded-trader';

export interface RecordedSetup extends Omit<BacktestSetup, 'observe' | 'restarts' | 'fromMs'> {
  readonly recording: Recording;
  /** The symbol as the exchange describes it. */
  readonly row: ExchangeInfoRow;
  /** When the recording began to be played, UTC milliseconds; it goes round. */
  readonly startMs: number;
  /** The recorded pace times this. */
  readonly speed: number;
  /** Minutes before, for indicators; the first step is on the minute after the last of them. */
  readonly history: CandleColumns;
  /** No later minute is stepped on. */
  readonly toMs: number;
  /** Before which moments what was not played yet came so much later: a machine was too slow for the pace. */
  readonly slips?: readonly RecordingSlip[];
  /** When what is sent reaches the exchange, UTC milliseconds, with fractions; undefined: never. */
  readonly arrivalMs: (sent: Sent) => number | undefined;
}

export interface RecordedRun {
  /** In the order in which they were sent. */
  readonly orders: readonly OrderReport[];
  readonly trades: readonly Trade[];
  readonly endEquity: string;
  readonly paid: { readonly fees: string };
  readonly denials: Readonly<Record<string, number>>;
  /** Minutes that were stepped on, as the recording's trades made them. */
  readonly candles: readonly Candle[];
}

const MINUTE_MS = 60_000;

/** @throws RangeError for a strategy that steps on anything but the recorded symbol's minutes */
export function runOnRecording(setup: RecordedSetup): RecordedRun {
  const prepared = setup.strategy.prepare(setup.bot, setup.params);
  for (const { symbol, interval } of Object.values(prepared.feeds))
    if (symbol !== setup.recording.symbol || interval !== '1m')
      throw new RangeError(
        `A recording has the minutes of ${setup.recording.symbol}; the strategy asks for ${interval} of ${symbol}`,
      );
  const running: Running = {
    current: new StrategyRun(prepared, setup.seed),
    place: 0,
    onOrder: setup.onOrder,
  };
  const { history } = setup;
  const count = lengthOf(history);
  const feed = (candle: Candle): void => {
    for (const name of Object.keys(prepared.feeds).sort((one) => (one === 'main' ? 1 : -1)))
      running.current.feed(name, candle);
  };
  for (let at = 0; at < count; at += 1) feed(candleAt(history, at));
  const trader = new RecordedTrader(running, new Gate(setup), setup);
  const exchange = new RecordedExchange(setup.recording, setup.row, trader, setup);
  let openMs = history.firstOpenMs + count * MINUTE_MS;
  let lastClose = count > 0 ? candleAt(history, count - 1).close : 0;
  const candles: Candle[] = [];
  for (;;) {
    const [dueMs, arrival, closeMs] = [exchange.nextDueMs, trader.nextArrival, openMs + MINUTE_MS];
    const arrivesMs = arrival?.atMs ?? Infinity;
    // An order meets what was played up to its arrival; a minute ends with all that was traded in it.
    if (dueMs < closeMs && dueMs <= arrivesMs) exchange.playOne();
    else if (arrivesMs < closeMs) trader.arrive(exchange, arrival as Arrival);
    else {
      if (closeMs > setup.toMs) break;
      const candle = exchange.candleOf(openMs, lastClose);
      lastClose = candle.close;
      candles.push(candle);
      feed(candle);
      trader.close(candle.close, closeMs);
      openMs = closeMs;
    }
  }
  const { account, gate } = trader;
  return {
    orders: trader.reports,
    trades: account.trades,
    endEquity: new Decimal(account.equity).toFixed(),
    paid: { fees: account.position.paid.fees.toFixed() },
    denials: gate.denials,
    candles,
  };
}
