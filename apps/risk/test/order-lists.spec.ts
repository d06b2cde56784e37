/** The stop and the target of a spot list at risk: one decision, one coin, both or neither. */
import {
  BALANCES_KEY,
  EXPOSURE_KEY,
  SubmitOrderList,
  SubmitOrderListReply,
  balancesSinceField,
  isApprovalGenuine,
  submitOrder,
  submitOrderList,
  walletField,
} from '@elvis/contracts';
import { Bus, natsOptions } from '@elvis/platform';
import { emptyExposure, opened, sumsOf, until } from '@elvis/testing';
import { TradingFailure } from '@elvis/trading';
import { NatsConnection, connect } from 'nats';
import { randomUUID } from 'node:crypto';
import { APPROVAL_KEY, RiskFleet, anOrder } from './risk-fleet';

const BOT = 'cb6a5a6a-4f2c-4c09-9f0e-3a1f6d2b7c11';
const ORDER_BOOK = { bids: [['59999.9', '10'] as const], asks: [['60000.1', '10'] as const] };
const HELD = { USDT: '1000', BTC: '0.3' };

describe('an order list at risk', () => {
  const fleet = opened(() => RiskFleet.start({}, 0));
  let connection: NatsConnection;
  let bots: Bus;

  beforeAll(async () => {
    fleet.spot = {
      instrument: {},
      account: {
        balances: Object.entries(HELD).map(([asset, wallet]) => ({ asset, wallet, free: wallet })),
        positions: [],
      },
      book: ORDER_BOOK,
    };
    connection = await connect(natsOptions(fleet.nats.urls.bots, 'bots'));
    bots = new Bus(connection);
    await hold();
    await fleet.addReplica();
    await until(async () => (await outcomeOf(list({ quantity: '0.001' }))) === 'NEW NEW', 'lists pass');
  });
  afterAll(() => connection.close());
  beforeEach(async () => {
    fleet.placed.length = 0;
    fleet.behaviours = ['take'];
    await hold();
  });

  async function hold(): Promise<void> {
    await fleet.redis.del(BALANCES_KEY);
    await emptyExposure(fleet.redis);
    await fleet.redis.hset(BALANCES_KEY, {
      [balancesSinceField('spot')]: '1',
      ...Object.fromEntries(
        Object.entries(HELD).map(([asset, wallet]) => [
          walletField('spot', asset),
          `${Number(wallet) * 1e8}`,
        ]),
      ),
    });
    await fleet.measureClock();
  }

  const list = (change: Partial<SubmitOrderList> = {}): SubmitOrderList => {
    const id = randomUUID().slice(0, 8);
    return {
      ...{
        orderListId: `${id}.l`,
        actor: `bot:${BOT}`,
        botConfigId: BOT,
        symbol: 'BTCUSDT',
        quantity: '0.2',
      },
      target: { clientOrderId: `${id}.t`, price: '61000' },
      stop: { clientOrderId: `${id}.s`, stopPrice: '59000', price: '58700' },
      ...change,
    };
  };
  const submit = (wanted: SubmitOrderList): Promise<SubmitOrderListReply> =>
    bots.request(submitOrderList, wanted, { timeoutMs: 20_000 });
  const outcomeOf = async (wanted: SubmitOrderList): Promise<string> => {
    try {
      const { orders, denial } = await submit(wanted);
      return denial?.code ?? orders.map(({ status }) => status).join(' ');
    } catch (error) {
      return (error as TradingFailure).code;
    }
  };
  const reserved = async (): Promise<number> =>
    (await fleet.redis.hkeys(EXPOSURE_KEY)).filter((field) => field.startsWith('r:')).length;
  const sell = (quantity: string): Promise<string> =>
    fleet.caller
      .request(submitOrder, anOrder({ market: 'spot', side: 'SELL', price: '60500', quantity }), {
        timeoutMs: 20_000,
      })
      .then(({ denial, order }) => denial?.code ?? order.status);

  it('leaves in one request, each order with an approval of its own over its list', async () => {
    const wanted = list();
    expect(await outcomeOf(wanted)).toBe('NEW NEW');
    expect(fleet.placed.map(({ order }) => order.clientOrderId)).toEqual([
      wanted.stop.clientOrderId,
      wanted.target.clientOrderId,
    ]);
    for (const { order, approval } of fleet.placed) {
      expect(isApprovalGenuine(approval, order, APPROVAL_KEY)).toBe(true);
      expect(isApprovalGenuine(approval, { ...order, orderListId: 'another' } as never, APPROVAL_KEY)).toBe(
        false,
      );
    }
  });

  it('holds the coin once for both: what is left can be sold, and no more', async () => {
    expect(await outcomeOf(list())).toBe('NEW NEW');
    expect(await reserved()).toBe(2);
    const { stored, counted } = await sumsOf(fleet.redis);
    expect(stored).toEqual(counted);
    expect(await sell('0.101')).toBe('FUNDS_INSUFFICIENT');
    expect(await outcomeOf(list({ quantity: '0.101' }))).toBe('FUNDS_INSUFFICIENT');
    expect(await outcomeOf(list({ quantity: '0.05' }))).toBe('NEW NEW');
    expect(await sell('0.05')).toBe('NEW');
    expect(await sell('0.001')).toBe('FUNDS_INSUFFICIENT');
  });

  it('that is repeated is answered with the orders that stand, and nothing is placed again', async () => {
    const wanted = list();
    await submit(wanted);
    const again = await submit(wanted);
    expect([again.isRepeat, again.orders.map(({ status }) => status)]).toEqual([true, ['NEW', 'NEW']]);
    expect(fleet.placed).toHaveLength(2);
    expect(await outcomeOf({ ...wanted, quantity: '0.1' })).toBe('ORDER_ID_TAKEN');
    expect(await reserved()).toBe(2);
  });

  it.each<[string, Partial<SubmitOrderList>, string, 's' | 't']>([
    [
      'the stop',
      { stop: { clientOrderId: 'x.s', stopPrice: '61000', price: '60900' } },
      'TRIGGER_WRONG_SIDE',
      's',
    ],
    ['the target', { target: { clientOrderId: 'x.t', price: '60500.05' } }, 'PRICE_NOT_ON_TICK', 't'],
    ['the coin', { quantity: '0.301' }, 'FUNDS_INSUFFICIENT', 's'],
  ])('is denied whole for the fault of one: %s', async (_what, change, code, leg) => {
    const id = randomUUID().slice(0, 8);
    const wanted = list(change);
    const named = {
      ...wanted,
      stop: { ...wanted.stop, clientOrderId: `${id}.s` },
      target: { ...wanted.target, clientOrderId: `${id}.t` },
    };
    const { orders, denial } = await submit(named);
    expect(orders.map(({ status }) => status)).toEqual(['DENIED', 'DENIED']);
    expect([denial?.code, denial?.context.passedBy]).toEqual([code, `${id}.${leg}`]);
    expect([fleet.placed.length, await reserved()]).toEqual([0, 0]);
    for (const { clientOrderId } of orders)
      expect((await fleet.journalOf(clientOrderId))?.record.type).toBe('DENIED');
  });

  it('that execution could not send leaves nothing reserved, and its ids free', async () => {
    fleet.behaviours = [{ fail: 'VENUE_UNREACHABLE' }];
    const wanted = list();
    expect(await outcomeOf(wanted)).toBe('VENUE_UNREACHABLE');
    await until(async () => (await reserved()) === 0, 'nothing is reserved');
    fleet.behaviours = ['take'];
    expect(await outcomeOf(wanted)).toBe('NEW NEW');
  });

  it('is UNKNOWN, and stays reserved, where execution is silent', async () => {
    fleet.behaviours = ['claim-and-stay-silent'];
    const wanted = list();
    expect(await outcomeOf(wanted)).toMatch(/^(NEW|UNKNOWN|PENDING_NEW) (NEW|UNKNOWN|PENDING_NEW)$/);
    expect(await reserved()).toBe(2);
  });

  it('is taken from the bot that it names, and from nobody else', async () => {
    expect(await outcomeOf(list({ actor: 'alice' }))).toBe('BOT_NOT_ALLOWED');
    expect(await outcomeOf(list({ botConfigId: undefined }))).toBe('BOT_NOT_ALLOWED');
    const twice = list();
    expect(
      await outcomeOf({ ...twice, target: { ...twice.target, clientOrderId: twice.stop.clientOrderId } }),
    ).toBe('ORDER_ID_TAKEN');
  });
});
