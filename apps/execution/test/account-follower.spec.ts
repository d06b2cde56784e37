import { Health, Redis, ServiceIdentity, createLog } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { AccountFollower } from '../src/account/account-follower';
import { ExecutionConfig } from '../src/execution.config';
import { AccountMode } from '../src/facts/account-mode';
import { AccountPoller } from '../src/account/account-poller';
import { UserStream, UserStreamHandlers } from '../src/venue/user-stream';
import { replicaOver } from './replica';
import { openStores } from './stores';
import { FakeVenue } from './venue.fake';

const ROLE_KEY = 'ELVIS_ROLE:account-keeper';
const WATCHED_KEY = 'ELVIS_ACCOUNT_WATCHED';
/** Longer than any spec: anyone who needs it shorter ends it. */
const PAUSE_MS = 60_000;

const log = createLog('execution', 0, 'silent');

/** A stream whose fate the spec decides. */
class LedStream extends UserStream {
  handlers: UserStreamHandlers | undefined;

  start(handlers: UserStreamHandlers): void {
    this.handlers = handlers;
  }

  stop(): void {
    this.handlers = undefined;
  }

  reconnect(): void {
    this.handlers?.onLost('renewed');
  }
}

describe('the keeper of the account', () => {
  const stores = opened(() => openStores('account-keeper-spec'));
  let stream: LedStream;
  let follower: AccountFollower;
  let health: Health;
  let own: Redis;

  beforeEach(async () => {
    await stores.redis.flushall();
    stream = new LedStream();
    health = new Health();
    own = stores.connect();
    follower = await followerOver(own);
    follower.onApplicationBootstrap();
  });
  afterEach(async () => {
    await stores.redis.client('UNPAUSE');
    await follower.onModuleDestroy();
    own.disconnect();
  });

  async function followerOver(redis: Redis): Promise<AccountFollower> {
    const venue = new FakeVenue();
    const { sync, userEvents, coverage, comparison, leverage, leverages, projection, liveOrders } =
      await replicaOver({ ...stores, redis }, venue);
    const identity = new ServiceIdentity('execution', 0);
    const poll = new AccountPoller(liveOrders, sync);
    const mode = { doubt: () => undefined } as unknown as AccountMode;
    return new AccountFollower(
      ...([
        'futures',
        redis,
        identity,
        stream,
        poll,
        userEvents,
        sync,
        coverage,
        comparison,
        projection,
        leverages,
        leverage,
        mode,
        health,
        new ExecutionConfig(),
        log,
      ] as const),
    );
  }

  /** In which span the account is followed. */
  const watched = (): Promise<string> =>
    until(async () => (await stores.redis.get(WATCHED_KEY)) ?? undefined, 'somebody who follows the account');
  const led = (): Promise<UserStreamHandlers> => until(() => Promise.resolve(stream.handlers), 'the role');
  const holder = (): Promise<string | null> => stores.redis.get(ROLE_KEY);

  it('follows nothing before its stream is open, and then what lies behind is fetched first', async () => {
    const handlers = await led();
    expect(await stores.redis.exists(WATCHED_KEY)).toBe(0);
    expect(health.report().ready).toBe(false);
    handlers.onOpen();
    await watched();
    await until(() => Promise.resolve(health.report().ready), 'health');
  });

  it('follows the account in a new span after every gap', async () => {
    const handlers = await led();
    handlers.onOpen();
    const before = await watched();
    handlers.onLost('a test');
    await until(async () => (await stores.redis.exists(WATCHED_KEY)) === 0, 'the end of the span');
    handlers.onOpen();
    expect(await watched()).not.toBe(before);
  });

  it('takes up what it gave up while its lease had lapsed, once it holds it again', async () => {
    const handlers = await led();
    handlers.onOpen();
    const before = await watched();
    const name = await holder();
    // The stores write nothing for so long that the lease runs out; meanwhile the stream is lost and found.
    await stores.redis.client('PAUSE', PAUSE_MS, 'WRITE');
    await until(async () => (await holder()) === null, 'the end of the lease');
    handlers.onLost('a test');
    handlers.onOpen();
    await stores.redis.client('UNPAUSE');
    await until(async () => {
      const span = await stores.redis.get(WATCHED_KEY);
      return span !== null && span !== before;
    }, 'a new span');
    expect(await holder()).toBe(name);
    expect(stream.handlers).toBe(handlers);
  });

  it('gives everything up when another held the lease meanwhile', async () => {
    const handlers = await led();
    handlers.onOpen();
    await watched();
    await stores.redis.set(ROLE_KEY, 'another', 'PX', PAUSE_MS);
    await until(() => Promise.resolve(stream.handlers === undefined), 'the end of the role');
    await until(async () => (await stores.redis.exists(WATCHED_KEY)) === 0, 'the end of the span');
    expect(health.report().ready).toBe(true);
  });
});
