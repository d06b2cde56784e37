import { bollinger, defineStrategy, param } from '@elvis/strategy';

export default defineStrategy({
  name: 'bollinger-reversion',
  version: 1,
  summary: 'Buys a close below the lower band and sells at the middle.',

  parameters: {
    length: param.integer({ default: 20, from: 5, to: 200 }),
    deviations: param.number({ default: 2, from: 0.5, to: 5, help: 'Width of the bands' }),
    share: param.fraction({ default: '0.2', from: '0.01', to: '1', help: 'Of the capital in one position' }),
    stop: param.fraction({ default: '0.02', from: '0.002', to: '0.2' }),
  },

  indicators: (p) => ({ bands: bollinger('main', p.length, p.deviations) }),
  protections: (p) => ({ stop: p.stop }),

  onCandle(t) {
    const { lower, middle } = t.now.bands;
    if (t.position.isFlat && t.candle.close < lower)
      t.enter('LONG', { size: t.size.fraction(t.params.share), because: 'it closed below the lower band' });
    else if (t.position.isLong && t.candle.close >= middle)
      t.exit({ because: 'it is back at the middle band' });
  },
});
