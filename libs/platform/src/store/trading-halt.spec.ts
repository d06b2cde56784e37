import { KILL_SWITCH_KEY, STOPS_KEY } from '@elvis/contracts';
import { opened, startRedis } from '@elvis/testing';
import { Redis } from './redis';
import { isTradingHalted } from './trading-halt';

describe('whether trading is halted', () => {
  const server = opened(() => startRedis());
  const redis = opened(
    () => new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: null, protocol: 2 }),
  );

  beforeAll(() => {
    redis.on('error', () => undefined);
  });
  beforeEach(() => redis.flushall());

  const stop = (state: string, type: string, value?: string) =>
    redis.hset(STOPS_KEY, 's', JSON.stringify({ state, scope: { type, value } }));

  it('is not while no stop stands', async () => {
    expect(await isTradingHalted(redis)).toBe(false);
  });

  it('is by any value of the switch', async () => {
    await redis.set(KILL_SWITCH_KEY, '');
    expect(await isTradingHalted(redis)).toBe(true);
  });

  it('is for the symbol that a stop names, and for no other', async () => {
    await stop('HALTED', 'symbol', 'BTCUSDT');
    expect(await isTradingHalted(redis, { symbol: 'BTCUSDT' })).toBe(true);
    expect(await isTradingHalted(redis, { symbol: 'ETHUSDT' })).toBe(false);
  });

  it('is for the bot that a stop names, and for no other', async () => {
    await stop('HALTED', 'bot', 'b1');
    expect(await isTradingHalted(redis, { botConfigId: 'b1' })).toBe(true);
    expect(await isTradingHalted(redis, { botConfigId: 'b2' })).toBe(false);
  });

  it('is not while only reducing is asked for', async () => {
    await stop('REDUCING', 'global');
    expect(await isTradingHalted(redis)).toBe(false);
  });

  it('is by a stop that cannot be read', async () => {
    await redis.hset(STOPS_KEY, 's', '{');
    expect(await isTradingHalted(redis)).toBe(true);
  });

  it('is while Redis cannot be asked', async () => {
    await server.stop();
    expect(await isTradingHalted(redis)).toBe(true);
  });
});
