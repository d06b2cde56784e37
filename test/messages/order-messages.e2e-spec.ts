/**
 * What one filled market order costs in messages, counted on the wires of a whole running system. Time is not judged here,
 * `npm run bench:order-path` measures that; a message that creeps into the path of every order fails this.
 */
import { OrderCost, OrderCounter, Counts, sumOf } from './order-messages';
import { TappedStack } from './tapped-stack';

jest.setTimeout(300_000);

/** By all services, to subjects that JetStream stores; what the relay tells of the journal counts apart. */
const PUBLISHES = 4;
/** The relay's: it publishes several records' events together. */
const RELAY_BATCHES = 2;
/** Commands and queries between services, and looks into a stream. */
const REQUESTS = 2;
/** Replies of Redis that the answer to the client waits for. */
const AWAITED_REDIS = 3;

const LIMITS_OFF = ['RISK_MAX_POSITION_NOTIONAL', 'RISK_MAX_GROSS_NOTIONAL', 'RISK_DUPLICATE_WINDOW_MS'];
const WARM_ORDERS = 4;
const ORDERS = 9;

describe('a filled market order', () => {
  let tapped: TappedStack;
  let counter: OrderCounter;
  let cost: OrderCost;

  beforeAll(async () => {
    tapped = await TappedStack.start(Object.fromEntries(LIMITS_OFF.map((name) => [name, 'off'])));
    counter = new OrderCounter(tapped);
    await counter.count(WARM_ORDERS);
    cost = await counter.count(ORDERS);
  });
  afterAll(() => tapped?.stop());

  it(`is published at most ${PUBLISHES} times to JetStream`, () => {
    expectAtMost(cost.publishes, PUBLISHES, 'JetStream publishes');
  });

  it(`is told by the relay in at most ${RELAY_BATCHES} batches, and by nobody else`, () => {
    const { relayed, relayBatches } = cost;
    const names = [...relayed.keys()].map((name) => name.replace('execution elvis.event.', '')).sort();
    expect(names).toEqual(expect.arrayContaining(['order.claimed', 'order.filled', 'risk.approved']));
    expect(relayBatches).toBeGreaterThan(0);
    expect(relayBatches).toBeLessThanOrEqual(RELAY_BATCHES);
  });

  it(`takes at most ${REQUESTS} NATS requests`, () => {
    expectAtMost(cost.requests, REQUESTS, 'NATS requests');
  });

  it(`waits for Redis at most ${AWAITED_REDIS} times before it is answered`, async () => {
    const awaited = await counter.awaitedOf(cost.redisBeforeAnswer);
    expectAtMost(awaited, AWAITED_REDIS, 'waits for Redis before the answer');
  });
});

/** None at all would mean that the wires are not listened on. */
function expectAtMost(counts: Counts, budget: number, what: string): void {
  const sum = sumOf(counts);
  if (sum > 0 && sum <= budget) return;
  const lines = [...counts].map(([name, count]) => `  ${count} x ${name}`);
  throw new Error(`${sum} ${what} for one order, ${budget} allowed:\n${lines.join('\n')}`);
}
