import { Decimal, Instrument } from '@elvis/trading';
import { Candle, Strategy } from '@elvis/strategy';
import { BacktestRun, BacktestSetup, Costs, FUTURES_COSTS, runBacktest, toColumns } from '../src';

const d = (text: string): Decimal => new Decimal(text);

export const FUTURES: Instrument = {
  symbol: 'BTCUSDT',
  market: 'futures',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  isTrading: true,
  tickSize: d('0.1'),
  stepSize: d('0.001'),
  minQuantity: d('0.001'),
  maxQuantity: d('1000'),
  marketStepSize: d('0.001'),
  marketMinQuantity: d('0.001'),
  marketMaxQuantity: d('120'),
  minNotional: d('5'),
};

export const SPOT: Instrument = { ...FUTURES, market: 'spot' };

/** No fees, no slippage, no funding: what a rule does stands out. */
export const FREE: Costs = {
  takerFee: d('0'),
  makerFee: d('0'),
  halfSpread: 0,
  slippage: 0,
  slippageFrom: 'none',
  fundingRate: d('0'),
  liquidationFee: d('0'),
};

/** 2026-01-01T00:00:00Z. */
export const NEW_YEAR_MS = 1_767_225_600_000;

/** Rows of open, high, low and close, minute by minute. */
export type Row = readonly [open: number, high: number, low: number, close: number];
export const minutes = (rows: readonly Row[], firstOpenMs = NEW_YEAR_MS): Candle[] =>
  rows.map(([open, high, low, close], at) => ({
    openTimeMs: firstOpenMs + at * 60_000,
    open,
    high,
    low,
    close,
    volume: 1,
  }));

export const still = (price: number, count: number): Row[] =>
  Array.from({ length: count }, (): Row => [price, price, price, price]);

export const setupOf = (strategy: Strategy, change: Partial<BacktestSetup> = {}): BacktestSetup => ({
  strategy,
  bot: { symbol: 'BTCUSDT', interval: '1m' },
  instrument: FUTURES,
  capital: d('10000'),
  leverage: 3,
  limits: {},
  costs: FUTURES_COSTS,
  seed: 1,
  ...change,
});

export const backtestOn = (
  strategy: Strategy,
  rows: readonly Row[],
  change: Partial<BacktestSetup> = {},
): BacktestRun => runBacktest(setupOf(strategy, change), toColumns('BTCUSDT', '1m', minutes(rows)));
