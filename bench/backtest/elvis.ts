/** Elvis as it is used: the shipped strategy, every order judged by all rules of risk. */
import { BacktestSetup, CandleColumns, FUTURES_COSTS, runBacktest } from '@elvis/backtest';
import { Decimal, Instrument } from '@elvis/trading';
import emaCrossover from '../../strategies/ema-crossover.strategy';
import { FEE, FIRST_STEP, MINUTE_MS, STOP, TARGET, TICK, Trade, placeOf } from './market';

const many = new Decimal('1e12');
const step = new Decimal('0.00001');
const INSTRUMENT: Instrument = {
  symbol: 'BTCUSDT',
  market: 'futures',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  isTrading: true,
  tickSize: new Decimal(TICK),
  stepSize: step,
  minQuantity: step,
  maxQuantity: many,
  marketStepSize: step,
  marketMinQuantity: step,
  marketMaxQuantity: many,
  minNotional: new Decimal(5),
};

/** All limits are set, none is met. */
const LIMITS = {
  maxOrderNotional: many,
  priceCollar: new Decimal('0.05'),
  maxPositionNotional: many,
  maxGrossNotional: many,
  maxOpenOrders: 200,
  maxDailyLoss: many,
  maxDrawdown: many,
};

const setupFor = (columns: CandleColumns): BacktestSetup => ({
  strategy: emaCrossover,
  params: { risk: '0.001', stop: String(STOP), target: String(TARGET) },
  bot: { symbol: columns.symbol, interval: '1m' },
  instrument: INSTRUMENT,
  capital: new Decimal(100_000),
  leverage: 3,
  limits: LIMITS,
  // Peers know no slippage: prices could not be compared.
  costs: { ...FUTURES_COSTS, takerFee: new Decimal(FEE), halfSpread: 0, slippage: 0 },
  seed: 1,
  fromMs: columns.firstOpenMs + FIRST_STEP * MINUTE_MS,
});

export function runElvis(columns: CandleColumns): readonly Trade[] {
  const { trades, denials, cuts } = runBacktest(setupFor(columns), columns);
  const refused = { ...denials, ...cuts };
  if (Object.keys(refused).length > 0)
    throw new Error(`Orders were refused or cut, so nothing can be compared: ${JSON.stringify(refused)}`);
  return trades
    .filter(({ reason }) => reason !== 'end')
    .map((trade) => ({
      enteredAt: placeOf(trade.openedAtMs),
      entryPrice: Number(trade.entryPrice),
      exitedAt: placeOf(trade.closedAtMs),
      exitPrice: Number(trade.exitPrice),
    }));
}
