import { defineStrategy, param, rsi } from '@elvis/strategy';

export default defineStrategy({
  name: 'rsi-reversion',
  version: 1,
  summary: 'Buys what has fallen too fast and sells it when it has come back to the middle.',

  parameters: {
    length: param.integer({ default: 14, from: 2, to: 100, help: 'Candles in the index' }),
    oversold: param.number({
      default: 30,
      from: 5,
      to: 45,
      help: 'Bought when the index rises back through this',
    }),
    middle: param.number({ default: 50, from: 46, to: 80, help: 'Sold when the index rises through this' }),
    share: param.fraction({ default: '0.2', from: '0.01', to: '1', help: 'Of the capital in one position' }),
    stop: param.fraction({
      default: '0.02',
      from: '0.002',
      to: '0.2',
      help: 'Distance of the stop from the entry',
    }),
    atMost: param.duration({
      default: '8h',
      from: '5m',
      to: '30d',
      help: 'The position is closed after so long',
    }),
  },

  indicators: (p) => ({ rsi: rsi('main', p.length) }),
  protections: (p) => ({ stop: p.stop }),
  state: { heldSinceMs: 0 },

  onCandle(t) {
    const { oversold, middle, share, atMost } = t.params;
    if (t.position.isFlat && t.crossed('rsi', 'above', oversold)) {
      t.state.heldSinceMs = t.timeMs;
      t.enter('LONG', { size: t.size.fraction(share), because: `the index rose back through ${oversold}` });
    } else if (t.position.isLong && t.now.rsi > middle) t.exit({ because: `the index is above ${middle}` });
    else if (t.position.isLong && t.timeMs - t.state.heldSinceMs >= atMost)
      t.exit({ because: 'it was held long enough' });
  },
});
