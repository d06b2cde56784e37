import { defineStrategy, ema, param, rsi } from '@elvis/strategy';

export default defineStrategy({
  name: 'ema-rsi',
  version: 1,
  summary:
    'Follows two averages, and leaves out crossings in which the market is already overbought or oversold.',

  parameters: {
    fast: param.integer({ default: 12, from: 2, to: 100 }),
    slow: param.integer({ default: 26, from: 3, to: 400 }),
    length: param.integer({ default: 14, from: 2, to: 100, help: 'Candles in the strength index' }),
    overbought: param.number({ default: 70, from: 50, to: 95 }),
    oversold: param.number({ default: 30, from: 5, to: 50 }),
    share: param.fraction({ default: '0.1', from: '0.01', to: '1', help: 'Of the capital in one position' }),
    stop: param.fraction({ default: '0.02', from: '0.001', to: '0.2' }),
    target: param.fraction({ default: '0.04', from: '0.001', to: '0.5' }),
    shorts: param.switch({ default: false }),
  },
  valid: (p) => p.fast < p.slow || 'fast must be shorter than slow',

  indicators: (p) => ({ fast: ema('main', p.fast), slow: ema('main', p.slow), rsi: rsi('main', p.length) }),
  protections: (p) => ({ stop: p.stop, target: p.target }),

  onCandle(t) {
    const { overbought, oversold, share, shorts } = t.params;
    if (t.crossed('fast', 'above', 'slow')) {
      if (t.position.isShort) t.exit({ because: 'the averages crossed upwards' });
      if (!t.position.isLong && t.now.rsi < overbought)
        t.enter('LONG', {
          size: t.size.fraction(share),
          because: 'the averages crossed upwards, not overbought',
        });
    }
    if (t.crossed('fast', 'below', 'slow')) {
      if (t.position.isLong) t.exit({ because: 'the averages crossed downwards' });
      if (shorts && !t.position.isShort && t.now.rsi > oversold)
        t.enter('SHORT', {
          size: t.size.fraction(share),
          because: 'the averages crossed downwards, not oversold',
        });
    }
  },
});
