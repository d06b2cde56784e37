import { defineStrategy, ema, param } from '@elvis/strategy';

export default defineStrategy({
  name: 'ema-crossover',
  version: 1,
  summary: 'Long while the fast average is above the slow one.',

  parameters: {
    fast: param.integer({ default: 9, from: 2, to: 100, help: 'Candles in the fast average' }),
    slow: param.integer({ default: 21, from: 3, to: 400, help: 'Candles in the slow average' }),
    risk: param.fraction({
      default: '0.01',
      from: '0.001',
      to: '0.05',
      help: 'Of the capital, lost if the stop is hit',
    }),
    stop: param.fraction({
      default: '0.01',
      from: '0.001',
      to: '0.1',
      help: 'Distance of the stop from the entry',
    }),
    target: param.fraction({ default: '0.03', from: '0.001', to: '0.5', help: 'Distance of the target' }),
    shorts: param.switch({ default: false, help: 'Sell short where the averages cross downwards' }),
  },
  valid: (p) => p.fast < p.slow || 'fast must be shorter than slow',

  indicators: (p) => ({ fast: ema('main', p.fast), slow: ema('main', p.slow) }),
  protections: (p) => ({ stop: p.stop, target: p.target }),

  onCandle(t) {
    if (t.crossed('fast', 'above', 'slow')) {
      if (t.position.isShort) t.exit({ because: 'the fast average rose through the slow one' });
      if (!t.position.isLong)
        t.enter('LONG', {
          size: t.size.toRisk(t.params.risk),
          because: 'the fast average rose through the slow one',
        });
    }
    if (t.crossed('fast', 'below', 'slow')) {
      if (t.position.isLong) t.exit({ because: 'the fast average fell through the slow one' });
      if (t.params.shorts && !t.position.isShort)
        t.enter('SHORT', {
          size: t.size.toRisk(t.params.risk),
          because: 'the fast average fell through the slow one',
        });
    }
  },
});
