/** Strategies that never return, throw, fill memory or read the clock: each costs its own bot, and no other a step. */
import { BotConfigBody, BotConfigOfRuns, checkBotConfig, listStrategies, startBot } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { join } from 'node:path';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

const COMPILED = join(__dirname, '../../../dist/apps/bots/test/strategies');
const FAULTS = [
  ['endless', /did not return within 2000 ms/],
  ['throwing', /as it always does/],
  ['hungry', /filled the heap of 32 MB/],
  ['clock-reader', /may not use Date.now/],
] as const;
const CANDLES = 3;

const bodyOf = ({
  name,
  strategy,
  market,
  symbol,
  interval,
  initialCapital,
  leverage,
  mode,
}: BotConfigOfRuns) =>
  ({
    name,
    strategy,
    market,
    symbol,
    interval,
    initialCapital,
    leverage,
    mode,
    parameters: {},
  }) as BotConfigBody;

describe('a strategy that misbehaves', () => {
  const bots = opened(() => BotsUnderTest.start());
  const limits = { BOT_STEP_HARD_LIMIT_MS: 2_000, BOT_STEP_SOFT_LIMIT_MS: 500, BOT_STEP_HEAP_MB: 32 };
  beforeAll(() => bots.serve({ STRATEGIES_DIR: COMPILED, ...limits }));

  it('that never ends to load is left out with the reason, and the others are listed, checked and started', async () => {
    const within = { timeoutMs: 30_000 };
    const { items } = await bots.bus.request(listStrategies, {}, within);
    const names = items.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['ema-crossover', 'sleeper', 'endless']));
    expect(names).not.toContain('stuck');

    const of = (strategy: string) => aBotConfig({ strategy, parameters: {}, symbol: 'STUCKUSDT' });
    const checked = (strategy: string) =>
      bots.bus.request(checkBotConfig, { body: bodyOf(of(strategy)) }, within);
    await expect(checked('stuck')).rejects.toMatchObject({
      code: 'STRATEGY_NOT_FOUND',
      message: expect.stringMatching(/did not return within 2000 ms/),
    });
    expect((await checked('sleeper')).problems).toEqual([]);

    const stuck = of('stuck');
    bots.world.configs.set(stuck.id, stuck);
    const wish = { botId: stuck.id, actor: 'user:spec', revision: 1 };
    await expect(bots.bus.request(startBot, wish, within)).rejects.toMatchObject({
      code: 'BOT_CONFIG_INVALID',
    });
    const sleeper = of('sleeper');
    await bots.begin(sleeper);
    await bots.retire(sleeper);
  });

  it('is FAULTED after three steps in a row, and the others of its worker lose none', async () => {
    const symbolOf = (at: number): string => `BAD${at}USDT`;
    const bad = FAULTS.map(([strategy], at) =>
      aBotConfig({ strategy, parameters: {}, shortCode: `bad${at}xx`, symbol: symbolOf(at) }),
    );
    const good = aBotConfig({ strategy: 'sleeper', parameters: {}, shortCode: 'good01' });
    for (const config of [...bad, good]) await bots.begin(config);
    const { lastDueStep } = await bots.standing(good);
    for (let count = 0; count < CANDLES; count += 1)
      await bots.world.seal(100 + count, ['BTCUSDT', ...bad.map(({ symbol }) => symbol)]);

    for (const [at, config] of bad.entries()) {
      await until(
        async () => (await bots.standing(config)).state === 'FAULTED',
        `${config.strategy} is FAULTED`,
      );
      const { fault } = await bots.standing(config);
      expect(fault).toMatchObject({
        code: 'STRATEGY_FAILED',
        message: expect.stringMatching(FAULTS[at]![1]),
      });
    }
    await until(async () => (await bots.standing(good)).due.length === 0, 'the other has taken its steps');
    const { lastStep, failures, state } = await bots.standing(good);
    expect({ step: lastStep?.step, failures, state }).toEqual({
      step: lastDueStep + CANDLES,
      failures: 0,
      state: 'RUNNING',
    });
    expect(lastStep?.reasons.join()).toContain('awake');
  });
});
