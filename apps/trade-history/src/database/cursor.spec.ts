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
    for (const id of ['futures-7', 'futures-币安人生USDT-00000000000007'])
      expect(readCursor(writeCursor({ createdAt, id }))).toEqual({ createdAt, id });
  });

  it.each([
    '0000-01-01T00:00:00.000000Z~futures-7',
    '0000-12-31T23:59:59.999999Z~futures-7',
    '-0001-01-01T00:00:00.000000Z~futures-7',
    '2024-02-30T00:00:00.000000Z~futures-7',
    '2024-01-01T24:00:00.000000Z~futures-7',
    '2024-01-01T00:00:00.000Z~futures-7',
    '2024-01-01T00:00:00.000000Z~',
    '2024-01-01T00:00:00.000000Z~a b',
    '2024-01-01T00:00:00.000000Z',
    '',
  ])('is none that a page has given: %j', (text) => {
    expect(readCursor(text)).toBeUndefined();
  });

  it('may be of the first and of the last year there is', () => {
    for (const createdAt of ['0001-01-01T00:00:00.000000Z', '9999-12-31T23:59:59.999999Z'])
      expect(readCursor(`${createdAt}~a`)).toEqual({ createdAt, id: 'a' });
  });
});
