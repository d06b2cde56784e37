import { Clearance, SubmitOrder, getBotPerformance, getLimits, listClearances } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { JSONCodec, connect } from 'nats';
import { randomUUID } from 'node:crypto';
import { RiskFleet, anOrder } from './risk-fleet';

const codec = JSONCodec<{ readonly id: string }>();
const DAY_MS = 86_400_000;

describe('clearances at risk, in live trading', () => {
  const fleet = opened(() => RiskFleet.start({}, 0));
  const history = opened(
    () => connect(natsOptions(fleet.nats.urls['trade-history'], 'trade-history')),
    (connection) => connection.close(),
  );
  const bot = randomUUID();
  let clearances: Clearance[] = [];
  let lost = '0';

  const given = (change: Partial<Clearance> = {}): Clearance => ({
    id: randomUUID(),
    runId: randomUUID(),
    botConfigId: null,
    verdict: 'GO',
    binding: '',
    bound: {},
    limits: null,
    decidedBy: ['user:1', 'user:2'],
    createdAtMs: Date.now(),
    expiresAtMs: Date.now() + DAY_MS,
    revokedAtMs: null,
    revokedBecause: null,
    ...change,
  });
  const limited = (change: Partial<NonNullable<Clearance['limits']>> = {}): Clearance =>
    given({
      botConfigId: bot,
      verdict: 'GO_LIMITED',
      limits: {
        symbol: 'BTCUSDT',
        maxOrderNotional: '100000',
        maxPositionNotional: '100000',
        maxOrdersADay: 20,
        maxDailyLoss: '10',
        ...change,
      },
    });
  /** Told as trade-history tells of a decision, and heard. */
  const tell = async (next: readonly Clearance[]): Promise<void> => {
    clearances = [...next];
    const before = asked;
    history.publish('elvis.event.clearance.decided', codec.encode({ id: 'told' }));
    await until(() => asked > before, 'risk has read the clearances');
    await until(() => answered >= asked, 'and what the bots have lost');
  };
  let asked = 0;
  let answered = 0;
  const answer = (subject: string, reply: () => unknown): void => {
    history.subscribe(subject, {
      callback: (_, message) =>
        message.respond(
          codec.encode({ id: codec.decode(message.data).id, response: reply(), isDisposed: true } as never),
        ),
    });
  };
  const codeOf = async (order: SubmitOrder): Promise<string> => {
    const { denial, order: view } = await fleet.submit(order);
    return denial?.code ?? view.status;
  };
  const ofBot = (change: Partial<SubmitOrder> = {}): SubmitOrder => anOrder({ botConfigId: bot, ...change });
  const isPermitted = async (): Promise<boolean> => (await fleet.redis.exists('ELVIS_TRADING_PERMIT')) === 1;

  beforeAll(async () => {
    answer(listClearances.subject, () => {
      asked += 1;
      const needsLoss = clearances.some(({ limits, botConfigId }) => limits !== null && botConfigId !== null);
      if (!needsLoss) answered = asked;
      return { items: clearances };
    });
    answer(getBotPerformance.subject, () => {
      answered = asked;
      return { pnl: { net: lost } };
    });
    await fleet.addReplica({ TRADING_MODE: 'live' });
  });

  it('write no permit without one of the installation, and one with it', async () => {
    expect(asked).toBeGreaterThan(0);
    expect(await isPermitted()).toBe(false);
    await tell([given({ bound: { build: 'another build' } })]);
    expect(await isPermitted()).toBe(false);
    const bound = await boundNow();
    await tell([given({ bound })]);
    await until(isPermitted, 'the permit is written');
    await tell([given({ bound, revokedAtMs: 1, revokedBecause: 'a person' })]);
    await until(async () => !(await isPermitted()), 'the permit has run out');
  });

  it('deny what opens of a bot whose own does not hold, and take what reduces', async () => {
    const bound = await boundNow();
    const installation = given({ bound });
    await tell([installation, { ...limited(), bound, revokedAtMs: 1, revokedBecause: 'a person' }]);
    await until(isPermitted, 'the permit is written');
    expect(await codeOf(ofBot())).toBe('CLEARANCE_MISSING');
    expect(await codeOf(anOrder())).toBe('NEW');
    await tell([installation, { ...limited(), bound }]);
    expect(await codeOf(ofBot())).toBe('NEW');
  });

  it('hold the limits of GO_LIMITED for an order sent by a person with the id of the bot (G11)', async () => {
    const bound = await boundNow();
    const installation = given({ bound });
    const under = async (limits: Partial<NonNullable<Clearance['limits']>>): Promise<string> => {
      await tell([installation, { ...limited(limits), bound }]);
      return codeOf(ofBot({ actor: 'user:1' }));
    };
    expect(await under({ maxOrderNotional: '1' })).toBe('NOTIONAL_ABOVE_ORDER_MAXIMUM');
    expect(await under({ maxPositionNotional: '1' })).toBe('POSITION_ABOVE_MAXIMUM');
    expect(await under({ symbol: 'ETHUSDT' })).toBe('CLEARANCE_EXCEEDED');
    expect(await under({ maxOrdersADay: 0 })).toBe('CLEARANCE_EXCEEDED');
    expect(await under({})).toBe('NEW');
    lost = '-10';
    expect(await under({})).toBe('CLEARANCE_EXCEEDED');
  });

  /** What risk goes by now, as a judgement would have bound it. */
  async function boundNow(): Promise<Record<string, string>> {
    const { limits } = await fleet.caller.request(getLimits, {});
    const values = limits.map(({ name, value }) => [name, value] as const);
    const sorted = Object.fromEntries(values.sort(([one], [other]) => (one < other ? -1 : 1)));
    return { build: 'unnamed', riskLimits: JSON.stringify(sorted) };
  }
});
