import { Fraction, defineStrategy } from '@elvis/strategy';

export default defineStrategy({
  name: 'patient',
  version: 1,
  summary: 'Offers once, a little below the price, and for one second.',
  parameters: {},
  state: { hasOffered: false },
  onCandle(t) {
    if (t.state.hasOffered) return;
    t.state.hasOffered = true;
    t.enter('LONG', {
      size: t.size.fraction(Fraction.of('0.5')),
      at: { type: 'maker', offset: Fraction.of('0.01') },
      goodFor: '1s',
      because: 'it is the first candle',
    });
  },
});
