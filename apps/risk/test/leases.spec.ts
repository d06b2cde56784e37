import {
  SubmitOrder,
  SubmitOrderReply,
  SymbolLeaseChanged,
  amendBotOrder,
  botActor,
  listSymbolLeases,
  releaseSymbolLease,
  submitBotOrder,
  symbolLeaseChanged,
} from '@elvis/contracts';
import { Bus, natsOptions } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { connect } from 'nats';
import { randomUUID } from 'node:crypto';
import { RiskFleet, anOrder, failureOf } from './risk-fleet';

describe('orders of bots at risk', () => {
  const fleet = opened(() => RiskFleet.start({}, 2));
  const link = opened(
    () => connect(natsOptions(fleet.nats.urls.bots, 'bots')),
    (connection) => connection.close(),
  );
  const bus = opened(
    () => new Bus(link),
    () => undefined,
  );
  const ann = randomUUID();
  const bob = randomUUID();

  const of = (bot: string, change: Partial<SubmitOrder> = {}): SubmitOrder =>
    anOrder({ actor: botActor(bot), botConfigId: bot, ...change });
  const submit = (order: SubmitOrder): Promise<SubmitOrderReply> =>
    bus.request(submitBotOrder, order, { timeoutMs: 20_000 });
  const codeOf = async (order: SubmitOrder): Promise<string> => {
    const { denial, order: view } = await submit(order);
    return denial?.code ?? view.status;
  };
  const release = () =>
    fleet.caller.request(releaseSymbolLease, { market: 'futures', subject: 'BTCUSDT', actor: 'user:1' });
  const heldBy = async () =>
    (await fleet.caller.request(listSymbolLeases, {})).items.map(({ subject, holder }) => [subject, holder]);

  beforeEach(async () => {
    fleet.behaviours = ['take'];
    await fleet.measureClock();
    await release().catch(() => undefined);
  });

  it.each([
    ['a person', { actor: 'user:1' }],
    ['a bot for another', { botConfigId: bob }],
    ['a bot for none', { botConfigId: undefined }],
    ['a bot with an override token', { overrideToken: 'x' }],
  ])('are not taken from %s', async (_who, change) => {
    const order = of(ann, change);
    expect(await failureOf(submit(order))).toBe('BOT_NOT_ALLOWED');
    expect(fleet.placed.map(({ order: { clientOrderId } }) => clientOrderId)).not.toContain(
      order.clientOrderId,
    );
    expect(await heldBy()).toEqual([]);
  });

  it('are changed by the bot itself only', async () => {
    const order = of(ann);
    await submit(order);
    const change = { clientOrderId: order.clientOrderId, price: '59000' };
    for (const actor of [botActor(bob), 'user:1', 'bot:'])
      expect(await failureOf(bus.request(amendBotOrder, { ...change, actor }))).toBe('BOT_NOT_ALLOWED');
  });

  it('take the symbol with the first that opens; another bot is denied there, what reduces included', async () => {
    expect(await codeOf(of(ann))).toBe('NEW');
    expect(await heldBy()).toEqual([['BTCUSDT', botActor(ann)]]);
    const { denial } = await submit(of(bob));
    expect(denial).toEqual({
      code: 'SYMBOL_LEASED',
      context: { market: 'futures', symbol: 'BTCUSDT', holder: botActor(ann) },
    });
    expect(await codeOf(of(bob, { reduceOnly: true }))).toBe('SYMBOL_LEASED');
    expect(await codeOf(of(ann))).toBe('NEW');
    expect((await fleet.submit(anOrder())).order.status).toBe('NEW');
    await until(() => fleet.eventsOf(symbolLeaseChanged.type).length > 0, 'the lease is told');
    const told = fleet.eventsOf(symbolLeaseChanged.type).at(-1)?.data as SymbolLeaseChanged;
    expect([told.holder, told.change, told.actor]).toEqual([botActor(ann), 'taken', botActor(ann)]);
  });

  it('leave a repeat its order, also when the symbol has gone to another since', async () => {
    const order = of(ann);
    await submit(order);
    await release();
    await submit(of(bob));
    expect(await submit(order)).toMatchObject({ isRepeat: true, order: { status: 'NEW' } });
  });

  it('of twenty bots that want a free symbol at once are taken from one', async () => {
    const bots = Array.from({ length: 20 }, () => randomUUID());
    const codes = await Promise.all(bots.map((bot) => codeOf(of(bot))));
    expect(codes.filter((code) => code === 'NEW')).toHaveLength(1);
    expect(codes.filter((code) => code === 'SYMBOL_LEASED')).toHaveLength(19);
    expect(await heldBy()).toEqual([['BTCUSDT', botActor(bots[codes.indexOf('NEW')] ?? '')]]);
  });

  it('keep the symbol while the bot has an order there, and give it to a person who asks when it has none', async () => {
    await submit(of(ann));
    fleet.resting = [{ clientOrderId: 'rests' }];
    expect(await failureOf(release())).toBe('LEASE_IN_USE');
    fleet.resting = [];
    expect(await release()).toMatchObject({ holder: null, releasedBy: 'user:1' });
    expect(await failureOf(release())).toBe('LEASE_NOT_FOUND');
    expect(await codeOf(of(bob))).toBe('NEW');
  });

  it('do not take a symbol in which the account holds a position that is no bot’s', async () => {
    const position = {
      symbol: 'BTCUSDT',
      quantity: '0.5',
      entryPrice: '60000',
      markPrice: '60000',
      unrealizedPnl: '0',
    };
    fleet.account = { balances: fleet.account?.balances ?? [], positions: [position] };
    await fleet.untilBothReadTheAccount();
    await until(
      async () => (await submit(of(ann))).denial?.context.holder === 'account',
      'risk has heard of the position',
    );
    fleet.account = { balances: fleet.account?.balances ?? [], positions: [] };
    await until(async () => (await codeOf(of(ann))) === 'NEW', 'risk has heard that it is closed');
  });
});

describe('the pace of a bot', () => {
  const slices = 10;
  const fleet = opened(() =>
    RiskFleet.start({
      RISK_DUPLICATE_WINDOW_MS: '60000',
      RISK_MAX_ORDERS_PER_SECOND: `${slices}`,
      RISK_MAX_OPEN_ORDERS: 'off',
    }),
  );
  const link = opened(
    () => connect(natsOptions(fleet.nats.urls.bots, 'bots')),
    (connection) => connection.close(),
  );
  const bot = randomUUID();
  const send = async (change: Partial<SubmitOrder>): Promise<string> => {
    const order = anOrder({ actor: botActor(bot), botConfigId: bot, ...change });
    const { denial, order: view } = await new Bus(link).request(submitBotOrder, order, { timeoutMs: 20_000 });
    return denial?.code ?? view.status;
  };

  it('is its own: ten TWAP slices that differ by a step pass the gate, and a person after them', async () => {
    fleet.behaviours = ['take'];
    const codes: string[] = [];
    for (let slice = 0; slice < slices; slice += 1) codes.push(await send({ quantity: `0.0${10 + slice}` }));
    expect(codes).toEqual(Array<string>(slices).fill('NEW'));
    expect((await fleet.submit(anOrder({ actor: 'user:1' }))).order.status).toBe('NEW');
  });
});
