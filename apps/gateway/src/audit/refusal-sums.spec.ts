import { AuditEntry } from './audit-entry';
import { OTHER_ADDRESSES, RefusalSums } from './refusal-sums';

const refused = (remoteIp: string, receivedAtMs: number, method = 'GET'): AuditEntry => ({
  actor: 'nobody',
  traceId: `trace-${receivedAtMs}`,
  request: {
    method,
    route: '/trades',
    target: null,
    remoteIp,
    outcome: 'refused',
    status: 401,
    code: 'API_KEY_WRONG',
    receivedAtMs,
    durationMs: 1,
  },
});

describe('refused requests of nobody', () => {
  it('are one record an address and minute: the first, how many, and when the last came', () => {
    const sums = new RefusalSums();
    for (let n = 0; n < 500; n += 1) sums.add(refused('10.0.0.1', 1_000 + n), n);
    expect(sums.takeDue(59_999)).toEqual([]);
    const first = refused('10.0.0.1', 1_000);
    // 1,000 + 499 is when the last of the 500 came.
    expect(sums.takeDue(60_000)).toEqual([
      { ...first, request: { ...first.request, count: 500, lastAtMs: 1_499 } },
    ]);
    expect(sums.takeDue(200_000)).toEqual([]);
  });

  it('are told as before where there was one', () => {
    const sums = new RefusalSums();
    sums.add(refused('10.0.0.1', 5), 0);
    expect(sums.takeDue(60_000)).toEqual([refused('10.0.0.1', 5)]);
  });

  it('begin a minute of their own with the first of each address, and the next with the first after it', () => {
    const sums = new RefusalSums();
    sums.add(refused('10.0.0.1', 0), 0);
    sums.add(refused('10.0.0.2', 30_000), 30_000);
    sums.add(refused('10.0.0.1', 59_999), 59_999);
    const due = (nowMs: number) =>
      sums.takeDue(nowMs).map(({ request }) => [request.remoteIp, request.count]);
    expect(due(60_000)).toEqual([['10.0.0.1', 2]]);
    sums.add(refused('10.0.0.1', 61_000), 61_000);
    expect(due(90_000)).toEqual([['10.0.0.2', undefined]]);
    expect(due(121_000)).toEqual([['10.0.0.1', undefined]]);
  });

  it('of one IPv6 network are summed as that network', () => {
    const sums = new RefusalSums();
    for (let n = 1; n <= 9; n += 1) sums.add(refused(`2001:db8:1:2::${n}`, n), n);
    expect(sums.takeAll().map(({ request }) => [request.remoteIp, request.count])).toEqual([
      ['2001:db8:1:2::/64', 9],
    ]);
  });

  it('of more than a thousand addresses are a thousand records and one', () => {
    const sums = new RefusalSums();
    for (let n = 0; n < 5_000; n += 1) sums.add(refused(`10.0.${n >> 8}.${n & 255}`, n), n);
    const taken = sums.takeAll();
    expect(taken).toHaveLength(1_001);
    // The table holds 1,000 of 5,000; with the record of the others it holds 1,001, and all others go there.
    expect(taken.at(-1)?.request).toMatchObject({ remoteIp: OTHER_ADDRESSES, count: 4_000 });
    expect(taken.reduce((sum, { request }) => sum + (request.count ?? 1), 0)).toBe(5_000);
  });
});
