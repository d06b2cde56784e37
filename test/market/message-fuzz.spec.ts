import { fuzzMessages } from './message-fuzz';

describe('messages that no exchange should send', () => {
  it('are each read, ignored, or malformed for a reason, and never end the process', () => {
    const kinds = fuzzMessages(20_000, 1);
    expect([...kinds.values()].reduce((sum, count) => sum + count, 0)).toBe(20_000);
    for (const kind of ['json', 'shape', 'depth', 'mark', 'trade', 'ticker'])
      expect(kinds.get(`malformed: ${kind}`)).toBeGreaterThan(100);
  });
});
