import { readBannedUntilMs, readMeterLimits, readMeters, readRetryAfterMs } from './meters';

describe('meter headers', () => {
  it.each`
    headers                                                          | readings
    ${{ 'x-mbx-used-weight-1m': '12' }}                              | ${[{ kind: 'weight', windowMs: 60_000, used: 12 }]}
    ${{ 'X-MBX-USED-WEIGHT-1M': 12 }}                                | ${[{ kind: 'weight', windowMs: 60_000, used: 12 }]}
    ${{ 'x-mbx-order-count-10s': '3', 'x-mbx-order-count-1m': '7' }} | ${[{ kind: 'orders', windowMs: 10_000, used: 3 }, { kind: 'orders', windowMs: 60_000, used: 7 }]}
    ${{ 'x-mbx-order-count-1d': ['900'] }}                           | ${[{ kind: 'orders', windowMs: 86_400_000, used: 900 }]}
    ${{ 'x-mbx-used-weight-6S': ' 5 ' }}                             | ${[{ kind: 'weight', windowMs: 6_000, used: 5 }]}
    ${{ 'x-mbx-used-weight-2h': '0' }}                               | ${[{ kind: 'weight', windowMs: 7_200_000, used: 0 }]}
    ${{ 'x-mbx-used-weight': '12' }}                                 | ${[]}
    ${{ 'x-mbx-used-weight-1m': '' }}                                | ${[]}
    ${{ 'x-mbx-used-weight-1m': '-4' }}                              | ${[]}
    ${{ 'x-mbx-used-weight-1m': '1e3' }}                             | ${[]}
    ${{ 'x-mbx-used-weight-1m': '12.5' }}                            | ${[]}
    ${{ 'x-mbx-used-weight-0m': '12' }}                              | ${[]}
    ${{ 'x-mbx-used-weight-1y': '12' }}                              | ${[]}
    ${{ 'x-mbx-used-weight-1m': undefined }}                         | ${[]}
    ${{ 'x-sapi-used-ip-weight-1m': '12' }}                          | ${[]}
    ${{}}                                                            | ${[]}
  `('$headers say $readings', ({ headers, readings }) => {
    expect(readMeters(headers)).toEqual(readings);
  });

  it.each`
    headers                                                                                      | ms
    ${{ 'retry-after': '30' }}                                                                   | ${30_000}
    ${{ 'Retry-After': 0 }}                                                                      | ${0}
    ${{ 'retry-after': '1.5' }}                                                                  | ${1_500}
    ${{ 'retry-after': ['7'] }}                                                                  | ${7_000}
    ${{ 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }} | ${10_000}
    ${{ 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT' }}                                        | ${undefined}
    ${{ 'retry-after': '-5' }}                                                                   | ${undefined}
    ${{ 'retry-after': 'soon' }}                                                                 | ${undefined}
    ${{}}                                                                                        | ${undefined}
  `('$headers ask to wait $ms ms', ({ headers, ms }) => {
    expect(readRetryAfterMs(headers)).toBe(ms);
  });

  it.each`
    message                                                               | until
    ${'Way too many requests; IP banned until 1615183669840. Please use'} | ${1615183669840}
    ${'Way too many requests; IP(1.2.3.4) banned until 1615183669840'}    | ${1615183669840}
    ${'Way too much request weight used; IP banned until 1615183669840.'} | ${1615183669840}
    ${'banned until tomorrow'}                                            | ${undefined}
    ${''}                                                                 | ${undefined}
  `('"$message" bans until $until', ({ message, until }) => {
    expect(readBannedUntilMs(message)).toBe(until);
  });
});

describe('announced limits', () => {
  it('are read with their intervals', () => {
    expect(
      readMeterLimits([
        { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 },
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
        { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200000, count: 4 },
        { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300000 },
        { rateLimitType: 'SOMETHING_NEW', interval: 'FORTNIGHT', limit: 1 },
      ]),
    ).toEqual([
      { kind: 'weight', windowMs: 60_000, limit: 2400 },
      { kind: 'orders', windowMs: 10_000, limit: 300 },
      { kind: 'orders', windowMs: 86_400_000, limit: 200000 },
      { kind: 'requests', windowMs: 300_000, limit: 300000 },
    ]);
  });

  it.each`
    rateLimits
    ${undefined}
    ${{}}
    ${[null]}
    ${[{ rateLimitType: 'ORDERS', interval: 'FORTNIGHT', intervalNum: 1, limit: 5 }]}
    ${[{ rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 0, limit: 5 }]}
    ${[{ rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 0 }]}
    ${[{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1 }]}
  `('are refused when they cannot be read: $rateLimits', ({ rateLimits }) => {
    expect(() => readMeterLimits(rateLimits)).toThrow(expect.objectContaining({ code: 'VENUE_UNREADABLE' }));
  });
});
