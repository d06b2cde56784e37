import { defineStrategy } from '@elvis/strategy';

export default defineStrategy({
  name: 'hungry',
  version: 1,
  summary: 'Fills its heap.',
  parameters: {},
  onCandle() {
    const kept: number[][] = [];
    for (;;) kept.push(new Array<number>(200_000).fill(kept.length));
  },
});
