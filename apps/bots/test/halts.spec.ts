/** Where halts meet bots: which are paused, what is sent meanwhile, and who goes on when one is over. */
import { KILL_SWITCH_KEY, STOPS_KEY, pauseBot, resumeBot } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { StopScope } from '@elvis/trading';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

const PERSON = { actor: 'user:spec', reason: 'the spec wants it' };

describe('a halt', () => {
  const bots = opened(() => BotsUnderTest.start());
  const [first, second] = ['BTCUSDT', 'ETHUSDT'].map((symbol, at) =>
    aBotConfig({ shortCode: `halt0${at}`, symbol }),
  ) as [ReturnType<typeof aBotConfig>, ReturnType<typeof aBotConfig>];
  const symbols = [first.symbol, second.symbol];

  beforeAll(async () => {
    await bots.serve();
    await bots.begin(first);
    await bots.begin(second);
  });
  afterEach(() => cleared());

  const stateOf = async (config: typeof first): Promise<string> => {
    const { state, causes } = await bots.standing(config);
    return [state, ...causes].join(' ');
  };
  const becomes = (config: typeof first, state: string): Promise<void> =>
    until(async () => (await stateOf(config)) === state, `it is ${state}`);
  /** A candle that both have stepped on; what each said to it. */
  const stepped = async (close: number): Promise<readonly string[]> => {
    const openTimeMs = await bots.world.seal(close, symbols);
    const isDone = async (config: typeof first): Promise<boolean> => {
      const { lastCandleMs, due, pending } = await bots.standing(config);
      return lastCandleMs === openTimeMs && due.length === 0 && pending === null;
    };
    await until(async () => (await isDone(first)) && (await isDone(second)), 'both have stepped');
    return Promise.all(
      [first, second].map(async (config) => (await bots.standing(config)).lastStep!.reasons.join()),
    );
  };
  const halted = (type: StopScope['type'], value?: string): Promise<unknown> =>
    type === 'global'
      ? bots.redis.set(KILL_SWITCH_KEY, '1')
      : bots.redis.hset(STOPS_KEY, 'spec', JSON.stringify({ state: 'HALTED', scope: { type, value } }));
  const cleared = (): Promise<unknown> => bots.redis.del(KILL_SWITCH_KEY, STOPS_KEY);

  it.each([
    ['global', undefined, true],
    ['symbol', first.symbol, false],
    ['bot', first.id, false],
  ] as const)('of scope %s pauses the bots it concerns, which enter nothing', async (type, value, isBoth) => {
    await stepped(50);
    await halted(type, value);
    await becomes(first, 'PAUSED halt');
    if (isBoth) await becomes(second, 'PAUSED halt');
    const asked = bots.world.asked.length;
    await stepped(45);
    const [said, other] = await stepped(120);
    expect(said).toContain('BOT_PAUSED');
    const sent = bots.world.asked.slice(asked).map(({ botConfigId }) => botConfigId);
    expect(sent).not.toContain(first.id);
    if (isBoth) expect(other).toContain('BOT_PAUSED');
    else expect(await stateOf(second)).toBe('RUNNING');

    await cleared();
    await becomes(first, 'RUNNING');
    await becomes(second, 'RUNNING');
    await stepped(55);
    await bots.settled(first, false);
    await bots.settled(second, false);
  });

  it('that is over resumes only the bots that nothing else pauses', async () => {
    await bots.bus.request(pauseBot, { botId: first.id, ...PERSON });
    await halted('global');
    await becomes(first, 'PAUSED person halt');
    await becomes(second, 'PAUSED halt');
    await cleared();
    await becomes(second, 'RUNNING');
    await becomes(first, 'PAUSED person');
    await bots.bus.request(resumeBot, { botId: first.id, actor: PERSON.actor });
    expect(await stateOf(first)).toBe('RUNNING');
  });

  it('that cannot be read is a halt: nothing is entered, an exit is sent until it passes, and the state tells why', async () => {
    await stepped(45);
    await stepped(120);
    await bots.settled(first, true);
    // Redis does not answer as it should, so nobody knows whether trading is halted.
    await bots.redis.set(STOPS_KEY, 'not a hash');
    await becomes(first, 'PAUSED halt');
    expect((await bots.standing(first)).reason).toContain('Redis cannot tell');
    let refused = 0;
    bots.world.refuse = ({ clientOrderId }) => {
      if (!clientOrderId.startsWith(`b.${first.shortCode}.`) || refused >= 2) return undefined;
      refused += 1;
      return { failure: 'STATE_UNKNOWN' };
    };
    const asked = bots.world.asked.length;
    await bots.world.seal(55, symbols);
    await until(async () => (await bots.standing(first)).position.quantity === '0', 'the exit has filled');
    const sent = bots.world.asked.slice(asked).filter(({ botConfigId }) => botConfigId === first.id);
    expect(sent.map(({ side }) => side)).toEqual(['SELL', 'SELL', 'SELL']);
    expect(new Set(sent.map(({ clientOrderId }) => clientOrderId)).size).toBe(1);
    await cleared();
    await becomes(first, 'RUNNING');
  });
});
