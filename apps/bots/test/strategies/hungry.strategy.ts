import { defineStrategy } from '@elvis/strategy';

export default defineStrategy({
  name: 'hungry',
  version: 1,
  summary: 'Fills its heap.',
  parameters: {},
  onCandle() {
    const kept: string[][] = [];
    for (;;) kept.push(Array.from({ length: 10_000 }, (_, at) => `kept ${at}`));
  },
});
