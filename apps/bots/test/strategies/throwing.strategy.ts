import { defineStrategy } from '@elvis/strategy';

export default defineStrategy({
  name: 'throwing',
  version: 1,
  summary: 'Throws at every candle.',
  parameters: {},
  onCandle() {
    throw new Error('as it always does');
  },
});
