import { defineStrategy } from '@elvis/strategy';

export default defineStrategy({
  name: 'clock-reader',
  version: 1,
  summary: 'Reads the clock.',
  parameters: {},
  onCandle(t) {
    t.note(`it is ${Date.now()}`);
  },
});
