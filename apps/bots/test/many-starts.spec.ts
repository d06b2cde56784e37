/** Bots that are started at once: each is held against all others, and what that costs the journal. */
import { startBot } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { BotJournal } from '../src/journal/bot-journal';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

const BOTS = 60;
/** Of one bot: its own, and each of its records once for the others. Every other bot's would be fifty-nine twice. */
const READS_A_BOT = 30;

describe('bots that are started at once', () => {
  const bots = opened(() => BotsUnderTest.start());
  afterEach(() => jest.restoreAllMocks());

  it('see each other, and the journal is read a number of times that grows with the bots and not with their pairs', async () => {
    const configs = Array.from({ length: BOTS }, (_, at) =>
      aBotConfig({ shortCode: `m${at.toString(36).padStart(5, '0')}`, symbol: `M${at >> 1}USDT` }),
    );
    for (const config of configs) bots.world.configs.set(config.id, config);
    await bots.serve();
    const reads = [jest.spyOn(BotJournal.prototype, 'last'), jest.spyOn(BotJournal.prototype, 'at')];
    const asked = await Promise.allSettled(
      configs.map(({ id: botId }) =>
        bots.bus.request(startBot, { botId, actor: 'user:spec', revision: 1 }, { timeoutMs: 60_000 }),
      ),
    );
    const begun = configs.filter((_, at) => asked[at]!.status === 'fulfilled');
    const ends = new Map<string, string>();
    await until(
      async () => {
        bots.world.catchUp();
        for (const config of begun.filter(({ id }) => !ends.has(id))) {
          const { state, fault } = await standingOf(config.id);
          if (state === 'RUNNING' || state === 'FAULTED') ends.set(config.id, fault?.message ?? state);
        }
        return ends.size === begun.length;
      },
      'each runs or is refused',
      150_000,
    );
    const spent = reads.reduce((sum, { mock }) => sum + mock.calls.length, 0) - looks;
    // Two wish for each symbol: one of them has it.
    const symbols = begun.filter(({ id }) => ends.get(id) === 'RUNNING').map(({ symbol }) => symbol);
    expect(symbols.sort()).toEqual([...new Set(configs.map(({ symbol }) => symbol))].sort());
    for (const { id } of begun)
      expect(ends.get(id)).toMatch(/^RUNNING$|^Another bot runs on M\d+USDT \(futures\)/);
    expect(spent).toBeLessThan(BOTS * READS_A_BOT);
  });

  let looks = 0;
  /** This spec's own, which do not count. */
  const standingOf = async (id: string) => {
    looks += 1;
    return (await bots.journal.last(id))!.standing;
  };
});
