/** What the bots' specs begin with: a configuration, an instrument, a candle. */
import { BotConfigOfRuns, SealedCandle } from '@elvis/contracts';
import { Decimal, Fill, InstrumentMessage, OrderView } from '@elvis/trading';
import { randomUUID } from 'node:crypto';

export const INSTRUMENT: InstrumentMessage = {
  symbol: 'BTCUSDT',
  market: 'futures',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  isTrading: true,
  tickSize: '0.1',
  stepSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: '1000',
  marketStepSize: '0.001',
  marketMinQuantity: '0.001',
  marketMaxQuantity: '1000',
  minNotional: '5',
};

export const aBotConfig = (change: Partial<BotConfigOfRuns> = {}): BotConfigOfRuns => ({
  id: randomUUID(),
  owner: 'user:spec',
  shortCode: 'abc123',
  revision: 1,
  greatestRun: 0,
  codeHash: '0'.repeat(64),
  hasSignalSecret: false,
  createdAtMs: 1,
  updatedAtMs: 1,
  deletedAtMs: null,
  name: 'a bot',
  strategy: 'ema-crossover',
  market: 'futures',
  symbol: 'BTCUSDT',
  interval: '1m',
  initialCapital: '10000',
  parameters: { fast: 2, slow: 3 },
  leverage: 1,
  mode: 'paper',
  ...change,
});

export const candleAt = (openTimeMs: number, close: number): SealedCandle => ({
  market: 'futures',
  symbol: 'BTCUSDT',
  interval: '1m',
  openTimeMs,
  open: `${close}`,
  high: `${close}`,
  low: `${close}`,
  close: `${close}`,
  volume: '1',
  quoteVolume: `${close}`,
  trades: 1,
  revision: 1,
  sealedBy: 'trade',
});

/** An order filled whole at this price. */
export const fillOf = (
  { market, symbol, clientOrderId, side, quantity, botConfigId }: OrderView,
  { tradeId, price }: Pick<Fill, 'tradeId' | 'price'>,
): Fill => ({
  tradeId,
  market,
  symbol,
  clientOrderId,
  exchangeOrderId: tradeId,
  side,
  price,
  quantity,
  quoteQuantity: new Decimal(quantity).times(price).toFixed(),
  fee: '0.01',
  feeAsset: 'USDT',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  realizedPnl: '0',
  isMaker: false,
  ...(botConfigId !== undefined && { botConfigId }),
  tradedAtMs: Date.now(),
});
