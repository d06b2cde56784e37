/** What bots do not know a price of: a fee in a third asset, and what a position is worth now. */
import { GetDepth, getDepth, markFeed } from '@elvis/contracts';
import { Bus, connectNats } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { TradingFailure } from '@elvis/trading';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

const MARK_EVERY_MS = 200;

describe('a price that a bot needs', () => {
  const bots = opened(() => BotsUnderTest.start());
  /** Of the exchange's order books. */
  const prices = new Map<string, string>();
  beforeAll(async () => {
    bots.world.serve('execution', getDepth.subject, ({ symbol }: GetDepth) => {
      const price = prices.get(symbol);
      if (price === undefined) throw new TradingFailure('INSTRUMENT_NOT_FOUND', 'none');
      return { lastUpdateId: '1', bids: [[price, '1']], asks: [[price, '1']] };
    });
    await bots.serve();
  });
  beforeEach(() => bots.world.empty());

  const entered = async (change: Parameters<typeof aBotConfig>[0]) => {
    const config = aBotConfig(change);
    await bots.begin(config);
    await bots.world.seal(90);
    await bots.world.seal(130);
    await bots.settled(config, true);
    return config;
  };

  it.each`
    asset    | listed                   | net     | unpriced | because
    ${'BNB'} | ${{ BNBUSDT: '600' }}    | ${'-6'} | ${0}     | ${'the exchange has it against what the bot counts in'}
    ${'EUR'} | ${{ USDTEUR: '0.0025' }} | ${'-4'} | ${0}     | ${'the exchange has the pair the other way round'}
    ${'XYZ'} | ${{}}                    | ${'0'}  | ${1}     | ${'the exchange has neither, which is said, and nothing is guessed'}
  `('counts a fee of 0.01 $asset as $net, for $because', async ({ asset, listed, net, unpriced }) => {
    prices.clear();
    for (const [symbol, price] of Object.entries(listed as Record<string, string>)) prices.set(symbol, price);
    bots.world.fee = { fee: '0.01', feeAsset: asset as string };
    const config = await entered({ shortCode: `fee${String(asset).toLowerCase()}` });
    const { figures } = await bots.standing(config);
    expect([figures.net, figures.unpriced]).toEqual([net, unpriced]);
    const view = await until(async () => {
      const shown = await bots.viewOf(config);
      return shown?.inPosition && shown;
    }, 'its state is shown');
    expect([view.dailyPnl, view.unpricedFees]).toEqual([net, unpriced]);
    bots.world.fee = { fee: '0.01', feeAsset: 'USDT' };
    await bots.retire(config);
  });

  it('that is too old is none: the bot whose drawdown counts its position is PAUSED, and runs again with a fresh one', async () => {
    let ageMs = 60_000;
    const connection = await connectNats(bots.nats.urls['market-data'], 'market-data');
    const bus = new Bus(connection);
    const mark = (): void => {
      const told = { symbol: 'BTCUSDT', mark: '130', eventTimeMs: Date.now() - ageMs, ageMs };
      bus.publish(markFeed, 'BTCUSDT', told);
    };
    const marks = setInterval(mark, MARK_EVERY_MS);
    try {
      const config = await entered({ shortCode: 'stale1', limits: { maxDrawdown: '5000' } });
      await until(async () => (await bots.standing(config)).causes.includes('stale'), 'it is paused');
      expect((await bots.standing(config)).reason).toContain('no price of BTCUSDT (futures)');
      ageMs = 0;
      await until(async () => (await bots.standing(config)).state === 'RUNNING', 'it runs again');
      await bots.retire(config);
    } finally {
      clearInterval(marks);
      await connection.close();
    }
  });
});
