import { defineStrategy } from '@elvis/strategy';

export default defineStrategy({
  name: 'sleeper',
  version: 1,
  summary: 'Takes a while.',
  parameters: {},
  onCandle(t) {
    let sum = 0;
    for (let at = 0; at < 1e6; at += 1) sum += at % 7;
    t.note('awake', { sum });
  },
});
