/** Fail closed: every input of a decision, missing, stale and malformed, and the refusal each of them has to be. */
import {
  EXCHANGE_CLOCK_KEY,
  EXECUTION_REPLICAS_KEY,
  EXPOSURE_GENERATION_FIELD,
  EXPOSURE_KEY,
  EXPOSURE_SUMS_KEY,
  HALTS_BUCKET,
  JOURNAL_STREAM,
  LIMITS_BUCKET,
  SubmitOrder,
  TRADING_PERMIT_KEY,
  journalSubject,
  reservationField,
} from '@elvis/contracts';
import { Redis, natsOptions } from '@elvis/platform';
import { connect } from 'nats';
import { RiskFleet, anOrder, answersUntil } from '../apps/risk/test/risk-fleet';
import { provision, until, writeReservation } from '@elvis/testing';

const MARKET = { type: 'MARKET', price: undefined } as const;
/** Against a position of +1. */
const EXIT = { ...MARKET, side: 'SELL', reduceOnly: true } as const;
const garbage = 'not a number';

interface Row {
  readonly input: string;
  readonly fault: 'missing' | 'stale' | 'malformed';
  readonly expected: string;
  readonly order?: Partial<SubmitOrder>;
  /** What the replica is given beside the usual. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly make: (fleet: RiskFleet) => unknown;
  /** Only possible once a replica vouches: before, it would vouch for nothing anyway. */
  readonly isLate?: boolean;
  /** It was known a moment ago, and counts until it is too old. */
  readonly isFreshAtFirst?: boolean;
}

const ROWS: readonly Row[] = [
  {
    input: 'mark',
    fault: 'missing',
    expected: 'MARK_MISSING',
    make: ({ facts }) => (facts.mark = undefined),
  },
  {
    input: 'mark',
    fault: 'stale',
    expected: 'MARK_STALE',
    make: ({ facts }) => (facts.mark = { ageMs: 3_001 }),
  },
  {
    ...{ input: 'mark', fault: 'malformed', expected: 'MARK_MISSING' },
    make: ({ facts }) => (facts.mark = { mark: garbage }),
  },
  {
    ...{ input: 'book', fault: 'missing', expected: 'BOOK_MISSING', order: MARKET },
    make: ({ facts }) => (facts.book = undefined),
  },
  {
    ...{ input: 'book', fault: 'stale', expected: 'BOOK_STALE', order: MARKET },
    make: ({ facts }) => (facts.book = { ageMs: 3_001 }),
  },
  {
    ...{ input: 'book', fault: 'malformed', expected: 'BOOK_MISSING', order: MARKET },
    make: ({ facts }) => (facts.book = { asks: [[garbage, '1']] }),
  },
  ...(['missing', 'stale', 'malformed'] as const).map((fault): Row => ({
    input: 'reference venue',
    fault,
    expected: fault === 'stale' ? 'REFERENCE_STALE' : 'REFERENCE_MISSING',
    environment: { RISK_MAX_VENUE_DIVERGENCE: '0.005' },
    make: ({ facts }) =>
      (facts.reference = { missing: undefined, stale: { ageMs: 3_001 }, malformed: { bid: garbage } }[fault]),
  })),
  {
    ...{ input: 'instrument', fault: 'missing', expected: 'VENUE_UNREACHABLE' },
    make: ({ facts }) => (facts.instrument = undefined),
  },
  {
    ...{ input: 'instrument', fault: 'malformed', expected: 'VENUE_UNREACHABLE' },
    make: ({ facts }) => (facts.instrument = { tickSize: garbage }),
  },
  {
    input: 'account',
    fault: 'missing',
    expected: 'ACCOUNT_MISSING',
    make: (fleet) => (fleet.account = undefined),
  },
  {
    ...{ input: 'account', fault: 'malformed', expected: 'ACCOUNT_MISSING' },
    make: (fleet) =>
      (fleet.account = { balances: [{ asset: 'USDT', wallet: garbage, free: '1' }], positions: [] }),
  },
  {
    ...{ input: 'account', fault: 'stale', expected: 'ACCOUNT_STALE' },
    make: ({ facts }) => (facts.asOfMs = Date.now()),
    isFreshAtFirst: true,
  },
  {
    input: 'brackets',
    fault: 'missing',
    expected: 'BRACKETS_MISSING',
    make: (fleet) => (fleet.brackets = []),
  },
  {
    ...{ input: 'brackets', fault: 'malformed', expected: 'BRACKETS_MISSING' },
    make: (fleet) => (fleet.brackets = [[garbage, 5]]),
  },
  {
    ...{ input: 'exchange clock', fault: 'missing', expected: 'CLOCK_UNCERTAIN' },
    make: ({ redis }) => redis.del(EXCHANGE_CLOCK_KEY),
  },
  {
    ...{ input: 'exchange clock', fault: 'stale', expected: 'CLOCK_UNCERTAIN' },
    make: (fleet) => fleet.measureClock({ measuredAtMs: Date.now() - 121_000 }),
  },
  {
    ...{ input: 'exchange clock', fault: 'malformed', expected: 'CLOCK_UNCERTAIN' },
    make: (fleet) => fleet.measureClock({ thetaMs: garbage }),
  },
  {
    ...{ input: 'exposure', fault: 'missing', expected: 'STORE_REBUILDING' },
    make: ({ redis }) => redis.hdel(EXPOSURE_KEY, EXPOSURE_GENERATION_FIELD),
  },
  {
    ...{ input: 'sums of the exposure', fault: 'missing', expected: 'STORE_REBUILDING' },
    make: ({ redis }) => redis.del(EXPOSURE_SUMS_KEY),
  },
  {
    ...{ input: 'sums of the exposure', fault: 'stale', expected: 'STORE_REBUILDING' },
    make: ({ redis }) => redis.hset(EXPOSURE_KEY, reservationField('uncounted'), '{}'),
  },
  {
    ...{ input: 'sums of the exposure', fault: 'malformed', expected: 'STORE_REBUILDING' },
    make: ({ redis }) => redis.hset(EXPOSURE_SUMS_KEY, 'futures:BTCUSDT:BUY', garbage),
  },
  {
    ...{ input: 'exposure', fault: 'malformed', expected: 'STORE_REBUILDING' },
    make: ({ redis }) => writeReservation(redis, 'broken', garbage),
  },
  {
    ...{ input: 'exchange clock', fault: 'malformed', expected: 'CLOCK_UNCERTAIN' },
    make: (fleet) => fleet.measureClock({ errorMs: 501 }),
  },
  {
    ...{ input: 'loss history', fault: 'missing', expected: 'ACCOUNT_MISSING' },
    make: ({ redis }) => allowKeys(redis, '~ELVIS_[^E]*', '~ELVIS_EX*'),
  },
  ...[{ atMs: 4e12 }, { atMs: 4e12, build: 'a', contracts: 'one' }].map((beat): Row => ({
    ...{ input: 'build of a replica', fault: 'missing', expected: 'BUILDS_DISAGREE' },
    make: ({ redis }) => redis.hset(EXECUTION_REPLICAS_KEY, 'execution-7:x', JSON.stringify(beat)),
  })),
  {
    ...{ input: 'build of a replica', fault: 'malformed', expected: 'BUILDS_DISAGREE' },
    make: ({ redis }) => redis.hset(EXECUTION_REPLICAS_KEY, 'execution-7:x', garbage),
  },
  {
    ...{ input: 'builds of the fleet', fault: 'missing', expected: 'STORE_UNAVAILABLE' },
    make: ({ redis }) => allowKeys(redis, '~ELVIS_[^R]*'),
  },
  {
    ...{ input: 'builds of the fleet', fault: 'stale', expected: 'STORE_UNAVAILABLE' },
    make: ({ redis }) => allowKeys(redis, '~ELVIS_[^R]*'),
    isLate: true,
    isFreshAtFirst: true,
  },
  {
    ...{ input: 'permit', fault: 'missing', expected: 'PERMIT_MISSING' },
    make: letPermitLapse,
    isLate: true,
  },
  {
    ...{ input: 'permit', fault: 'stale', expected: 'EPOCH_CHANGED' },
    make: async (fleet) => {
      await letPermitLapse(fleet);
      await fleet.redis.set(TRADING_PERMIT_KEY, '-1');
    },
    isLate: true,
  },
  {
    ...{ input: 'permit', fault: 'malformed', expected: 'EPOCH_CHANGED' },
    make: async (fleet) => {
      await letPermitLapse(fleet);
      await fleet.redis.set(TRADING_PERMIT_KEY, garbage);
    },
    isLate: true,
  },
  {
    ...{ input: 'journal', fault: 'malformed', expected: 'JOURNAL_UNREADABLE' },
    order: { clientOrderId: 'garbled' },
    make: (fleet) => publish(fleet, journalSubject('garbled'), garbage),
  },
  {
    ...{ input: 'journal', fault: 'malformed', expected: 'JOURNAL_UNREADABLE' },
    order: { clientOrderId: 'of-no-kind' },
    make: (fleet) => publish(fleet, journalSubject('of-no-kind'), '{"version":1,"type":"MAYBE"}'),
  },
  {
    ...{ input: 'journal', fault: 'missing', expected: 'JOURNAL_UNREADABLE' },
    make: (fleet) => fleet.loseJournal(),
  },
  {
    ...{ input: 'changed limits', fault: 'malformed', expected: 'LIMITS_UNKNOWN' },
    make: (fleet) => write(fleet, LIMITS_BUCKET, '{"version":1,"limits":{"RISK_PRICE_COLLAR":"wide"}}'),
  },
  {
    ...{ input: 'record of stops', fault: 'malformed', expected: 'STATE_UNKNOWN' },
    make: (fleet) => write(fleet, HALTS_BUCKET, '{"version":2}'),
  },
];

/** What a way out does not wait for. */
const OPEN_WAYS_OUT: readonly Pick<Row, 'input' | 'fault' | 'make'>[] = [
  { input: 'book', fault: 'missing', make: ({ facts }) => (facts.book = undefined) },
  { input: 'book', fault: 'stale', make: ({ facts }) => (facts.book = { ageMs: 3_001 }) },
  { input: 'book', fault: 'malformed', make: ({ facts }) => (facts.book = { bids: [[garbage, '1']] }) },
  {
    input: 'depth of the book',
    fault: 'missing',
    make: ({ facts }) => (facts.book = { bids: [['59999', '0.001']] }),
  },
  { input: 'brackets', fault: 'missing', make: (fleet) => (fleet.brackets = []) },
];

/** Whoever comes to Redis may only use these keys. */
const allowKeys = (redis: Redis, ...patterns: string[]): Promise<unknown> =>
  redis.call('ACL', 'SETUSER', 'default', 'resetkeys', ...patterns);
/** While the record of stops cannot be read nobody renews the permit. */
async function letPermitLapse(fleet: RiskFleet): Promise<void> {
  await write(fleet, HALTS_BUCKET, '{"version":2}');
  await until(async () => (await fleet.redis.exists(TRADING_PERMIT_KEY)) === 0, 'the permit lapses');
}

/** A row may leave behind what cannot be taken back: each begins with empty streams. */
const emptyStreams = (fleet: RiskFleet): Promise<void> => fleet.withoutRelay(() => makeStreamsAnew(fleet));

async function makeStreamsAnew({ nats }: RiskFleet): Promise<void> {
  const connection = await connect(natsOptions(nats.urls.provision, 'provision'));
  const { streams } = await connection.jetstreamManager();
  for (const name of [JOURNAL_STREAM, `KV_${HALTS_BUCKET}`, `KV_${LIMITS_BUCKET}`]) {
    // The row before may have deleted it.
    await streams.delete(name).catch(() => undefined);
  }
  await connection.close();
  await provision(nats.urls.provision);
}

const write = (fleet: RiskFleet, bucket: string, text: string): Promise<void> =>
  publish(fleet, `$KV.${bucket}.state`, text);

async function publish({ nats }: RiskFleet, subject: string, text: string): Promise<void> {
  const connection = await connect(natsOptions(nats.urls.risk, 'vandal'));
  await connection.jetstream().publish(subject, new TextEncoder().encode(text));
  await connection.close();
}

describe('an order that would pass', () => {
  let fleet: RiskFleet;
  let healthy: Pick<RiskFleet, 'account' | 'brackets'>;

  beforeAll(async () => {
    fleet = await RiskFleet.start({}, 0);
    healthy = { account: fleet.account, brackets: fleet.brackets };
  });
  afterAll(() => fleet?.stop());
  beforeEach(async () => {
    await fleet.stopReplicas();
    fleet.facts = { mark: {}, book: {}, instrument: {} };
    Object.assign(fleet, healthy);
    await allowKeys(fleet.redis, '~*');
    await emptyStreams(fleet);
    await fleet.redis.del(EXPOSURE_KEY, EXPOSURE_SUMS_KEY, EXECUTION_REPLICAS_KEY);
    await fleet.measureClock();
  });

  const codeOf = (change: Partial<SubmitOrder> = {}) => fleet.outcomeOf(anOrder(change));

  it('passes while everything is there', async () => {
    await fleet.addReplica();
    expect(await codeOf()).toBe('NEW');
    expect(await codeOf(MARKET)).toBe('NEW');
  });

  it.each(ROWS)(
    'is refused with $expected when the $input is $fault',
    async ({ expected, order, environment, make, isLate, isFreshAtFirst }) => {
      if (isLate) await fleet.addReplica(environment);
      await make(fleet);
      // A replica that starts into the fault knows nothing better from before.
      if (!isLate) await fleet.addReplica(environment, false);
      const codes = await answersUntil(expected, () => codeOf(order));
      // Of every fault but one that takes its time nothing may pass, not even once.
      if (!isFreshAtFirst) expect(codes).not.toContain('NEW');
    },
  );

  it.each(OPEN_WAYS_OUT)(
    'passes when the $input is $fault if it is a market order that only closes what is held, and no other does',
    async ({ input, make }) => {
      await make(fleet);
      await fleet.addReplica({}, false);
      await fleet.hold('BTCUSDT', '1');
      await answersUntil('NEW', () => codeOf(EXIT));
      if (input !== 'brackets') expect(await codeOf({ ...MARKET, side: 'SELL' })).toMatch(/^BOOK_/);
    },
  );

  it('is refused for its book again while the account is missing, if it is one that only closes', async () => {
    fleet.account = undefined;
    fleet.facts.book = undefined;
    await fleet.addReplica({}, false);
    await fleet.hold('BTCUSDT', '1');
    await answersUntil('BOOK_MISSING', () => codeOf(EXIT));
  });
});
