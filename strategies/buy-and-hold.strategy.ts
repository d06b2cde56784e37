import { defineStrategy, param } from '@elvis/strategy';

export default defineStrategy({
  name: 'buy-and-hold',
  version: 1,
  summary: 'Buys once and holds: what any other strategy has to beat.',

  parameters: {
    share: param.fraction({ default: '0.95', from: '0.01', to: '1', help: 'Of the capital' }),
  },
  state: { hasBought: false },

  onCandle(t) {
    if (t.state.hasBought) return;
    t.state.hasBought = true;
    t.enter('LONG', { size: t.size.fraction(t.params.share), because: 'it is the first candle' });
  },
});
