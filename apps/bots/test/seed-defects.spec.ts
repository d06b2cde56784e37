/** What the systems before this one got wrong, each by its name; what is not here is a title of the spec of its subject. */
import { BotConfigBody } from '@elvis/contracts';
import { profitFactor, sharpeRatio, sortinoRatio } from '@elvis/statistics';
import { MINUTE_MS } from '@elvis/trading';
import { opened, until } from '@elvis/testing';
import { candleAt } from './bot-builders';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

describe('what was wrong before', () => {
  const bots = opened(() => BotsUnderTest.start());
  beforeAll(() => bots.serve());

  it('without candles a bot takes no step', async () => {
    const config = aBotConfig({ shortCode: 'hole01' });
    await bots.begin(config);
    bots.world.lost.add(await bots.world.seal(100, []));
    const questions = bots.world.candleQuestions;
    const openTimeMs = await bots.world.seal(120);
    await until(async () => {
      const { lastCandleMs, due } = await bots.standing(config);
      return lastCandleMs === openTimeMs && due.length === 0;
    }, 'the candle is dealt with');
    expect(bots.world.candleQuestions).toBeGreaterThan(questions);
    expect((await bots.standing(config)).lastStep?.reasons.join()).toContain(
      'the history of the indicators is not complete',
    );
    expect(bots.world.ordersOf(config)).toEqual([]);
    // The minute is told late: from then on its steps are taken of whole candles.
    bots.world.lost.clear();
    await bots.world.correct(100, config.symbol, -1);
    await bots.world.seal(90);
    await bots.world.seal(130);
    await bots.settled(config, true);
    await bots.retire(config);
    bots.world.empty();
  });

  it('a bot takes no step on a candle that is still forming', async () => {
    const sealedMs = await bots.world.seal(100);
    // It would be entered on, were it over.
    bots.world.forming = candleAt(sealedMs + MINUTE_MS, 500);
    const config = aBotConfig({ shortCode: 'form01' });
    await bots.begin(config);
    expect((await bots.standing(config)).lastCandleMs).toBeLessThanOrEqual(sealedMs);
    bots.world.forming = undefined;
    const openTimeMs = await bots.world.seal(100);
    await until(async () => {
      const { lastCandleMs, due } = await bots.standing(config);
      return lastCandleMs === openTimeMs && due.length === 0;
    }, 'it has stepped on the candle that is over');
    expect(bots.world.ordersOf(config)).toEqual([]);
    await bots.retire(config);
  });

  it('a trade exists only where the exchange says so', async () => {
    const config = aBotConfig({ shortCode: 'real01' });
    await bots.begin(config);
    bots.world.refuse = () => ({ rejected: '-2019' });
    await bots.world.seal(90);
    await bots.world.seal(130);
    await until(() => bots.world.ordersOf(config).length > 0, 'the exchange has rejected its entry');
    const { position, figures, appliedFills } = await bots.settled(config, false);
    bots.world.refuse = undefined;
    expect([position.entryPrice, figures.days, appliedFills]).toEqual([null, [], []]);
    await bots.retire(config);
  });

  it('leverage is 1 by default', () => {
    expect(new BotConfigBody().leverage).toBe(1);
  });

  it('a statistic that is not computed is null', () => {
    expect([sharpeRatio([0.01, 0.01]), sortinoRatio([0.01, 0.02]), profitFactor([0.01])]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
