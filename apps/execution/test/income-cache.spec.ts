import { IncomeItem, ListIncome } from '@elvis/contracts';
import { opened } from '@elvis/testing';
import { AccountStore } from '../src/facts/account-store';
import { IncomeHistory } from '../src/venue/income-history';
import { IncomeCache } from '../src/facts/income-cache';
import { openStores } from './stores';

const bookingAt = (atMs: number): IncomeItem => ({
  ...{ transactionId: `${atMs}`, type: 'FUNDING_FEE', symbol: 'BTCUSDT', asset: 'USDT', amount: '-1' },
  ...{ tradeId: null, info: null, atMs },
});

/** What the exchange has booked, and how often it was asked. */
class CountedHistory extends IncomeHistory {
  asked = 0;
  booked: IncomeItem[] = [];

  listIncome({ fromMs, toMs, limit }: ListIncome): Promise<readonly IncomeItem[]> {
    this.asked += 1;
    return Promise.resolve(this.booked.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).slice(0, limit));
  }
}

describe('the bookings of the exchange', () => {
  const stores = opened(() => openStores('income-cache-spec'));
  let history: CountedHistory;
  let cache: IncomeCache;

  beforeEach(async () => {
    await stores.letTrade();
    history = new CountedHistory();
    cache = new IncomeCache(history, new AccountStore(stores.redis), stores.clock);
  });

  const now = (): number => stores.clock.now();
  /** The account is followed, and its wallets last changed so long ago. */
  const quietFor = (ms: number, knownAgoMs = 0): Promise<void> => {
    const times = {
      readAtMs: now(),
      knownToMs: now() - knownAgoMs,
      walletsChangedAtMs: now() - ms,
    };
    return new AccountStore(stores.redis).writeKnown(
      'futures',
      { balances: [], positions: [], ...times },
      'spec',
    );
  };
  const list = (agoMs: number, change: Partial<ListIncome> = {}): Promise<readonly IncomeItem[]> =>
    cache.listIncome({ market: 'futures', fromMs: now() - agoMs, toMs: now(), limit: 1_000, ...change });

  it('are read once while no wallet changes, for whoever asks, of the part that he asked for', async () => {
    await quietFor(120_000);
    history.booked = [bookingAt(now() - 500_000), bookingAt(now() - 200_000)];
    expect(await list(600_000)).toHaveLength(2);
    expect(await list(300_000)).toEqual([history.booked[1]]);
    expect(await list(100_000)).toEqual([]);
    expect(history.asked).toBe(1);
  });

  it('are read again of a longer span', async () => {
    await quietFor(120_000);
    await list(100_000);
    await list(600_000);
    expect(history.asked).toBe(2);
    await list(300_000);
    expect(history.asked).toBe(2);
  });

  it.each`
    because                                        | changedAgoMs | knownAgoMs
    ${'a wallet has just changed'}                 | ${0}         | ${0}
    ${'a booking may still be listed late'}        | ${50_000}    | ${0}
    ${'nobody knows whether a wallet has changed'} | ${600_000}   | ${10_000}
  `('are read each time while $because', async ({ changedAgoMs, knownAgoMs }) => {
    await quietFor(changedAgoMs as number, knownAgoMs as number);
    await list(600_000);
    await list(600_000);
    expect(history.asked).toBe(2);
  });

  it('are read page by page where one page does not hold them', async () => {
    await quietFor(120_000);
    history.booked = [bookingAt(now() - 3_000), bookingAt(now() - 2_000)];
    await list(10_000, { limit: 1 });
    await list(10_000, { limit: 1, page: 2 });
    expect(history.asked).toBe(2);
  });
});
