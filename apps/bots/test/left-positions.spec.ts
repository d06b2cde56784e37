/** What a bot leaves when it is stopped or FAULTED: its position keeps its stop, until somebody closes it. */
import { BotConfigOfRuns, acknowledgeBotFault, startBot, stopBot } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { faulted } from '../src/journal/changes';
import { roleOf } from '../src/protection/domain/protection-ids';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

const PERSON = { actor: 'user:spec', reason: 'the spec wants it' };

describe('a position that a bot has left', () => {
  const bots = opened(() => BotsUnderTest.start());
  beforeAll(() => bots.serve());
  let config: BotConfigOfRuns;
  let codes = 0;

  beforeEach(async () => {
    bots.world.empty();
    codes += 1;
    const shortCode = `left${String.fromCharCode(96 + codes)}x`;
    config = aBotConfig({ shortCode, protections: { stopLoss: '0.01', takeProfit: '0.05' }, limits: {} });
    await bots.begin(config);
    for (const close of [100, 100, 101]) await bots.world.seal(close);
    await until(() => bots.world.working(config).length === 2, 'stop and target rest');
  });
  afterEach(() => bots.retire(config));

  const stateOf = async () => (await bots.standing(config)).state;
  const stopped = async (mode: 'keep' | 'cancel' | 'flatten') => {
    const { stopId } = await bots.bus.request(stopBot, { botId: config.id, mode, ...PERSON });
    await until(async () => {
      const { state, stop } = await bots.standing(config);
      return state === 'STOPPED' && stop?.stopId === stopId;
    }, 'the bot is STOPPED');
  };
  const restingStop = () =>
    bots.world.working(config).find(({ clientOrderId }) => roleOf(clientOrderId) === 'stop');

  it.each(['keep', 'cancel'] as const)(
    'by %s gets a stop that was lost anew, under another id',
    async (mode) => {
      await stopped(mode);
      const { clientOrderId } = restingStop()!;
      await bots.world.cancelByHand(clientOrderId);
      const again = await until(() => restingStop(), 'the stop rests again');
      expect(again.clientOrderId).not.toBe(clientOrderId);
      expect(await stateOf()).toBe('STOPPED');
    },
  );

  it('is the person’s to close: its protections go with it, and STOPPED stays', async () => {
    await stopped('cancel');
    const { position } = await bots.standing(config);
    await bots.world.fillOfStranger({ side: 'SELL', quantity: position.quantity });
    await until(() => bots.world.working(config).length === 0, 'the protections are gone');
    expect(await bots.standing(config)).toMatchObject({ state: 'STOPPED', position: { quantity: '0' } });
  });

  it('is closed by one more stop that flattens, after which there is nothing to stop', async () => {
    await stopped('keep');
    await stopped('flatten');
    expect((await bots.standing(config)).stop?.remainder).toEqual({ orders: [], position: '0' });
    const again = bots.bus.request(stopBot, { botId: config.id, mode: 'flatten', ...PERSON });
    await expect(again).rejects.toMatchObject({ code: 'BOT_NOT_RUNNING' });
  });

  it('by a fault keeps its stop too, and a stop of that bot leaves its fault to be looked into', async () => {
    const fault = { code: 'SPEC', message: 'the spec faults it.', atMs: Date.now() };
    await bots.journal.change(config.id, ({ standing }) => faulted(standing, fault));
    await bots.world.cancelByHand(restingStop()!.clientOrderId);
    await until(() => restingStop(), 'the stop rests again');
    await stopped('flatten');
    const wish = { botId: config.id, actor: 'user:spec', revision: 1 };
    await expect(bots.bus.request(startBot, wish)).rejects.toMatchObject({ code: 'BOT_FAULT_OPEN' });
    await bots.bus.request(acknowledgeBotFault, { botId: config.id, actor: 'user:spec', note: 'seen' });
    await bots.begin(config);
  });
});
