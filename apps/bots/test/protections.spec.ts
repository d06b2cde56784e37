/** A bot's position and its stop, over real NATS and Redis, at an exchange that refuses, forgets and is halted. */
import {
  BotConfigOfRuns,
  BotUnprotected,
  EventEnvelope,
  KILL_SWITCH_KEY,
  botPaused,
  botUnprotected,
} from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { RunningService } from '@elvis/platform';
import { roleOf } from '../src/protection/domain/protection-ids';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

describe('the position of a bot', () => {
  const bots = opened(() => BotsUnderTest.start());
  let service: RunningService;
  let config: BotConfigOfRuns;
  let codes = 0;
  const events: EventEnvelope<{ botConfigId: string }>[] = [];

  beforeAll(async () => {
    bots.listen('elvis.event.bot.>', (event) => events.push(event as EventEnvelope<{ botConfigId: string }>));
    service = await bots.serve();
  });
  beforeEach(async () => {
    events.length = 0;
    bots.world.refuse = undefined;
    bots.world.empty();
    await bots.redis.del(KILL_SWITCH_KEY);
    codes += 1;
    config = aBotConfig({
      shortCode: `guar${String.fromCharCode(96 + codes)}d`,
      protections: { stopLoss: '0.01', takeProfit: '0.05' },
      limits: {},
    });
    await bots.begin(config);
  });
  afterEach(() => bots.retire(config));

  const enter = async (): Promise<void> => {
    await bots.world.seal(100);
    await bots.world.seal(100);
    await bots.world.seal(101);
    await until(async () => (await bots.standing(config)).position.quantity !== '0', 'the entry has filled');
  };
  const stops = (): readonly string[] =>
    bots.world
      .working(config)
      .map(({ clientOrderId }) => clientOrderId)
      .filter((id) => roleOf(id) === 'stop');
  const protectedNow = (): Promise<string> => until(() => stops()[0], 'the stop rests');
  const toldOf = (type: string) =>
    events.filter((event) => event.type === type && event.data.botConfigId === config.id);
  const askedSince = (count: number): readonly string[] =>
    bots.world.asked
      .slice(count)
      .map(({ type, clientOrderId }) => `${type} ${roleOf(clientOrderId) ?? ''}`.trim());

  it('has its stop and its target at once, and nobody is alarmed', async () => {
    await enter();
    await protectedNow();
    await until(() => bots.world.working(config).length === 2, 'both rest');
    expect(bots.world.working(config)).toMatchObject([
      { type: 'STOP_MARKET', side: 'SELL', stopPrice: '100', closePosition: true, workingType: 'MARK_PRICE' },
      { type: 'TAKE_PROFIT_MARKET', side: 'SELL', stopPrice: '106', closePosition: true },
    ]);
    expect(toldOf(botUnprotected.type)).toEqual([]);
  });

  it('that is ended by its stop takes the other protection away', async () => {
    await enter();
    const stop = await protectedNow();
    await until(() => bots.world.working(config).length === 2, 'both rest');
    await bots.world.fill(stop, '100', { realizedPnl: '-1' });
    await until(() => bots.world.working(config).length === 0, 'the target is canceled');
    expect((await bots.standing(config)).figures).toMatchObject({ losses: 1 });
  });

  it('whose stop was canceled by a stranger has it again, under a new id', async () => {
    await enter();
    const stop = await protectedNow();
    await bots.world.cancelByHand(stop);
    const again = await until(() => stops().find((id) => id !== stop), 'the stop rests again');
    expect(again).not.toBe(stop);
    expect((await bots.standing(config)).state).toBe('RUNNING');
  });

  it('is known after everything was killed, and its stop is the same order of the exchange', async () => {
    await enter();
    const stop = await protectedNow();
    await until(() => bots.world.working(config).length === 2, 'both rest');
    const { position } = await bots.standing(config);
    const asked = bots.world.asked.length;
    await service.stop();
    service = await bots.serve();
    // A candle that changes nothing: when its step is committed the sweeps have run as well.
    const before = (await bots.standing(config)).lastStep?.step;
    await bots.world.seal(101.5);
    await until(async () => (await bots.standing(config)).lastStep?.step !== before, 'it steps again');
    expect((await bots.standing(config)).position).toEqual(position);
    expect(stops()).toEqual([stop]);
    expect(askedSince(asked)).toEqual([]);
  });

  it.each([
    ['by the exchange', { rejected: '-2021' }],
    ['by risk', { denial: 'TRIGGER_WRONG_SIDE' }],
  ])(
    'is closed for that, and not after ten seconds, when its stop is refused as already triggered %s, and FAULTED',
    async (_who, refusal) => {
      bots.world.refuse = ({ clientOrderId }) => (roleOf(clientOrderId) === 'stop' ? refusal : undefined);
      await enter();
      await until(async () => (await bots.standing(config)).position.quantity === '0', 'it is closed');
      await until(async () => (await bots.standing(config)).state === 'FAULTED', 'the bot is FAULTED');
      expect((await bots.standing(config)).fault).toMatchObject({ code: 'STOP_PASSED' });
      await until(() => bots.world.working(config).length === 0, 'nothing rests');
    },
  );

  it('without its stop while trading is halted is alarmed and listed, and gets it when the halt is over', async () => {
    await enter();
    const stop = await protectedNow();
    await bots.redis.set(KILL_SWITCH_KEY, '1');
    await until(async () => (await bots.standing(config)).causes.includes('halt'), 'it is paused');
    const asked = bots.world.asked.length;
    await bots.world.cancelByHand(stop);
    const [alarm] = await until(() => {
      const told = toldOf(botUnprotected.type);
      return told.length > 0 ? told : undefined;
    }, 'it is alarmed');
    expect(alarm?.data as unknown as BotUnprotected).toMatchObject({ isHeldBack: true, symbol: 'BTCUSDT' });
    expect(askedSince(asked)).toEqual([]);
    await until(async () => (await bots.viewOf(config))?.unprotectedSinceMs, 'it is listed');
    await bots.redis.del(KILL_SWITCH_KEY);
    const again = await until(() => stops()[0], 'the stop rests again');
    expect(again).not.toBe(stop);
  });

  it('that cannot be protected for ten seconds is closed at market, and FAULTED', async () => {
    bots.world.refuse = ({ clientOrderId }) =>
      roleOf(clientOrderId) === undefined ? undefined : { failure: 'VENUE_UNREACHABLE' };
    await enter();
    await until(() => toldOf(botUnprotected.type).length > 0, 'it is alarmed');
    await until(async () => (await bots.standing(config)).state === 'FAULTED', 'the bot is FAULTED');
    const { fault, position } = await bots.standing(config);
    expect([fault?.code, position.quantity]).toEqual(['POSITION_UNPROTECTED', '0']);
  });

  it.each([
    ['of the exchange alone', undefined, 'web_1'],
    ['of another actor of Elvis', '11111111-1111-4111-8111-111111111111', 'alice'],
  ])('pauses it at a fill %s, which is named', async (_who, botConfigId, whose) => {
    await enter();
    await protectedNow();
    await bots.world.fillOfStranger({ side: 'BUY' }, botConfigId);
    await until(async () => (await bots.standing(config)).causes.includes('foreign'), 'it is paused');
    expect((await bots.standing(config)).reason).toContain(whose);
    await until(() => toldOf(botPaused.type).length > 0, 'it is told');
  });

  it('that vanished takes its protections with it, and says so', async () => {
    await enter();
    await protectedNow();
    const { quantity } = (await bots.standing(config)).position;
    await bots.world.fillOfStranger({ side: 'SELL', quantity, filledQuantity: quantity });
    await until(async () => (await bots.standing(config)).position.quantity === '0', 'it is gone');
    await until(() => bots.world.working(config).length === 0, 'the protections are canceled');
    expect((await bots.standing(config)).reason).toContain('web_1');
  });
});
