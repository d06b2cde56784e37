/** Many symbols on one account: a look behind a gap costs what happened there, and not a reading of each symbol. */
import { EXPOSURE_KEY } from '@elvis/contracts';
import { opened } from '@elvis/testing';
import { Fill, Market } from '@elvis/trading';
import { Replica, replicaOver } from './replica';
import { openStores } from './stores';
import { FakeVenue } from './venue.fake';

const MANY = Array.from({ length: 500 }, (_, index) => `S${index}USDT`);

describe('the fills behind a gap, of five hundred symbols', () => {
  const stores = opened(() => openStores('fills-to-fetch-spec'));
  let venue: FakeVenue;
  let replica: Replica;

  beforeEach(async () => {
    await stores.letTrade();
    venue = new FakeVenue();
    replica = await replicaOver(stores, venue, { SYMBOLS: MANY });
  });

  let trades = 0;
  /** What somebody else does with the same account. */
  function trade(symbol: string, market: Market = 'futures', atMs = stores.clock.now()): void {
    trades += 1;
    const id = `${5_000 + trades}`;
    const fill: Fill = {
      ...{ tradeId: id, market, symbol, clientOrderId: `web_${id}`, exchangeOrderId: id, side: 'BUY' },
      ...{ price: '10', quantity: '1', quoteQuantity: '10', fee: '0.01', feeAsset: 'USDT' },
      ...{ realizedPnl: '0', isMaker: false, tradedAtMs: atMs },
    };
    const order = { clientOrderId: fill.clientOrderId, symbol, type: 'MARKET', side: 'BUY', atMs } as const;
    venue.byHand({ ...order, exchangeOrderId: id, status: 'FILLED', filledQuantity: '1', quantity: '1' }, [
      fill,
    ]);
  }

  /** How many fills of somebody else were recorded, after a look. */
  async function recorded(market: Market = 'futures'): Promise<number> {
    await replica.sync.syncFills(market);
    const text = await replica.metrics.registry.metrics();
    return Number(/elvis_external_total\{kind="fill"\} (\d+)/.exec(text)?.[1] ?? 0);
  }

  it('are asked for nowhere at the first look: there is nothing behind it', async () => {
    trade('S7USDT');
    expect(await recorded()).toBe(0);
    expect(venue.askedFills).toEqual([]);
  });

  it('are asked for where the bookings of the exchange name a symbol, once', async () => {
    trade('S7USDT', 'futures', stores.clock.now() - 3_600_000);
    expect(await recorded()).toBe(0);
    trade('S7USDT');
    trade('S8USDT');
    expect(await recorded()).toBe(2);
    expect([...venue.askedFills].sort()).toEqual(['S7USDT', 'S8USDT']);
    trade('S8USDT');
    expect(await recorded()).toBe(3);
  });

  it('are asked for where a position is not ours, booked or not', async () => {
    venue.tradedSince = () => Promise.resolve(new Set());
    await replica.sync.synchronize('spec');
    venue.askedFills.length = 0;
    trade('S9USDT');
    venue.positions = [{ symbol: 'S9USDT', quantity: '1', markPrice: '10' }];
    expect(await recorded()).toBe(1);
    expect(venue.askedFills).toEqual(['S9USDT']);
  });

  it('are asked for of what is known of, when the bookings were never looked through', async () => {
    const few = await replicaOver(stores, venue, { SYMBOLS: ['S1USDT', 'S2USDT'] });
    await few.sync.syncFills('futures');
    trade('S2USDT');
    venue.askedFills.length = 0;
    expect(await recorded()).toBe(1);
    expect([...venue.askedFills].sort()).toEqual(['S1USDT', 'S2USDT']);
  });

  it('are asked for on spot where what is held is not what we count', async () => {
    await stores.redis.del(EXPOSURE_KEY);
    await replica.sync.synchronize('spec', 'spot');
    expect(venue.askedFills).toEqual([]);
    trade('S3USDT', 'spot');
    venue.positions = [{ symbol: 'S3USDT', quantity: '1', markPrice: '0' }];
    expect(await recorded('spot')).toBe(1);
    expect(venue.askedFills).toEqual(['S3USDT']);
  });
});
