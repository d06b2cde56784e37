import { opened, until } from '@elvis/testing';
import { AccountReading } from '../src/domain/known-account';
import { Replica, replicaOver } from './replica';
import { openStores } from './stores';
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
  const stores = opened(() => openStores('account-follower-spec'));
  let venue: CountingVenue;
  let replica: Replica;
  let other: Replica;

  beforeEach(async () => {
    await stores.letTrade();
    venue = new CountingVenue();
    venue.balances = [{ asset: 'USDT', wallet: '1000', free: '900' }];
    [replica, other] = [await replicaOver(stores, venue), await replicaOver(stores, venue)];
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
    await replica.projection.confirmUpTo('futures', performance.now());
  }

  it('are what the stream tells, in every replica, without a question to the exchange', async () => {
    replica.projection.streamOpened('futures');
    await replica.projection.readAccount('futures');
    await replica.projection.applyChange('futures', change('990'));
    expect(await walletAt(replica)).toBe('990');
    expect(await walletAt(other)).toBe('990');
    expect(venue.reads).toBe(1);
  });

  it('stay new only by proof that the stream lives, not by a clock', async () => {
    replica.projection.streamOpened('futures');
    await replica.projection.readAccount('futures');
    await letItAge();
    await prove();
    expect((await other.facts.account('futures')).ageMs).toBeLessThan(2_500);
    expect(venue.reads).toBe(1);
    await letItAge();
    expect(await walletAt(other)).toBe('1000');
    expect(venue.reads).toBe(2);
  });

  it('are not proven by a stream that nothing was read behind: neither a new one nor a lost one', async () => {
    await replica.projection.readAccount('futures');
    replica.projection.streamOpened('futures');
    await letItAge();
    await prove();
    await other.facts.account('futures');
    expect(venue.reads).toBe(2);
    await replica.projection.readAccount('futures');
    replica.projection.streamLost('futures');
    await letItAge();
    await prove();
    await other.facts.account('futures');
    expect(venue.reads).toBe(4);
  });

  it('are read from the exchange after the question where the asker allows no age', async () => {
    replica.projection.streamOpened('futures');
    await replica.projection.readAccount('futures');
    const askedAtMs = stores.clock.now();
    const { asOfMs, readAtMs } = await other.facts.account('futures', 0);
    expect(asOfMs).toBeGreaterThanOrEqual(askedAtMs);
    expect(readAtMs).toBe(asOfMs);
    expect(venue.reads).toBe(2);
  });

  it('are read at most once at a time in the whole fleet, and one reading serves all who wait for it', async () => {
    let letGo = (): void => undefined;
    venue.held = new Promise((resolve) => (letGo = resolve));
    const asked = [replica, other, replica, other].map((replica) => replica.facts.account('futures'));
    letGo();
    await Promise.all(asked);
    expect(venue.mostAtOnce).toBe(1);
    expect(venue.reads).toBe(1);
  });

  it('keep what the stream told while a reading that does not know it was under way', async () => {
    let letGo = (): void => undefined;
    venue.held = new Promise((resolve) => (letGo = resolve));
    replica.projection.streamOpened('futures');
    const read = replica.projection.readAccount('futures');
    await replica.projection.applyChange('futures', change('980'));
    letGo();
    await read;
    expect(await walletAt(other)).toBe('980');
  });

  it('show when the stream did not tell of a change, unless it does after all', async () => {
    replica.projection.streamOpened('futures');
    await replica.projection.readAccount('futures');
    venue.balances = [{ asset: 'USDT', wallet: '970', free: '900' }];
    await replica.projection.readAccount('futures');
    expect(replica.projection.hasMissed('futures')).toBe(true);
    await replica.projection.applyChange('futures', change('970'));
    expect(replica.projection.hasMissed('futures')).toBe(false);
  });

  it('ask for a reading of what no stream tells: the free margin after an order, and a mark that nobody publishes', async () => {
    replica.projection.streamOpened('futures');
    await replica.projection.readAccount('futures');
    expect(replica.projection.needsReading('futures')).toEqual({ marks: false, untold: false });
    replica.projection.orderChanged('futures');
    venue.positions = [{ symbol: 'XRPUSDT', quantity: '5', markPrice: '2' }];
    expect(replica.projection.needsReading('futures').untold).toBe(true);
    await replica.projection.readAccount('futures');
    expect(replica.projection.needsReading('futures')).toEqual({ marks: true, untold: false });
  });

  it.each`
    wallet    | free           | rests
    ${'1000'} | ${'1000.0000'} | ${false}
    ${'1000'} | ${'999.9'}     | ${true}
  `(
    'on spot show that an order may rest: of $wallet there is $free free',
    async ({ wallet, free, rests }) => {
      venue.balances = [{ asset: 'USDT', wallet, free }];
      expect(replica.projection.mayRest('spot')).toBe(true);
      await replica.projection.readAccount('spot');
      expect(replica.projection.mayRest('spot')).toBe(rests);
    },
  );
});
