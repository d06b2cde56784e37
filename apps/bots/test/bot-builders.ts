/** What the bots' specs begin with: a configuration, an instrument, a candle. */
import { BotConfigOfRuns, SealedCandle } from '@elvis/contracts';
import { InstrumentMessage } from '@elvis/trading';
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
