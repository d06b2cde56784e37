import { until } from '@elvis/testing';
import { AccountReading } from '../src/domain/known-account';
import { Replica, replicaOver } from './replica';
import { OpenStores, openStores } from './stores';
import { FakeVenue } from './venue.fake';

/** An exchange that counts the readings of the account, and can hold one up. */
class CountingVenue extends FakeVenue {
  reads = 0;
  atOnce = 0;
  mostAtOnce = 0;
  held: Promise<void> | undefined;

  override async account(): Promise<Omit<AccountReading, 'asOfMs'>> {
    this.reads += 1;
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    const answer = await super.account();
    await this.held;
    this.atOnce -= 1;
    return answer;
  }
}

describe('the facts about the account', () => {
  let stores: OpenStores;
  let venue: CountingVenue;
  let keeper: Replica;
  let other: Replica;

  beforeAll(async () => {
    stores = await openStores('account-follower-spec');
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    await stores.letTrade();
    venue = new CountingVenue();
    venue.balances = [{ asset: 'USDT', wallet: '1000', free: '900' }];
    [keeper, other] = [replicaOver(stores, venue), replicaOver(stores, venue)];
  });

  const change = (wallet: string) => ({
    balances: [{ asset: 'USDT', wallet }],
    positions: [],
    atMs: stores.clock.now(),
  });
  const walletAt = async (replica: Replica, maxAgeMs?: number): Promise<string | undefined> =>
    (await replica.facts.account('futures', maxAgeMs)).balances[0]?.wallet;
  /** As if everything known had been proven so long ago. */
  const letItAge = (): Promise<unknown> =>
    stores.redis.hset('ELVIS_ACCOUNT_FACTS:futures', 'knownToMs', stores.clock.now() - 10_000);

  /** A ping of later than everything known was answered. */
  async function prove(): Promise<void> {
    const now = stores.clock.now();
    await until(() => Promise.resolve(stores.clock.now() > now + 1), 'the next moment');
    await keeper.projection.alive('futures', performance.now());
  }

  it('are what the stream tells, in every replica, without a question to the exchange', async () => {
    keeper.projection.opened('futures');
    await keeper.projection.read('futures');
    await keeper.projection.changed('futures', change('990'));
    expect(await walletAt(keeper)).toBe('990');
    expect(await walletAt(other)).toBe('990');
    expect(venue.reads).toBe(1);
  });

  it('stay new only by proof that the stream lives, not by a clock', async () => {
    keeper.projection.opened('futures');
    await keeper.projection.read('futures');
    await letItAge();
    await prove();
    expect((await other.facts.account('futures')).ageMs).toBeLessThan(2_500);
    expect(venue.reads).toBe(1);
    await letItAge();
    expect(await walletAt(other)).toBe('1000');
    expect(venue.reads).toBe(2);
  });

  it('are not proven by a stream that nothing was read behind: neither a new one nor a lost one', async () => {
    await keeper.projection.read('futures');
    keeper.projection.opened('futures');
    await letItAge();
    await prove();
    await other.facts.account('futures');
    expect(venue.reads).toBe(2);
    await keeper.projection.read('futures');
    keeper.projection.lost('futures');
    await letItAge();
    await prove();
    await other.facts.account('futures');
    expect(venue.reads).toBe(4);
  });

  it('are read from the exchange after the question where the asker allows no age', async () => {
    keeper.projection.opened('futures');
    await keeper.projection.read('futures');
    const askedAtMs = stores.clock.now();
    const { asOfMs, readAtMs } = await other.facts.account('futures', 0);
    expect(asOfMs).toBeGreaterThanOrEqual(askedAtMs);
    expect(readAtMs).toBe(asOfMs);
    expect(venue.reads).toBe(2);
  });

  it('are read at most once at a time in the whole fleet, and one reading serves all who wait for it', async () => {
    let letGo = (): void => undefined;
    venue.held = new Promise((resolve) => (letGo = resolve));
    const asked = [keeper, other, keeper, other].map((replica) => replica.facts.account('futures'));
    letGo();
    await Promise.all(asked);
    expect(venue.mostAtOnce).toBe(1);
    expect(venue.reads).toBe(1);
  });

  it('keep what the stream told while a reading that does not know it was under way', async () => {
    let letGo = (): void => undefined;
    venue.held = new Promise((resolve) => (letGo = resolve));
    keeper.projection.opened('futures');
    const read = keeper.projection.read('futures');
    await keeper.projection.changed('futures', change('980'));
    letGo();
    await read;
    expect(await walletAt(other)).toBe('980');
  });

  it('show when the stream did not tell of a change, unless it does after all', async () => {
    keeper.projection.opened('futures');
    await keeper.projection.read('futures');
    venue.balances = [{ asset: 'USDT', wallet: '970', free: '900' }];
    await keeper.projection.read('futures');
    expect(keeper.projection.hasMissed('futures')).toBe(true);
    await keeper.projection.changed('futures', change('970'));
    expect(keeper.projection.hasMissed('futures')).toBe(false);
  });

  it('ask for a reading of what no stream tells: the free margin after an order, and a mark that nobody publishes', async () => {
    keeper.projection.opened('futures');
    await keeper.projection.read('futures');
    expect(keeper.projection.needsReading('futures')).toEqual({ marks: false, untold: false });
    keeper.projection.orderChanged('futures');
    venue.positions = [{ symbol: 'XRPUSDT', quantity: '5', markPrice: '2' }];
    expect(keeper.projection.needsReading('futures').untold).toBe(true);
    await keeper.projection.read('futures');
    expect(keeper.projection.needsReading('futures')).toEqual({ marks: true, untold: false });
  });

  it.each`
    wallet    | free           | rests
    ${'1000'} | ${'1000.0000'} | ${false}
    ${'1000'} | ${'999.9'}     | ${true}
  `(
    'on spot show that an order may rest: of $wallet there is $free free',
    async ({ wallet, free, rests }) => {
      venue.balances = [{ asset: 'USDT', wallet, free }];
      expect(keeper.projection.mayRest('spot')).toBe(true);
      await keeper.projection.read('spot');
      expect(keeper.projection.mayRest('spot')).toBe(rests);
    },
  );
});
