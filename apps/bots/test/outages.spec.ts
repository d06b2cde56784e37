/** Servers that are gone while bots have something to do: NATS in the midst of a candle's close, and Redis. */
import { BotJournalRecord, getBotStates } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { BotsUnderTest, isOwn } from './bots-under-test';
import { aBotConfig } from './world';

const BOTS = 50;
/** So many have sent their order when NATS dies. */
const SENT_BEFORE = 10;
const DOWN_MS = 5_000;
const DECIDE_WITHIN_MS = 60_000;

describe('bots', () => {
  const bots = opened(() => BotsUnderTest.start());
  const configs = Array.from({ length: BOTS }, (_, at) =>
    aBotConfig({ shortCode: `nats${at.toString(36).padStart(2, '0')}`, symbol: `N${at}USDT` }),
  );

  beforeAll(async () => {
    await bots.serve({ BOT_DECIDE_WITHIN_MS: DECIDE_WITHIN_MS });
    await Promise.all(configs.map((config) => bots.begin(config)));
  }, 180_000);
  afterEach(() => jest.restoreAllMocks());

  it('take each step once when NATS dies at the close of their candle, and enter nothing in those that are late by then', async () => {
    const asked = new Set<string>();
    let crash: Promise<void> | undefined;
    bots.world.refuse = ({ clientOrderId }) => {
      if (isOwn({ clientOrderId })) asked.add(clientOrderId);
      if (asked.size === SENT_BEFORE && !crash) crash = bots.crashNats(timePasses);
      return undefined;
    };
    const openTimeMs = await bots.world.seal(
      101,
      configs.map(({ symbol }) => symbol),
    );
    await until(() => crash !== undefined, 'NATS died');
    await crash;
    await until(
      async () => {
        const all = await Promise.all(configs.map((config) => bots.standing(config)));
        return all.every(
          ({ lastCandleMs, due, pending }) =>
            lastCandleMs === openTimeMs && due.length === 0 && pending === null,
        );
      },
      'every bot has taken its step',
      120_000,
    );

    const outcomes: string[] = [];
    for (const config of configs) {
      const records = (await recordsOf(config.id)).filter(
        (record) => 'due' in record && record.due.candle?.openTimeMs === openTimeMs,
      );
      const commits = records.flatMap((record) => (record.type === 'COMMIT' ? [record] : []));
      expect(commits).toHaveLength(1);
      const [{ isLate, answers }] = commits as [(typeof commits)[number]];
      const outcome = isLate ? 'late' : (answers[0]?.outcome ?? 'nothing wished');
      expect(bots.world.ordersOf(config)).toHaveLength(outcome === 'FILLED' ? 1 : 0);
      outcomes.push(outcome);
    }
    expect(new Set(outcomes)).not.toContain('nothing wished');
    expect(outcomes).toContain('FILLED');
    expect(outcomes).toContain('late');
  }, 240_000);

  it('say why they enter nothing while Redis is gone, and go on when it is back', async () => {
    bots.world.refuse = undefined;
    const [config] = configs as [(typeof configs)[number]];
    const asked = bots.world.asked.length;
    await bots.withoutRedis(async () => {
      const shown = await until(async () => {
        const { items } = await bots.bus.request(getBotStates, { botConfigId: config.id });
        return items.find(({ status }) => status === 'PAUSED');
      }, 'it is PAUSED');
      expect([shown.causes, shown.reason]).toEqual([['halt'], 'trading is halted, or Redis cannot tell']);
      await bots.world.seal(102, [config.symbol]);
      expect(bots.world.asked).toHaveLength(asked);
    });
    await until(async () => (await bots.standing(config)).state === 'RUNNING', 'it runs again');
  });

  /** On this process's clock, which the bots' is. */
  async function timePasses(): Promise<void> {
    const real = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => real() + 10 * DECIDE_WITHIN_MS);
    await pause(DOWN_MS);
  }

  async function recordsOf(botId: string): Promise<readonly BotJournalRecord[]> {
    const records: BotJournalRecord[] = [];
    for (
      let entry = await bots.journal.last(botId);
      entry;
      entry = await bots.journal.at(entry.record.previous)
    ) {
      records.push(entry.record);
      if (entry.record.previous === 0) break;
    }
    return records;
  }
});
