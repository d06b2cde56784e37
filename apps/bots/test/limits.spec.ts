/** The limits of a bot over real NATS and Redis: met by what the exchange booked, told with their numbers, over at midnight. */
import {
  BotConfigOfRuns,
  BotLimitReached,
  EXCHANGE_CLOCK_KEY,
  EventEnvelope,
  botLimitReached,
  pauseBot,
} from '@elvis/contracts';
import { RunningService } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

const DAY_MS = 86_400_000;

describe('the limits of a bot', () => {
  const bots = opened(() => BotsUnderTest.start());
  let service: RunningService;
  let codes = 0;
  const events: EventEnvelope<BotLimitReached>[] = [];

  beforeAll(async () => {
    bots.listen(botLimitReached.type, (event) => events.push(event as EventEnvelope<BotLimitReached>));
    service = await bots.serve();
  });
  beforeEach(() => {
    events.length = 0;
    bots.world.empty();
  });

  const begin = async (limits: BotConfigOfRuns['limits']): Promise<BotConfigOfRuns> => {
    codes += 1;
    const config = aBotConfig({ shortCode: `limi${String.fromCharCode(96 + codes)}t`, limits });
    await bots.begin(config);
    await bots.world.seal(90);
    await bots.world.seal(100);
    await until(async () => (await bots.standing(config)).position.quantity !== '0', 'the entry has filled');
    return config;
  };
  const isPaused = async (config: BotConfigOfRuns): Promise<boolean> =>
    (await bots.standing(config)).causes.includes('limit');

  it('are met by fees alone: it pauses, and the numbers are told', async () => {
    // The world takes 0.01 a fill.
    const config = await begin({ maxDailyLoss: '0.01' });
    await until(() => isPaused(config), 'it is paused');
    const [told] = await until(() => (events.length > 0 ? events : undefined), 'it is told');
    expect(told?.data).toMatchObject({
      limit: 'maxDailyLoss',
      maximum: '0.01',
      used: '0.01',
      figures: { results: '0', fees: '0.01', funding: '0' },
    });
    expect((await bots.standing(config)).reason).toContain('fees 0.01');
    // Exits pass all the same.
    await bots.world.seal(90);
    await until(async () => (await bots.standing(config)).position.quantity === '0', 'the exit has filled');
    await bots.retire(config);
  });

  it('are met by funding', async () => {
    const config = await begin({ maxDailyLoss: '5' });
    const atMs = Date.now();
    bots.world.income = [
      ...(['FUNDING_FEE', 'COMMISSION'] as const).map((type, at) => ({
        ...{ transactionId: `t${at}`, type, symbol: 'BTCUSDT', asset: 'USDT', amount: '-6' },
        ...{ tradeId: null, info: null, atMs },
      })),
    ];
    await service.stop();
    service = await bots.serve();
    await until(() => isPaused(config), 'it is paused');
    expect((await bots.standing(config)).figures.days.at(-1)).toMatchObject({ funding: '-6', net: '-6.01' });
    bots.world.income = [];
    await bots.retire(config);
  });

  it('keep an entry back that would make the position too large', async () => {
    codes += 1;
    const config = aBotConfig({ shortCode: 'toomch', limits: { maxPosition: '10' } });
    await bots.begin(config);
    await bots.world.seal(90);
    await bots.world.seal(100);
    const reasons = async () => (await bots.standing(config)).lastStep?.reasons ?? [];
    await until(async () => (await reasons()).some((reason) => reason.includes('maxPosition')), 'it says so');
    expect(bots.world.ordersOf(config)).toEqual([]);
    await bots.retire(config);
  });

  it('midnight wakes exactly the bot that a daily limit had paused, though the supervisor was down', async () => {
    const limited = await begin({ maxDailyTrades: 1 });
    await until(() => isPaused(limited), 'it is paused');
    const by = { botId: limited.id, actor: 'user:spec', reason: 'looking' };
    await service.stop();
    await bots.redis.hset(EXCHANGE_CLOCK_KEY, 'thetaMs', DAY_MS);
    service = await bots.serve();
    await until(async () => (await bots.standing(limited)).state === 'RUNNING', 'it runs again');
    const { figures } = await bots.standing(limited);
    expect(figures.days.map(({ entries }) => entries)).toEqual([1]);
    await until(async () => (await bots.viewOf(limited))?.dailyTrades === 0, 'the new day has no trades');

    await bots.bus.request(pauseBot, by);
    await service.stop();
    await bots.redis.hset(EXCHANGE_CLOCK_KEY, 'thetaMs', 2 * DAY_MS);
    service = await bots.serve();
    await bots.world.seal(101);
    await until(
      async () => ((await bots.viewOf(limited))?.asOfMs ?? 0) > Date.now() + DAY_MS,
      'it was looked at',
    );
    expect(await bots.standing(limited)).toMatchObject({ state: 'PAUSED', causes: ['person'] });
    await bots.redis.hdel(EXCHANGE_CLOCK_KEY, 'thetaMs');
    await bots.retire(limited);
  });
});
