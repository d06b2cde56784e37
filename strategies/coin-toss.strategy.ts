import { defineStrategy, param } from '@elvis/strategy';

export default defineStrategy({
  name: 'coin-toss',
  version: 1,
  summary: 'Enters by the toss of a coin: it must lose its costs and nothing else, or the backtest is wrong.',

  parameters: {
    chance: param.number({ default: 0.02, from: 0.0001, to: 1, help: 'Of an entry, each candle' }),
    hold: param.integer({ default: 15, from: 1, to: 10_000, help: 'Candles from entry to exit' }),
    share: param.fraction({ default: '0.2', from: '0.01', to: '1', help: 'Of the capital in one position' }),
  },
  state: { left: 0 },

  onCandle(t) {
    const toss = t.random();
    if (t.position.isFlat && toss < t.params.chance) {
      const side = t.random() < 0.5 ? 'LONG' : 'SHORT';
      t.state.left = t.params.hold;
      t.enter(side, { size: t.size.fraction(t.params.share), because: 'the coin says so' });
    } else if (!t.position.isFlat) {
      t.state.left -= 1;
      if (t.state.left <= 0) t.exit({ because: 'it was held as long as it should' });
    }
  },
});
