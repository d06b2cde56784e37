import { EVENT_STREAM, IncomeItem } from '@elvis/contracts';
import { Redis, connectNats } from '@elvis/platform';
import { Decimal, Fill, Instrument } from '@elvis/trading';
import { PrivateNats, PrivateRedis, startNats, startRedis } from '../../../scripts/servers';
import { ExchangeClock } from '../src/limiter/exchange-clock';
import { RedisRun } from '../src/limiter/redis-run';
import { Replica, Stores, replicaOver } from './replica';
import { FakeVenue } from './venue.fake';

const ONE = new Decimal(1);
const BTCUSDT: Instrument = {
  symbol: 'BTCUSDT',
  market: 'futures',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  isTrading: true,
  tickSize: ONE,
  stepSize: ONE,
  minQuantity: ONE,
  maxQuantity: ONE,
  marketStepSize: ONE,
  marketMinQuantity: ONE,
  marketMaxQuantity: ONE,
  minNotional: ONE,
};

describe('the balances, held against the exchange', () => {
  let redisServer: PrivateRedis;
  let natsServer: PrivateNats;
  let stores: Stores;
  let venue: FakeVenue;
  let replica: Replica;
  let income: IncomeItem[];

  beforeAll(async () => {
    [redisServer, natsServer] = await Promise.all([startRedis(), startNats()]);
    const { host, port, password } = redisServer;
    const redis = new Redis({ host, port, password, protocol: 2 });
    const run = new RedisRun(redis);
    const nats = await connectNats(natsServer.urls.execution, 'balances-spec');
    stores = { redis, nats, run, clock: new ExchangeClock(redis, () => Promise.resolve(Date.now()), run) };
    await run.ask();
  });

  afterAll(async () => {
    stores.redis.disconnect();
    await stores.nats.close();
    await Promise.all([redisServer.stop(), natsServer.stop()]);
  });

  beforeEach(async () => {
    await stores.redis.flushall();
    venue = new FakeVenue();
    venue.listed = [BTCUSDT];
    income = [];
    replica = replicaOver(stores, venue, {}, { list: () => Promise.resolve(income) });
    holds('10000');
    await replica.comparison.run();
  });

  const holds = (wallet: string): void => {
    venue.balances = [{ asset: 'USDT', wallet, free: wallet }];
  };
  const ours = async (): Promise<string | undefined> =>
    (await replica.balances.wallets('futures'))?.get('USDT');

  const aFill = (overrides: Partial<Fill> = {}): Fill => ({
    tradeId: '7',
    market: 'futures',
    symbol: 'BTCUSDT',
    clientOrderId: 'a',
    exchangeOrderId: '1',
    side: 'SELL',
    price: '60000',
    quantity: '0.01',
    quoteQuantity: '600',
    fee: '0.24',
    feeAsset: 'USDT',
    realizedPnl: '5.12345678',
    isMaker: false,
    tradedAtMs: Date.now() + 1_000,
    ...overrides,
  });

  async function differences(): Promise<{ about: string; ours: string; theirs: string }[]> {
    const provisioner = await connectNats(natsServer.urls.provision, 'reader');
    const manager = await provisioner.jetstreamManager();
    const { state } = await manager.streams.info(EVENT_STREAM);
    const found: { about: string; ours: string; theirs: string }[] = [];
    for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
      const { data } = await manager.streams.getMessage(EVENT_STREAM, { seq });
      const event = JSON.parse(Buffer.from(data).toString()) as {
        data: { kind?: string; about: string; ours: string; theirs: string };
      };
      if (event.data.kind === 'BALANCE') found.push(event.data);
    }
    await provisioner.close();
    return found;
  }

  it('begin with what the exchange has', async () => {
    expect(await ours()).toBe('10000');
  });

  it('follow each fill once, to the last digit', async () => {
    await replica.balances.bookFill(aFill());
    await replica.balances.bookFill(aFill());
    expect(await ours()).toBe('10004.88345678');
    holds('10004.88345678');
    await replica.comparison.run();
    expect(await differences()).toEqual([]);
  });

  it('leave out a fill from before they began', async () => {
    await replica.balances.bookFill(aFill({ tradedAtMs: Date.now() - 60_000 }));
    expect(await ours()).toBe('10000');
  });

  it('are explained by funding that no fill tells of', async () => {
    holds('9998.5');
    income = [
      {
        transactionId: '1',
        type: 'FUNDING_FEE',
        symbol: 'BTCUSDT',
        asset: 'USDT',
        amount: '-1.5',
        tradeId: null,
        info: null,
        atMs: Date.now() + 1_000,
      },
    ];
    await replica.comparison.run();
    expect(await ours()).toBe('9998.5');
    expect(await differences()).toEqual([]);
  });

  it("are set to the exchange's where nothing explains them, and an event tells of it", async () => {
    holds('9990.00000001');
    await replica.comparison.run();
    expect(await ours()).toBe('9990.00000001');
    expect(await differences()).toMatchObject([{ about: 'USDT', ours: '10000', theirs: '9990.00000001' }]);
  });
});
