import { defineStrategy } from '@elvis/strategy';

export default defineStrategy({
  name: 'endless',
  version: 1,
  summary: 'Never returns.',
  parameters: {},
  onCandle() {
    for (;;);
  },
});
