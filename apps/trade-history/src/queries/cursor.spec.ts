import { microTime, readCursor, writeCursor } from './cursor';

describe('the cursor of a page', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000000Z'],
    [1_763_700_000_000_001, '2025-11-21T04:40:00.000001Z'],
    [1_763_700_000_999_999, '2025-11-21T04:40:00.999999Z'],
    [-1, '1969-12-31T23:59:59.999999Z'],
    [8_999_999_999_999_990, '2255-03-14T15:59:59.999990Z'],
  ])('carries %d microseconds as %s and comes back as it went', (micros, createdAt) => {
    expect(microTime(micros)).toBe(createdAt);
    expect(readCursor(writeCursor({ createdAt, id: 'futures-7' }))).toEqual({ createdAt, id: 'futures-7' });
  });
});
