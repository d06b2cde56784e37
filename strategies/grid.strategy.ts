import { defineStrategy, param } from '@elvis/strategy';

export default defineStrategy({
  name: 'grid',
  version: 1,
  summary: 'Rests buys in even steps below the price, and for each that fills a sell one step above it.',

  parameters: {
    levels: param.integer({ default: 5, from: 1, to: 20, help: 'Buys that rest at once' }),
    step: param.fraction({
      default: '0.002',
      from: '0.0005',
      to: '0.05',
      help: 'Between two levels, of the price',
    }),
    notional: param.fraction({
      default: '0.02',
      from: '0.005',
      to: '0.2',
      help: 'Of the capital, at one level',
    }),
    stop: param.fraction({ default: '0.05', from: '0.01', to: '0.5', help: 'Below the entry price of all' }),
  },

  protections: (p) => ({ stop: p.stop }),
  /** Where the grid hangs, and which of its levels were bought and not sold. */
  state: { origin: 0, held: [] as number[] },

  onCandle(t) {
    if (t.position.isFlat) t.state.held = [];
    if (
      t.state.origin === 0 ||
      (t.position.isFlat && t.candle.close > t.state.origin * (1 + t.params.step.toNumber()))
    ) {
      for (const { name } of t.orders)
        if (name.startsWith('buy-')) t.cancel(name, { because: 'the market rose away from the grid' });
      t.state.origin = t.candle.close;
    }
    const rung = (level: number): number => t.state.origin * (1 - t.params.step.toNumber() * level);
    const resting = new Set(t.orders.map(({ name }) => name));
    for (let level = 1; level <= t.params.levels; level += 1) {
      const isHeld = t.state.held.includes(level);
      if (isHeld || resting.has(`buy-${level}`) || rung(level) >= t.candle.close) continue;
      t.place(`buy-${level}`, {
        side: 'BUY',
        price: t.price(rung(level)),
        size: t.size.fraction(t.params.notional),
        because: `level ${level} of the grid`,
      });
    }
  },

  onFill(t, { name, quantity }) {
    const [side, text] = name.split('-');
    const level = Number(text);
    if (side === 'buy') {
      t.state.held = [...t.state.held, level];
      const above = t.state.origin * (1 - t.params.step.toNumber() * (level - 1));
      t.place(`sell-${level}`, {
        side: 'SELL',
        price: t.price(above),
        size: t.size.quantity(quantity),
        isReduceOnly: true,
        because: `one step above level ${level}`,
      });
    } else if (side === 'sell') t.state.held = t.state.held.filter((each) => each !== level);
  },
});
