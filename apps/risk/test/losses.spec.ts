import { IncomeItem, clearStop, getTradingState } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { EQUITY_FIELDS } from '../src/facts/equity-record';
import { RiskFleet, anOrder } from './risk-fleet';

const KEY = 'ELVIS_EQUITY';
let bookings = 0;

const transfer = (amount: string): IncomeItem => ({
  ...{ transactionId: `${(bookings += 1)}`, type: 'TRANSFER', symbol: null, asset: 'USDT', amount },
  ...{ tradeId: null, info: null, atMs: Date.now() },
});

describe('what an account has lost', () => {
  const fleet = opened(() =>
    RiskFleet.start({ RISK_MAX_DAILY_LOSS: '500', RISK_MAX_DRAWDOWN: 'off', RISK_MAX_OPEN_ORDERS: 'off' }, 2),
  );

  const wallet = (amount: string, booked: readonly IncomeItem[] = []): void => {
    fleet.account = { ...fleet.account!, balances: [{ asset: 'USDT', wallet: amount, free: amount }] };
    fleet.bookings?.push(...booked);
  };
  const everyReplicaSays = (code: string) => fleet.everyReplicaSays(code, anOrder);
  const automaticStops = async (): Promise<readonly (string | null)[]> => {
    const { scopes } = await fleet.caller.request(getTradingState, {});
    return scopes.map(({ actor }) => actor);
  };
  const stands = (actor: string) =>
    until(async () => (await automaticStops()).includes(actor), `a stop of ${actor} stands`);
  const clear = () =>
    fleet.caller.request(
      clearStop,
      { actor: 'operator', reason: 'test', force: true },
      { timeoutMs: 20_000 },
    );
  const dayStart = () => fleet.redis.hget(KEY, 'dayStart');

  it('is not what was withdrawn: the bookings are read before anything stops', async () => {
    await everyReplicaSays('NEW');
    wallet('998000', [transfer('-2000')]);
    await until(async () => (await dayStart()) === '998000', 'the day starts lower');
    await everyReplicaSays('NEW');
    expect(await fleet.redis.hget(KEY, 'peak')).toBe('998000');
    expect(await automaticStops()).toEqual([]);
  });

  it('is not hidden by a deposit', async () => {
    wallet('998100', [transfer('700')]);
    await until(async () => {
      await fleet.redis.del('ELVIS_BOOKINGS_TURN:minute');
      return (await dayStart()) === '998700';
    }, 'the minute’s reading tells of the deposit');
    await stands('auto:daily-loss');
    await clear();
    await everyReplicaSays('NEW');
  });

  it('stops trading although nobody tells the bookings, a little later', async () => {
    fleet.bookings = undefined;
    wallet('997500');
    await everyReplicaSays('LOSS_ABOVE_DAILY_MAXIMUM');
    await stands('auto:daily-loss');
    await clear();
    fleet.bookings = [];
    await everyReplicaSays('NEW');
  });

  it.each([
    ['day', 'today'],
    ['course', '{}'],
  ] as const)('is not known while the record’s %s is %j, and is not measured anew', async (field, text) => {
    const kept = (await fleet.redis.hmget(KEY, ...EQUITY_FIELDS)).map((value) => value ?? '');
    await fleet.redis.hset(KEY, field, text);
    await everyReplicaSays('ACCOUNT_MISSING');
    expect(await fleet.redis.hget(KEY, field)).toBe(text);
    await fleet.redis.hset(KEY, ...EQUITY_FIELDS.flatMap((name, index) => [name, kept[index] ?? '']));
    await everyReplicaSays('NEW');
  });

  it('is written back by whoever remembers it to a Redis that has lost it', async () => {
    const before = await dayStart();
    await fleet.redis.del(KEY);
    await until(async () => (await dayStart()) === before, 'it stands again');
    await everyReplicaSays('NEW');
  });
});
