import { defineStrategy, param, rsi } from '@elvis/strategy';

export default defineStrategy({
  name: 'dca',
  version: 1,
  summary: 'Buys a dip and buys more the further it falls; one target and one stop for the average price.',

  parameters: {
    share: param.fraction({
      default: '0.05',
      from: '0.005',
      to: '0.5',
      help: 'Of the capital, in the first order',
    }),
    oversold: param.number({
      default: 35,
      from: 5,
      to: 60,
      help: 'The first order is sent when the index falls below',
    }),
    safetyOrders: param.integer({ default: 4, from: 0, to: 15, help: 'How many more orders at most' }),
    step: param.fraction({
      default: '0.01',
      from: '0.001',
      to: '0.1',
      help: 'Fall to the first safety order',
    }),
    stepScale: param.number({
      default: 1.3,
      from: 1,
      to: 3,
      help: 'Each further fall is so many times the one before',
    }),
    sizeScale: param.number({
      default: 1.5,
      from: 1,
      to: 3,
      help: 'Each further order is so many times the one before',
    }),
    target: param.fraction({ default: '0.01', from: '0.001', to: '0.2', help: 'Above the average price' }),
    stop: param.fraction({ default: '0.15', from: '0.01', to: '0.6', help: 'Below the average price' }),
  },

  indicators: () => ({ rsi: rsi('main', 14) }),
  protections: (p) => ({ stop: p.stop, target: p.target }),
  state: { firstPrice: 0 },

  onCandle(t) {
    if (!t.position.isFlat) return;
    for (const { name } of t.orders)
      if (name.startsWith('safety-')) t.cancel(name, { because: 'the position it belonged to is closed' });
    if (t.now.rsi < t.params.oversold)
      t.enter('LONG', {
        size: t.size.fraction(t.params.share),
        because: `the index is below ${t.params.oversold}`,
      });
  },

  onFill(t, { name, price }) {
    if (name !== 'entry') return;
    t.state.firstPrice = price.toNumber();
    const { share, safetyOrders, stepScale, sizeScale } = t.params;
    let fall = 0;
    let step = t.params.step.toNumber();
    let size = share;
    for (let order = 1; order <= safetyOrders; order += 1) {
      fall += step;
      step *= stepScale;
      size = size.times(sizeScale);
      if (fall >= 1) break;
      t.place(`safety-${order}`, {
        side: 'BUY',
        price: t.price(t.state.firstPrice * (1 - fall)),
        size: t.size.fraction(size),
        because: `safety order ${order}, ${(fall * 100).toFixed(2)} % below the first`,
      });
    }
  },
});
