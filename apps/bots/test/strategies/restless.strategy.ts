import { defineStrategy, ema, param } from '@elvis/strategy';

/** Enters and exits candle by candle, by a chance that it remembers; so each kind of step comes soon. */
export default defineStrategy({
  name: 'restless',
  version: 1,
  summary: 'Enters at one candle and exits at the next.',

  parameters: { stop: param.fraction({ default: '0.05', from: '0.001', to: '0.5' }) },
  state: { tossed: 0 },

  indicators: () => ({ mean: ema('main', 3) }),
  protections: (p) => ({ stop: p.stop }),

  onCandle(t) {
    t.state.tossed = t.random();
    const because = `the mean is ${t.now.mean}, and ${t.state.tossed} was tossed`;
    if (t.position.isFlat) t.enter('LONG', { size: t.size.fraction('0.5'), because });
    else t.exit({ because });
  },
});
