import { atr, defineStrategy, ema, macd, param } from '@elvis/strategy';

export default defineStrategy({
  name: 'macd-trend',
  version: 1,
  summary: 'Long while MACD is above its signal and the price above its long average.',

  parameters: {
    fast: param.integer({ default: 12, from: 2, to: 100 }),
    slow: param.integer({ default: 26, from: 3, to: 400 }),
    signal: param.integer({ default: 9, from: 2, to: 100 }),
    trend: param.integer({ default: 100, from: 10, to: 500, help: 'Candles in the long average' }),
    quiet: param.number({
      default: 0.0005,
      from: 0,
      to: 0.05,
      help: 'No entry where the true range is less, of the price',
    }),
    risk: param.fraction({
      default: '0.01',
      from: '0.001',
      to: '0.05',
      help: 'Of the capital, lost if the stop is hit',
    }),
    stop: param.fraction({ default: '0.015', from: '0.001', to: '0.1' }),
    trailing: param.fraction({
      default: '0.02',
      from: '0.001',
      to: '0.2',
      help: 'How far the trailing stop follows behind',
    }),
  },
  valid: (p) => p.fast < p.slow || 'fast must be shorter than slow',

  indicators: (p) => ({ macd: macd('main', p), trend: ema('main', p.trend), range: atr('main', 14) }),
  protections: (p) => ({ stop: p.stop, trailing: p.trailing }),

  onCandle(t) {
    const { histogram } = t.now.macd;
    const before = t.before(1).macd.histogram;
    const isLively = t.now.range / t.candle.close >= t.params.quiet;
    if (t.position.isFlat && before <= 0 && histogram > 0 && t.candle.close > t.now.trend && isLively)
      t.enter('LONG', {
        size: t.size.toRisk(t.params.risk),
        because: 'MACD rose through its signal in a rising market',
      });
    else if (t.position.isLong && histogram < 0) t.exit({ because: 'MACD is below its signal' });
  },
});
