/** Signals from outside as the bots service takes them: one id one step, late ones only reduce. */
import { getWork, signalBot, startBot } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

describe('a bot that takes signals', () => {
  const bots = opened(() => BotsUnderTest.start());
  beforeAll(() => bots.serve({ BOT_DECIDE_WITHIN_MS: 30_000 }));

  it('takes one step for a signal that comes many times, and only reduces on one that comes late', async () => {
    const config = aBotConfig({ shortCode: 'signal', strategy: 'signal', parameters: {} });
    await bots.begin(config);
    const send = (signalId: string, action: 'LONG' | 'EXIT', ageMs = 0) => {
      const receivedAtMs = Date.now();
      const signal = {
        signalId,
        action,
        model: 'm1',
        confidence: '0.7',
        receivedAtMs,
        madeAtMs: receivedAtMs - ageMs,
      };
      return bots.bus.request(signalBot, { botId: config.id, signal });
    };
    const quantity = async (): Promise<string> => (await bots.standing(config)).position.quantity;

    await send('late', 'LONG', 600_000);
    await until(
      async () => (await bots.standing(config)).lastStep?.reasons.join().includes('BOT_STEP_LATE'),
      'the late entry is refused',
    );
    const sent = await Promise.all(Array.from({ length: 10 }, () => send('one', 'LONG')));
    expect(sent.filter(({ isRepeat }) => !isRepeat)).toHaveLength(1);
    expect(new Set(sent.map(({ step }) => step)).size).toBe(1);
    await until(async () => (await quantity()) !== '0', 'the entry has filled');
    const entries = bots.world.asked.filter(({ side }) => side === 'BUY');
    expect(entries.map(({ clientOrderId }) => clientOrderId)).toEqual([
      `b.signal.1.${sent[0]!.step.toString(36)}.1`,
    ]);

    const queues = async () => (await bots.bus.request(getWork, {})).queues;
    await until(
      async () => (await queues()).every(({ depth, held }) => depth + held === 0),
      'no token is left',
    );
    expect((await queues()).map(({ queue }) => queue)).toEqual(['bots', 'research']);
    expect((await queues())[0]?.waitP95Ms).toEqual(expect.any(Number));

    await send('late-exit', 'EXIT', 600_000);
    await until(async () => (await quantity()) === '0', 'a late exit passes');
    expect(await send('one', 'LONG')).toEqual({ ...sent[0], isRepeat: true });
  });

  it('is another than one whose strategy hears none', async () => {
    const config = aBotConfig({ shortCode: 'deaf00', symbol: 'ETHUSDT' });
    bots.world.configs.set(config.id, config);
    const signal = { signalId: 'x', action: 'LONG', receivedAtMs: Date.now() } as const;
    const asked = { botId: config.id, signal };
    await expect(bots.bus.request(signalBot, asked)).rejects.toMatchObject({ code: 'BOT_NOT_RUNNING' });
    await bots.bus.request(startBot, { botId: config.id, actor: 'user:spec', revision: 1 });
    await expect(bots.bus.request(signalBot, asked)).rejects.toMatchObject({ code: 'BOT_CONFIG_INVALID' });
  });
});
