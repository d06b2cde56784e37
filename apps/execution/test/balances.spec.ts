import { AccountDiffered, BALANCES_KEY, IncomeItem, movedField } from '@elvis/contracts';
import { Fill } from '@elvis/trading';
import { aFill, anInstrument, opened } from '@elvis/testing';
import { Replica, replicaOver } from './replica';
import { openStores } from './stores';
import { FakeVenue } from './venue.fake';

describe('the balances, held against the exchange', () => {
  const stores = opened(() => openStores('balances-spec'));
  let venue: FakeVenue;
  let replica: Replica;
  let income: IncomeItem[];

  beforeEach(async () => {
    await stores.redis.flushall();
    venue = new FakeVenue();
    venue.listed = [anInstrument()];
    income = [];
    replica = await replicaOver(stores, venue, {}, { listIncome: () => Promise.resolve(income) });
    holds('10000');
    await replica.comparison.compareAccount();
  });

  const holds = (wallet: string): void => {
    venue.balances = [{ asset: 'USDT', wallet, free: wallet }];
  };
  const ours = async (): Promise<string | undefined> =>
    (await replica.balances.wallets('futures'))?.get('USDT');

  const fill = (tradedAtMs = Date.now() + 1_000): Fill =>
    aFill({ side: 'SELL', realizedPnl: '5.12345678', tradedAtMs });

  async function differences(): Promise<AccountDiffered[]> {
    return (await stores.events<AccountDiffered>())
      .map(({ data }) => data)
      .filter(({ kind }) => kind === 'BALANCE');
  }

  it('begin with what the exchange has', async () => {
    expect(await ours()).toBe('10000');
  });

  it('follow each fill once, to the last digit', async () => {
    await replica.balances.addFill(fill());
    await replica.balances.addFill(fill());
    expect(await ours()).toBe('10004.88345678');
    holds('10004.88345678');
    await replica.comparison.compareAccount();
    expect(await differences()).toEqual([]);
  });

  it('leave out a fill from before they began', async () => {
    await replica.balances.addFill(fill(Date.now() - 60_000));
    expect(await ours()).toBe('10000');
  });

  it('are explained by funding that no fill tells of', async () => {
    holds('9998.5');
    income = [
      {
        transactionId: '1',
        type: 'FUNDING_FEE',
        symbol: 'BTCUSDT',
        asset: 'USDT',
        amount: '-1.5',
        tradeId: null,
        info: null,
        atMs: Date.now() + 1_000,
      },
    ];
    await replica.comparison.compareAccount();
    expect(await ours()).toBe('9998.5');
    expect(await differences()).toEqual([]);
  });

  it("are set to the exchange's where nothing explains them, and an event tells of it", async () => {
    holds('9990.00000001');
    await replica.comparison.compareAccount();
    expect(await ours()).toBe('9990.00000001');
    expect(await differences()).toMatchObject([{ about: 'USDT', ours: '10000', theirs: '9990.00000001' }]);
  });

  it('sum up what no fill and no booking explains: it came or went', async () => {
    const moved = () => stores.redis.hget(BALANCES_KEY, movedField('futures', 'USDT'));
    await replica.balances.addFill(fill());
    holds('9990.00000001');
    await replica.comparison.compareAccount();
    // 9990.00000001 - (10000 + 5.12345678 - 0.24) = -14.88345677, in units of 1e-8
    expect(await moved()).toBe('-1488345677');
    holds('10000.00000001');
    await replica.comparison.compareAccount();
    expect(await moved()).toBe('-488345677');
  });
});
