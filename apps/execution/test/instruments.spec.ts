import { Decimal, Instrument } from '@elvis/trading';
import { InstrumentCache } from '../src/venue/instrument-cache';
import { ExecutionConfig } from '../src/execution.config';
import { PlacementRefusals } from '../src/venue/placement-refusals';
import { isRuleRefusal } from '../src/domain/rule-refusals';
import { createLog } from '@elvis/platform';
import { anInstrument, opened, until } from '@elvis/testing';
import { openStores } from './stores';
import { FakeVenue } from './venue.fake';

const log = createLog('execution', 0, 'silent');

const listed = (minNotional: string): Instrument => anInstrument({ minNotional: new Decimal(minNotional) });

/** An exchange that counts how often its list was asked for. */
class CountingVenue extends FakeVenue {
  asked = 0;

  override async instruments(): Promise<readonly Instrument[]> {
    this.asked += 1;
    return super.instruments();
  }
}

describe('the rules of the exchange', () => {
  const stores = opened(() => openStores('instruments-spec'));
  let venue: CountingVenue;
  const caches: InstrumentCache[] = [];

  beforeEach(async () => {
    await stores.letTrade();
    venue = new CountingVenue();
    venue.listed = [listed('50')];
  });
  afterEach(() => {
    for (const cache of caches.splice(0)) cache.onModuleDestroy();
  });

  function aReplica(): { cache: InstrumentCache; refusals: PlacementRefusals } {
    const refusals = new PlacementRefusals();
    const { redis, clock } = stores;
    const cache = new InstrumentCache(venue, redis, clock, new ExecutionConfig(), refusals, log);
    caches.push(cache);
    return { cache, refusals };
  }
  const notionalIn = async (cache: InstrumentCache): Promise<string | undefined> =>
    (await cache.listedOn('futures')).messages[0]?.minNotional;
  /** As if that list had been read so long ago. */
  const age = async (cache: InstrumentCache, byMs: number): Promise<void> => {
    const list = await cache.listedOn('futures');
    Object.assign(list, { asOfMs: list.asOfMs - byMs });
    await stores.redis.hset('ELVIS_INSTRUMENTS:futures', 'asOfMs', list.asOfMs);
  };

  it('are read once for all replicas, and bear the time at which the exchange was asked', async () => {
    const before = stores.clock.now();
    const [first, second] = [aReplica(), aReplica()];
    const [one, other] = await Promise.all([
      first.cache.listedOn('futures'),
      second.cache.listedOn('futures'),
    ]);
    expect(venue.asked).toBe(1);
    expect(one.asOfMs).toBeGreaterThanOrEqual(before);
    expect(one.asOfMs).toBeLessThanOrEqual(stores.clock.now());
    expect(other.asOfMs).toBe(one.asOfMs);
    expect(other.messages).toEqual(one.messages);
  });

  it('are read again by themselves once they are a minute and a half old', async () => {
    const { cache } = aReplica();
    expect(await notionalIn(cache)).toBe('50');
    venue.listed = [listed('1000')];
    await age(cache, 91_000);
    cache.onApplicationBootstrap();
    await until(async () => (await notionalIn(cache)) === '1000', 'the new rule');
    expect(venue.asked).toBe(2);
  });

  it('are read again at once when an order is refused as only another rule explains, by every replica', async () => {
    const [first, second] = [aReplica(), aReplica()];
    await Promise.all([first.cache.listedOn('futures'), second.cache.listedOn('futures')]);
    venue.listed = [listed('1000')];
    await age(first.cache, 6_000);
    const reason = "Order's notional must be no smaller than 1000";
    first.refusals.seen('futures', { kind: 'refused', code: '-4164', reason });
    await until(async () => (await notionalIn(first.cache)) === '1000', 'the new rule');
    await age(second.cache, 91_000);
    second.cache.onApplicationBootstrap();
    await until(async () => (await notionalIn(second.cache)) === '1000', 'the new rule of the other');
  });

  it('are not read again for a refusal that the market may explain', async () => {
    const { cache, refusals } = aReplica();
    await cache.listedOn('futures');
    await age(cache, 6_000);
    for (const code of ['-2019', '-4016', '-5022'])
      refusals.seen('futures', { kind: 'refused', code, reason: 'the market' });
    expect(venue.asked).toBe(1);
  });

  it.each`
    market       | code       | reason                             | isRule
    ${'futures'} | ${'-4164'} | ${'notional'}                      | ${true}
    ${'futures'} | ${'-4140'} | ${'Invalid symbol status'}         | ${true}
    ${'futures'} | ${'-4131'} | ${'PERCENT_PRICE'}                 | ${false}
    ${'futures'} | ${'-2019'} | ${'Margin is insufficient.'}       | ${false}
    ${'spot'}    | ${'-1013'} | ${'Filter failure: NOTIONAL'}      | ${true}
    ${'spot'}    | ${'-1013'} | ${'Filter failure: LOT_SIZE'}      | ${true}
    ${'spot'}    | ${'-1013'} | ${'Filter failure: PERCENT_PRICE'} | ${false}
    ${'spot'}    | ${'-2010'} | ${'Market is closed.'}             | ${true}
    ${'spot'}    | ${'-2010'} | ${'Account has insufficient ...'}  | ${false}
  `('$code "$reason" on $market is explained by a rule alone: $isRule', ({ isRule, ...refusal }) => {
    expect(isRuleRefusal(refusal as Parameters<typeof isRuleRefusal>[0])).toBe(isRule);
  });
});
