/** What is lost on spot counts toward the limits of the account, and what only moves does not. */
import {
  BALANCES_KEY,
  LossesView,
  balancesSinceField,
  clearStop,
  getLimits,
  getTradingState,
  movedField,
  walletField,
} from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { EQUITY_FIELDS } from '../src/facts/equity-record';
import { RiskFleet, anOrder } from './risk-fleet';

const KEY = 'ELVIS_EQUITY';
const ACCOUNT = { balances: [{ asset: 'USDT', wallet: '1000000', free: '1000000' }], positions: [] };
const units = (amount: number): string => (BigInt(Math.round(amount * 1e4)) * 10_000n).toString();

describe('what an account has lost on spot', () => {
  const fleet = opened(() => RiskFleet.start({}, 0));

  beforeEach(async () => {
    await fleet.stopReplicas();
    await fleet.redis.del(KEY, BALANCES_KEY);
    await fleet.measureClock();
    fleet.account = ACCOUNT;
    fleet.spot = { instrument: {}, account: { balances: [], positions: [] } };
    price(60_000);
    await hold({ USDT: 100_000, BTC: 1 });
  });
  afterEach(async () => {
    await until(async () => (await stops()).length === 0 || (await clear()), 'nothing stands');
  });

  const start = async (replicas = 2): Promise<void> => {
    for (let replica = 0; replica < replicas; replica += 1)
      await fleet.addReplica({
        ...{ RISK_MAX_DAILY_LOSS: '500', RISK_MAX_DRAWDOWN: 'off', RISK_MAX_OPEN_ORDERS: 'off' },
      });
  };
  const measured = async (): Promise<void> => {
    await start();
    await everyReplicaSays('NEW');
    await until(async () => (await losses())?.todayByMarket !== undefined, 'spot is measured');
  };
  const price = (middle: number): void => {
    fleet.facts.mark = { mark: `${middle}` };
    fleet.spot!.book = { bids: [[`${middle - 1}`, '10']], asks: [[`${middle + 1}`, '10']] };
  };
  const hold = (amounts: Readonly<Record<string, number>>): Promise<unknown> =>
    fleet.redis.hset(BALANCES_KEY, {
      ...Object.fromEntries(
        Object.entries(amounts).map(([asset, amount]) => [walletField('spot', asset), units(amount)]),
      ),
      [balancesSinceField('spot')]: '1',
    });
  /** As execution books a fill: all of it at once. */
  const traded = async (changes: Readonly<Record<string, number>>): Promise<void> => {
    const step = fleet.redis.multi();
    for (const [asset, amount] of Object.entries(changes))
      step.hincrby(BALANCES_KEY, walletField('spot', asset), units(amount));
    await step.exec();
  };
  /** As execution sets a balance right that no fill explains. */
  const moved = async (asset: string, amount: number): Promise<void> => {
    await fleet.redis
      .multi()
      .hincrby(BALANCES_KEY, walletField('spot', asset), units(amount))
      .hincrby(BALANCES_KEY, movedField('spot', asset), units(amount))
      .exec();
  };
  const losses = async (): Promise<LossesView | undefined> =>
    (await fleet.caller.request(getLimits, {})).losses;
  /** Each replica measures for itself, so any of them may answer with the view of a moment ago. */
  const lossesBecome = async (expected: Readonly<Record<string, unknown>>): Promise<void> => {
    let last: unknown;
    const match = () => expect(last).toMatchObject(expected);
    await until(
      async () => {
        last = await losses();
        try {
          match();
          return true;
        } catch {
          return false;
        }
      },
      `the losses show ${JSON.stringify(expected)}`,
    ).catch(match);
  };
  const stops = async (): Promise<readonly (string | null)[]> => {
    const { scopes } = await fleet.caller.request(getTradingState, {});
    return scopes.map(({ actor }) => actor);
  };
  const stands = (): Promise<void> =>
    until(async () => (await stops()).includes('auto:daily-loss'), 'the loss stops trading');
  const clear = async (): Promise<boolean> => {
    await fleet.caller.request(
      clearStop,
      { actor: 'operator', reason: 'test', force: true },
      { timeoutMs: 20_000 },
    );
    return false;
  };
  const everyReplicaSays = (code: string) => fleet.everyReplicaSays(code, anOrder);

  it('stops trading on both markets once it is above the limit', async () => {
    await measured();
    // 1 BTC bought at 61892 that is worth 60000
    await traded({ USDT: -61_892, BTC: 1 });
    await everyReplicaSays('LOSS_ABOVE_DAILY_MAXIMUM');
    await lossesBecome({ asset: 'USDT', today: '1892', todayByMarket: { futures: '0', spot: '1892' } });
    await stands();
    await clear();
    await everyReplicaSays('NEW');
    await until(async () => (await losses())?.today === '0', 'what was lost is acknowledged');
    // 0.01 x (109200 - 60000) = 492, then as much again: only a further full limit trips
    await traded({ USDT: -1_092, BTC: 0.01 });
    await until(async () => (await losses())?.today === '492', 'it is measured on from there');
    await everyReplicaSays('NEW');
    await traded({ USDT: -1_092, BTC: 0.01 });
    await everyReplicaSays('LOSS_ABOVE_DAILY_MAXIMUM');
  });

  it('follows the price of what is held, and what futures has won is in it', async () => {
    await measured();
    price(59_400);
    await until(async () => (await losses())?.todayByMarket?.spot === '600', 'the coin is worth 600 less');
    await stands();
    fleet.account = { ...fleet.account!, balances: [{ asset: 'USDT', wallet: '1000250', free: '1000250' }] };
    await until(async () => {
      const { today, todayByMarket } = (await losses()) ?? {};
      return today === '350' && todayByMarket?.futures === '-250' && todayByMarket.spot === '600';
    }, '600 lost on spot, 250 won on futures: 350');
  });

  it('is seen soon after a fill although the coin falls on spot alone', async () => {
    await measured();
    await traded({ USDT: -60_000, BTC: 1 });
    await until(async () => (await losses())?.today === '0', 'it is measured');
    fleet.spot!.book = { bids: [['59699', '10']], asks: [['59701', '10']] };
    // 2 x (59700 - 60000)
    await until(async () => (await losses())?.today === '600', 'the spot book is looked at');
  });

  it('is not what is withdrawn, deposited or moved to futures', async () => {
    await measured();
    await moved('USDT', -90_000);
    await moved('BTC', -0.5);
    await moved('BTC', 3);
    const holdings = async () => (await fleet.redis.hget(KEY, 'spot')) ?? '';
    await until(async () => (await holdings()).includes('["BTC","3.5","2.5"]'), 'all of it is noticed');
    expect(await losses()).toMatchObject({ today: '0', todayByMarket: { futures: '0', spot: '0' } });
    await everyReplicaSays('NEW');
    // 3.5 x 200
    price(59_800);
    await until(async () => (await losses())?.today === '700', 'what is held now counts');
  });

  it('is measured on over a restart, and from the record of a build that did not know it', async () => {
    await measured();
    await traded({ USDT: -60_400, BTC: 1 });
    await until(async () => (await losses())?.today === '400', 'it is measured');
    const texts = await fleet.redis.hmget(KEY, ...EQUITY_FIELDS);
    await fleet.stopReplicas();
    await start();
    await until(async () => (await losses())?.today === '400', 'it is measured on');
    await fleet.stopReplicas();
    await fleet.redis.del(KEY);
    const [day, dayStart, peak, course] = texts.map((text) => text ?? '');
    await fleet.redis.hset(KEY, { day, dayStart, peak, course });
    await start();
    await until(async () => (await losses())?.todayByMarket?.spot === '0', 'spot is measured from now on');
    await everyReplicaSays('NEW');
  });

  it('opens nothing on futures while a coin that is held has never had a price', async () => {
    // A coin of its own: no mark follows it.
    fleet.spot = { ...fleet.spot, instrument: { baseAsset: 'XBT' }, book: undefined };
    await hold({ XBT: 1 });
    await start(1);
    await everyReplicaSays('PRICE_MISSING');
    await lossesBecome({ lacks: { code: 'PRICE_MISSING', asset: 'XBT' } });
    expect(await fleet.outcomeOf(anOrder({ side: 'SELL', reduceOnly: true, quantity: '0.01' }))).not.toBe(
      'PRICE_MISSING',
    );
    price(60_000);
    await everyReplicaSays('NEW');
    await until(async () => (await losses())?.lacks === undefined, 'nothing is lacking');
  });

  it('opens nothing on futures while the balances are lost; the last result stands', async () => {
    await measured();
    await traded({ USDT: -60_400, BTC: 1 });
    await until(async () => (await losses())?.today === '400', 'it is measured');
    await fleet.redis.del(BALANCES_KEY);
    await everyReplicaSays('ACCOUNT_MISSING');
    await lossesBecome({ today: '400', lacks: { code: 'ACCOUNT_MISSING', market: 'spot' } });
    await hold({ USDT: 39_600, BTC: 2 });
    await everyReplicaSays('NEW');
    expect(await losses()).toMatchObject({ today: '400' });
  });

  it('is not asked for where spot is not traded', async () => {
    fleet.spot = undefined;
    await start(1);
    await everyReplicaSays('NEW');
    expect(await losses()).not.toHaveProperty('todayByMarket');
  });
});
