/** Bots over real NATS and Redis: from a sealed candle to an order, and what a start is. */
import { boundFields } from '@elvis/clearance';
import { Clearance, getLimits, listClearances, startBot } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { BotsConfig } from '../src/bots.config';
import { CodeInUse } from '../src/lifecycle/code-in-use';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

describe('a bot', () => {
  const bots = opened(() => BotsUnderTest.start());
  beforeAll(() => bots.serve());

  it('makes one order of a sealed candle on which its strategy wishes it', async () => {
    const config = aBotConfig();
    await bots.begin(config);
    await bots.world.seal(101);
    expect(await bots.settled(config, true)).toMatchObject({
      state: 'RUNNING',
      position: { entryPrice: '101' },
    });
    expect(bots.world.ordersOf(config)).toEqual(['b.abc123.1.2.1']);

    await bots.world.seal(90);
    await bots.settled(config, false);
    expect(bots.world.ordersOf(config)).toEqual([
      'b.abc123.1.2.1',
      expect.stringMatching(/^b\.abc123\.1\.[0-9a-z]+\.1$/),
    ]);
  });

  it('takes no step of a candle that is corrected, seen before or not', async () => {
    const [symbol, beside] = ['SOLUSDT', 'ADAUSDT'];
    const config = aBotConfig({ shortCode: 'onceon', symbol });
    const other = aBotConfig({ shortCode: 'beside', symbol: beside });
    await bots.begin(config);
    await bots.begin(other);
    const openTimeMs = await bots.world.seal(101, [symbol]);
    await bots.settled(config, true);
    await bots.world.correct(90, symbol);
    await bots.world.correct(90, symbol, 1);
    // What is sealed of another symbol later has been read later: by the second of them the corrections were.
    for (let count = 0; count < 2; count += 1) {
      const sealedMs = await bots.world.seal(100, [beside]);
      await until(async () => (await bots.standing(other)).lastCandleMs === sealedMs, 'the other bot’s step');
    }
    expect((await bots.settled(config, true)).lastCandleMs).toBe(openTimeMs);
    expect(bots.world.ordersOf(config)).toHaveLength(1);
  });

  it('is begun once by twenty starts at once, and the other nineteen are told so', async () => {
    const config = aBotConfig({ shortCode: 'twenty', symbol: 'ETHUSDT' });
    bots.world.configs.set(config.id, config);
    const wish = { botId: config.id, actor: 'user:spec', revision: 1 };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => bots.bus.request(startBot, wish)),
    );
    const begun = outcomes.filter(({ status }) => status === 'fulfilled');
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { code?: string }).code] : [],
    );
    expect(begun).toHaveLength(1);
    expect(refused).toEqual(Array.from({ length: 19 }, () => 'BOT_ALREADY_RUNNING'));
    expect((await bots.standing(config)).run).toBe(1);
  });

  it('of mode live is begun only as it was cleared, and a refusal names what was changed (G6)', async () => {
    const config = aBotConfig({ shortCode: 'livelv', symbol: 'XRPUSDT', mode: 'live' });
    const { code, ...built } = new CodeInUse(new BotsConfig()).of(config.strategy);
    const system = { ...built, riskLimits: { RISK_MAX_DAILY_LOSS: '500' } };
    const bound = boundFields({ ...config, codeHash: code! }, system);
    let items: Partial<Clearance>[] = [];
    bots.world.serve('trade-history', listClearances.subject, () => ({ items }));
    bots.world.serve('risk', getLimits.subject, () => ({
      limits: [{ name: 'RISK_MAX_DAILY_LOSS', value: '500' }],
      revision: 0,
      halts: {},
      leverage: {},
    }));
    bots.world.configs.set(config.id, config);
    const held = { bound, revokedAtMs: null, expiresAtMs: Date.now() + 3_600_000 };
    const refused = async (...known: Partial<Clearance>[]): Promise<unknown> => {
      items = known;
      const wish = { botId: config.id, actor: 'user:spec', revision: 1 };
      return bots.bus.request(startBot, wish).then(
        () => 'begun',
        (error: unknown) => error,
      );
    };

    expect(await refused()).toMatchObject({
      code: 'BOT_NOT_CLEARED',
      message: expect.stringContaining('it has no clearance'),
    });
    expect(await refused({ ...held, expiresAtMs: 1 })).toMatchObject({
      message: expect.stringContaining('its clearance has expired'),
    });
    expect(await refused({ ...held, revokedAtMs: 1, revokedBecause: 'two losses' })).toMatchObject({
      message: expect.stringContaining('its clearance was revoked: two losses'),
    });
    const changes = {
      codeHash: 'f',
      parameters: '{"fast":8}',
      limits: '{"x":1}',
      build: 'b',
      riskLimits: '{}',
    };
    for (const [name, value] of Object.entries(changes))
      expect(await refused({ ...held, bound: { ...bound, [name]: value } })).toMatchObject({
        code: 'BOT_NOT_CLEARED',
        message: expect.stringContaining(`changed since it was cleared: ${name}.`),
        context: { changed: [name] },
      });
    items = [held];
    await bots.begin(config);
  });
});
