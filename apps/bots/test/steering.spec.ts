/** How a bot is stopped, paused and faulted, and what holds then. */
import {
  BotIdled,
  STOPS_KEY,
  acknowledgeBotFault,
  botIdled,
  pauseBot,
  resumeBot,
  startBot,
  stopBot,
} from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

const PERSON = { actor: 'user:spec', reason: 'the spec wants it' };

describe('a bot that is steered', () => {
  const bots = opened(() => BotsUnderTest.start());
  beforeAll(() => bots.serve());
  let made = 0;
  const fresh = (change: Parameters<typeof aBotConfig>[0] = {}) =>
    aBotConfig({ shortCode: `st${(made += 1)}`.padEnd(6, 'x'), ...change });
  const stateOf = async (config: ReturnType<typeof fresh>) => (await bots.standing(config)).state;
  const stopped = async (config: ReturnType<typeof fresh>, mode: 'keep' | 'cancel' | 'flatten') => {
    const { stopId } = await bots.bus.request(stopBot, { botId: config.id, mode, ...PERSON });
    await until(async () => (await stateOf(config)) === 'STOPPED', 'the bot is STOPPED');
    const { stop } = await bots.standing(config);
    expect(stop).toMatchObject({ stopId, mode });
    return stop!.remainder!;
  };

  it.each(['cancel', 'flatten'] as const)(
    'STOPPED by %s means the exchange lists none of its orders',
    async (mode) => {
      const config = fresh({ strategy: 'grid', parameters: { levels: 3 } });
      await bots.begin(config);
      await bots.world.seal(100);
      await until(() => bots.world.ordersOf(config).length === 3, 'the grid rests');
      expect(await stopped(config, mode)).toEqual({ orders: [], position: '0' });
      const left = bots.world.ordersOf(config).map((id) => bots.world.orders.get(id)?.status);
      expect(left).toEqual(['CANCELED', 'CANCELED', 'CANCELED']);
    },
  );

  it.each([
    ['cancel', '0.5'],
    ['flatten', '0'],
  ] as const)(
    'STOPPED by %s, while the exchange bans, an answer is lost and an entry fills in part as it is canceled, leaves %s of it',
    async (mode, left) => {
      const config = fresh({ strategy: 'grid', parameters: { levels: 1 } });
      await bots.begin(config);
      await bots.world.seal(100);
      await until(() => bots.world.ordersOf(config).length === 1, 'the grid rests');
      bots.world.fillsOnCancel = '0.5';
      bots.world.cancelFailures = ['VENUE_FROZEN', 'SERVICE_SILENT'];
      const { position } = await stopped(config, mode);
      bots.world.fillsOnCancel = undefined;
      expect(bots.world.cancelFailures).toEqual([]);
      const [entry] = bots.world.ordersOf(config);
      expect(bots.world.orders.get(entry!)).toMatchObject({ status: 'CANCELED', filledQuantity: '0.5' });
      expect([position, bots.world.position.toFixed()]).toEqual([left, left]);
      if (mode === 'cancel') {
        await until(() => bots.world.working(config).length === 1, 'what it bought has its stop');
        expect(bots.world.working(config)[0]!.clientOrderId).toMatch(/\.s$/);
        expect(await stopped(config, 'flatten')).toEqual({ orders: [], position: '0' });
      }
      await until(() => bots.world.working(config).length === 0, 'the exchange lists none of its orders');
      expect(bots.world.position.toFixed()).toBe('0');
    },
  );

  it('STOPPED by keep names what it left, and the next run looks after it', async () => {
    const config = fresh({ strategy: 'grid', parameters: { levels: 2 } });
    await bots.begin(config);
    await bots.world.seal(100);
    await until(() => bots.world.ordersOf(config).length === 2, 'the grid rests');
    const left = await stopped(config, 'keep');
    expect(left).toEqual({ orders: bots.world.ordersOf(config), position: '0' });

    await bots.begin(config);
    const { run, orders } = await bots.standing(config);
    expect(run).toBe(2);
    expect(orders.map(({ clientOrderId }) => clientOrderId)).toEqual(bots.world.ordersOf(config));
    await stopped(config, 'cancel');
  });

  it('closes its position when it is stopped by flatten', async () => {
    const config = fresh();
    await bots.begin(config);
    await bots.world.seal(90);
    await bots.world.seal(120);
    await until(async () => (await bots.standing(config)).position.quantity !== '0', 'it holds a position');
    expect(await stopped(config, 'flatten')).toEqual({ orders: [], position: '0' });
    expect((await bots.standing(config)).position.quantity).toBe('0');
    expect(bots.world.position.toFixed()).toBe('0');
  });

  it('runs again only when every cause of its pause is gone', async () => {
    const config = fresh();
    await bots.begin(config);
    await bots.bus.request(pauseBot, { botId: config.id, ...PERSON });
    const stop = JSON.stringify({ state: 'HALTED', scope: { type: 'symbol', value: 'BTCUSDT' } });
    await bots.redis.hset(STOPS_KEY, 'spec', stop);
    await until(async () => (await bots.standing(config)).causes.length === 2, 'both causes hold it');
    expect((await bots.standing(config)).causes).toEqual(['person', 'halt']);

    await bots.world.seal(90);
    const orders = bots.world.asked.length;
    const openTimeMs = await bots.world.seal(130);
    await until(async () => {
      const { lastCandleMs, due } = await bots.standing(config);
      return lastCandleMs === openTimeMs && due.length === 0;
    }, 'it has taken the step');
    expect((await bots.standing(config)).lastStep?.reasons.join()).toContain('BOT_PAUSED');
    expect(bots.world.asked).toHaveLength(orders);

    await bots.redis.hdel(STOPS_KEY, 'spec');
    await until(async () => (await bots.standing(config)).causes.length === 1, 'the halt holds it no more');
    expect(await stateOf(config)).toBe('PAUSED');
    await bots.bus.request(resumeBot, { botId: config.id, actor: 'user:spec' });
    expect(await stateOf(config)).toBe('RUNNING');
    await stopped(config, 'flatten');
  });

  it('is refused where all bots together would work with more than the account has', async () => {
    const config = fresh({ initialCapital: '600' });
    const other = fresh({ symbol: 'ETHUSDT', initialCapital: '500' });
    bots.world.equity = '1000';
    await bots.begin(config);
    bots.world.configs.set(other.id, other);
    const start = () => bots.bus.request(startBot, { botId: other.id, actor: 'user:spec', revision: 1 });
    await expect(start()).rejects.toMatchObject({
      code: 'BOT_OVERCOMMITTED',
      context: { committed: '1100', equity: '1000', maximum: '1000' },
    });
    await stopped(config, 'cancel');
    expect((await start()).state).toBe('STARTING');
    bots.world.equity = '1000000000';
    await bots.retire(other);
  });

  it.each([
    ['work with more than the account has', 'ETHUSDT', 'SOLUSDT', 'BOTS_MAX_COMMITMENT'],
    ['share a symbol', 'XRPUSDT', 'XRPUSDT', 'Another bot runs on XRPUSDT'],
  ])(
    'started at once with another, with which it would %s, runs alone or not at all',
    async (_, one, two, why) => {
      bots.world.equity = one === two ? '1000000000' : '1000';
      const pair = [one, two].map((symbol) => fresh({ symbol, initialCapital: '600' }));
      for (const config of pair) bots.world.configs.set(config.id, config);
      const asked = await Promise.allSettled(
        pair.map(({ id: botId }) =>
          bots.bus.request(startBot, { botId, actor: 'user:spec', revision: 1 }, { timeoutMs: 20_000 }),
        ),
      );
      const outcomes: string[] = [];
      for (const [at, config] of pair.entries()) {
        const { status } = asked[at]!;
        if (status === 'rejected') outcomes.push(String((asked[at] as PromiseRejectedResult).reason));
        else
          outcomes.push(
            await until(async () => {
              bots.world.catchUp();
              const { state, fault } = await bots.standing(config);
              return state === 'RUNNING' ? state : fault?.message;
            }, 'it runs or is refused'),
          );
      }
      expect(outcomes.filter((outcome) => outcome === 'RUNNING')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome.includes(why))).toHaveLength(1);
      bots.world.equity = '1000000000';
      for (const [at, config] of pair.entries())
        if (asked[at]!.status === 'fulfilled') await bots.retire(config);
    },
  );

  it('tells when it ends how many of its steps sent nothing', async () => {
    const told: BotIdled[] = [];
    bots.listen(botIdled.type, ({ data }) => told.push(data as BotIdled));
    const config = fresh();
    await bots.begin(config);
    await stopped(config, 'cancel');
    const [idled] = await until(() => {
      const own = told.filter(({ botConfigId }) => botConfigId === config.id);
      return own.length > 0 ? own : undefined;
    }, 'it is told');
    const { lastDueStep } = await bots.standing(config);
    expect(idled).toMatchObject({ fromStep: 1, toStep: lastDueStep, steps: lastDueStep });
  });

  it('that is denied five times pauses alone', async () => {
    const config = fresh();
    const other = fresh({ symbol: 'ETHUSDT' });
    await bots.begin(config);
    await bots.begin(other);
    bots.world.refuse = () => ({ denial: 'POSITION_ABOVE_MAXIMUM' });
    for (let at = 0; at < 5; at += 1) {
      await bots.world.seal(90);
      await bots.world.seal(120);
    }
    await until(async () => (await stateOf(config)) === 'PAUSED', 'it has paused itself');
    bots.world.refuse = undefined;
    expect((await bots.standing(config)).causes).toEqual(['refusals']);
    expect(await stateOf(other)).toBe('RUNNING');
    await stopped(config, 'cancel');
    await stopped(other, 'cancel');
  });

  it('is faulted by a repeat at a first send, and starts above that run once it was acknowledged', async () => {
    const config = fresh({ shortCode: 'again1' });
    await bots.begin(config);
    // As after a loss of the journal and the history: the id that is computed next is known to execution.
    const { run, lastDueStep } = await bots.standing(config);
    expect(run).toBe(1);
    for (const step of [1, 2, 3].map((more) => lastDueStep + more))
      bots.world.plant(`b.again1.1.${step.toString(36)}.1`, config.id);
    await bots.world.seal(80);
    await bots.world.seal(140);
    await until(async () => (await stateOf(config)) === 'FAULTED', 'it is FAULTED');
    expect((await bots.standing(config)).fault).toMatchObject({ code: 'ORDER_ID_REPEATED' });

    const wish = { botId: config.id, actor: 'user:spec', revision: 1 };
    await expect(bots.bus.request(startBot, wish)).rejects.toMatchObject({ code: 'BOT_FAULT_OPEN' });
    const note = 'the journal was lost';
    await bots.bus.request(acknowledgeBotFault, { botId: config.id, actor: 'user:spec', note });
    bots.world.plant('b.again1.7.1.1', config.id, 'NEW');
    const begun = await bots.bus.request(startBot, wish);
    expect(begun.run).toBe(8);
    await stopped(config, 'keep');
  });
});
