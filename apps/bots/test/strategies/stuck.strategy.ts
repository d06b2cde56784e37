import { defineStrategy } from '@elvis/strategy';

// Its file is never loaded to its end.
let turns = 0;
while (turns < 2) turns = (turns + 1) % 2;

export default defineStrategy({
  name: 'stuck',
  version: 1,
  summary: `Has turned ${turns} times.`,
  parameters: {},
  onCandle() {
    // Nobody comes here.
  },
});
