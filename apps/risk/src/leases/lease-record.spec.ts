import { IDLE_KEPT_MS, LeaseRecord, afterLook, afterOpening, isLeaseRecord } from './lease-record';

const place = { market: 'futures', subject: 'BTCUSDT' } as const;
const opening = (holder: string, atMs = 1_000) => ({
  place,
  symbol: 'BTCUSDT',
  holder,
  atMs,
  baseline: null,
});
const taken = afterOpening(undefined, opening('bot:a')) as LeaseRecord;

describe('a lease', () => {
  it('is taken by the first opening order, and stands as it is for the next', () => {
    expect(taken).toMatchObject({ ...place, holder: 'bot:a', takenAtMs: 1_000, releasedAtMs: null });
    expect(afterOpening(taken, opening('bot:a', 2_000))).toBeUndefined();
    expect(isLeaseRecord(JSON.parse(JSON.stringify(taken)))).toBe(true);
  });

  it('is given back a minute after its holder has nothing there, and no sooner', () => {
    const idle = afterLook(taken, true, 5_000) as LeaseRecord;
    expect(idle).toMatchObject({ holder: 'bot:a', idleSinceMs: 5_000 });
    expect(afterLook(idle, true, 5_000 + IDLE_KEPT_MS - 1)).toBeUndefined();
    expect(afterLook(idle, true, 5_000 + IDLE_KEPT_MS)).toMatchObject({
      holder: null,
      releasedAtMs: 5_000 + IDLE_KEPT_MS,
      releasedBy: 'system',
    });
  });

  it.each([
    ['an opening order', (idle: LeaseRecord) => afterOpening(idle, opening('bot:a', 9_000))],
    ['a look that finds something there', (idle: LeaseRecord) => afterLook(idle, false, 9_000)],
  ])('begins to wait again with %s', (_what, change) => {
    const idle = afterLook(taken, true, 5_000) as LeaseRecord;
    expect(change(idle)).toMatchObject({ holder: 'bot:a', idleSinceMs: null });
  });

  it('is not touched while it cannot be seen whether its holder has anything there', () => {
    const idle = afterLook(taken, true, 5_000) as LeaseRecord;
    expect(afterLook(idle, undefined, 900_000)).toBeUndefined();
    expect(afterLook(taken, undefined, 900_000)).toBeUndefined();
  });

  it.each([[null], [{}], [{ version: 2 }], [{ ...taken, holder: 5 }]])('is not read from %j', (stored) => {
    expect(isLeaseRecord(stored)).toBe(false);
  });
});
