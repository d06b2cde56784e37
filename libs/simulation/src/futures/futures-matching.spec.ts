/** What holds whatever is ordered: cash and quantity are conserved, and an order's word is kept. */
import * as fc from 'fast-check';
import { FuturesAccount } from './futures-account';
import { FuturesListener } from './futures-events';
import { FuturesExchange } from './futures-exchange';
import { ExchangeInfoRow, futuresInstrument, notionalOf } from '../shared/instrument';
import { accountMargin } from './margin';
import { Level } from '../matching/symbol-order-book';
import { Order } from '../shared/order';
import { OrderRequest } from '../shared/order-request';
import { Refusal } from '../shared/refusal';
import { ONE } from '../shared/scaled';
import { TradePrint } from '../matching/symbol-market';

const ROW: ExchangeInfoRow = {
  symbol: 'BTCUSDT',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  pricePrecision: 2,
  quantityPrecision: 3,
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.10', maxPrice: '1000000', tickSize: '0.10' },
    { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '1000', stepSize: '0.001' },
    { filterType: 'MIN_NOTIONAL', notional: '5' },
    { filterType: 'PERCENT_PRICE', multiplierUp: '1.05', multiplierDown: '0.95' },
  ],
};

const START = 1_000_000n * ONE;
const MIDDLE = 6_000_000;

class World {
  readonly prints: TradePrint[] = [];
  readonly fills: { order: Order; quantity: number; price: number; maker: boolean }[] = [];
  readonly exchange: FuturesExchange;
  readonly accounts: FuturesAccount[];
  private time = 1_000;

  constructor(start = START) {
    const nothing = (): void => undefined;
    const listener: FuturesListener = {
      depthChanged: nothing,
      traded: (_market, print) => this.prints.push(print),
      orderChanged: (_account, order, _execution, _time, fill) => {
        if (fill) this.fills.push({ order, quantity: fill.quantity, price: fill.price, maker: fill.maker });
      },
      accountChanged: nothing,
      leverageChanged: nothing,
      assetsModeChanged: nothing,
      algoChanged: nothing,
      marginCalled: nothing,
      liquidated: nothing,
    };
    this.exchange = new FuturesExchange(listener, { makerPpm: 200n, takerPpm: 400n });
    const symbol = this.exchange.addSymbol(futuresInstrument(ROW), {
      updateId: 1,
      tradeId: 1,
      orderId: 1n,
      nextFundingTime: 0,
    });
    symbol.markPrice = BigInt(MIDDLE) * 1_000_000n;
    this.accounts = ['a', 'b'].map((id) => {
      const account = new FuturesAccount(id);
      account.wallet = start;
      this.exchange.accounts.set(id, account);
      return account;
    });
    this.refill(10);
  }

  get market() {
    return this.exchange.symbols.get('BTCUSDT')!.market;
  }

  refill(quantity: number): void {
    const side = (sign: number): Level[] =>
      Array.from({ length: 20 }, (_, index) => [MIDDLE + sign * (index + 1) * 10, quantity]);
    this.market.replaceOrderBook(side(-1), side(1), this.tick());
  }

  tick(): number {
    this.time += 1;
    return this.time;
  }

  /** Places the order; undefined when it was refused. */
  place(who: number, order: Partial<OrderRequest>): Order | undefined {
    try {
      return this.exchange.place(this.accounts[who]!, { ...NOTHING, ...order }, this.tick());
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  position(who: number): number {
    return this.accounts[who]!.position('BTCUSDT').amount;
  }
}

const NOTHING: OrderRequest = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  positionSide: undefined,
  timeInForce: 'GTC',
  quantity: '0.001',
  price: '60000.00',
  reduceOnly: undefined,
  clientOrderId: undefined,
  priceMatch: undefined,
  selfTradePrevention: undefined,
  goodTillDate: undefined,
};

const price = fc.integer({ min: -25, max: 25 }).map((ticks) => ((MIDDLE + ticks * 10) / 100).toFixed(2));
const quantity = fc.integer({ min: 1, max: 60 }).map((units) => (units / 1000).toFixed(3));
const side = fc.constantFrom('BUY', 'SELL');
const who = fc.integer({ min: 0, max: 1 });
const order = fc.record({
  side,
  quantity,
  price,
  timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK', 'GTX'),
  reduceOnly: fc.constantFrom(undefined, 'true'),
  selfTradePrevention: fc.constantFrom('NONE', 'EXPIRE_MAKER', 'EXPIRE_TAKER', 'EXPIRE_BOTH'),
});
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('order' as const), who, order }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('market' as const),
      who,
      order: fc.record({ side, quantity, reduceOnly: fc.constantFrom(undefined, 'true') }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('print' as const),
      ticks: fc.integer({ min: -25, max: 25 }),
      quantity: fc.integer({ min: 1, max: 40 }),
      buyerIsMaker: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('refill' as const), quantity: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), who }) },
);
type Step = typeof step extends fc.Arbitrary<infer Kind> ? Kind : never;

function act(world: World, next: Step): void {
  if (next.kind === 'order') world.place(next.who, next.order);
  else if (next.kind === 'market')
    world.place(next.who, { ...next.order, type: 'MARKET', price: undefined, timeInForce: undefined });
  else if (next.kind === 'print')
    world.market.recordTrade(MIDDLE + next.ticks * 10, next.quantity, next.buyerIsMaker, world.tick());
  else if (next.kind === 'refill') world.refill(next.quantity);
  else world.exchange.cancelAll(world.accounts[next.who]!, 'BTCUSDT', world.tick());
}

/** The same runs every time: a failure is a finding, never bad luck. */
const BOUNDS = { numRuns: 150, seed: 20_261_121 };

const always = (check: (world: World, steps: Step[]) => void): void =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = new World();
      for (const next of steps) act(world, next);
      check(world, steps);
    }),
    BOUNDS,
  );

describe('matching', () => {
  it('conserves cash: what accounts lost went to fees or is the counterpart of what the market paid', () => {
    always((world) => {
      const { instrument } = world.market;
      let market = 0n;
      for (const {
        order: { side: way },
        price: at,
        quantity: units,
      } of world.fills)
        market += way === 'BUY' ? notionalOf(instrument, at, units) : -notionalOf(instrument, at, units);
      const wallets = world.accounts.reduce((sum, { wallet }) => sum + wallet, 0n);
      const costs = world.accounts.reduce((sum, account) => {
        const { amount, cost } = account.position('BTCUSDT');
        return sum + (amount > 0 ? cost : -cost);
      }, 0n);
      expect(wallets - costs + market + world.exchange.settlement.feesEarned).toBe(2n * START);
    });
  });

  it('conserves quantity: positions are what was bought less what was sold', () => {
    always((world) => {
      for (const [index, account] of world.accounts.entries()) {
        const net = world.fills
          .filter(({ order: { account: owner } }) => owner === account.id)
          .reduce(
            (sum, { order: { side: way }, quantity: units }) => sum + (way === 'BUY' ? units : -units),
            0,
          );
        expect(world.position(index)).toBe(net);
      }
    });
  });

  it('lets nobody lose what is not there: no order comes to more than the margin it is taken in for', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = new World(100n * ONE);
        for (const next of steps) {
          act(world, next);
          for (const account of world.accounts) {
            expect(account.wallet).toBeGreaterThanOrEqual(0n);
            const { unrealized } = accountMargin(account, world.exchange.symbols);
            expect(account.wallet + unrealized).toBeGreaterThanOrEqual(0n);
          }
        }
      }),
      BOUNDS,
    );
  });

  it('fills no order beyond its quantity, and tells a status that fits', () => {
    always((world) => {
      for (const { orders } of world.accounts)
        for (const { executed, quantity: units, status, resting } of orders.values()) {
          expect(executed).toBeLessThanOrEqual(units);
          expect(status === 'FILLED').toBe(executed === units);
          expect(resting).toBe(status === 'NEW' || status === 'PARTIALLY_FILLED');
        }
    });
  });

  it('never leaves the book crossed', () => {
    always(({ market }) => {
      const bid = market.best('BUY');
      const ask = market.best('SELL');
      if (bid !== undefined && ask !== undefined) expect(bid).toBeLessThan(ask);
    });
  });

  it('gives no maker a worse price than its own, and no taker one beyond its limit', () => {
    always((world) => {
      for (const {
        order: { side: way, type, price: limit },
        price: at,
      } of world.fills)
        if (type === 'LIMIT') expect(way === 'BUY' ? at <= limit : at >= limit).toBe(true);
    });
  });

  it('counts exactly the resting orders as possible exposure', () => {
    always((world) => {
      for (const account of world.accounts) {
        const sums = { BUY: 0n, SELL: 0n };
        for (const { side: way, reserved } of account.openOrders()) sums[way] += reserved;
        expect(account.settings('BTCUSDT')).toMatchObject({ bids: sums.BUY, asks: sums.SELL });
      }
    });
  });

  it('fills a fill-or-kill order whole or refuses it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), order, who, (steps, wanted, account) => {
        const world = new World();
        for (const next of steps) act(world, next);
        const placed = world.place(account, { ...wanted, timeInForce: 'FOK', reduceOnly: undefined });
        if (placed) expect([placed.status, placed.executed]).toEqual(['FILLED', placed.quantity]);
      }),
      BOUNDS,
    );
  });

  it('lets a post-only order be a maker or nothing', () => {
    always((world) => {
      for (const {
        order: { timeInForce },
        maker,
      } of world.fills)
        if (timeInForce === 'GTX') expect(maker).toBe(true);
    });
  });

  it('lets a reduce-only order shrink a position, and never open or turn one', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), order, who, (steps, wanted, account) => {
        const world = new World();
        for (const next of steps) act(world, next);
        world.exchange.cancelAll(world.accounts[account]!, 'BTCUSDT', world.tick());
        const before = world.position(account);
        world.place(account, { ...wanted, reduceOnly: 'true' });
        const after = world.position(account);
        expect(Math.abs(after)).toBeLessThanOrEqual(Math.abs(before));
        expect(after * before).toBeGreaterThanOrEqual(0);
      }),
      BOUNDS,
    );
  });

  it('lets a resting order wait for what stood before it', () => {
    const world = new World();
    const resting = world.place(0, { price: '59999.90', quantity: '0.005' })!;
    world.market.recordTrade(5_999_990, 10, true, 2_000);
    expect(resting.executed).toBe(0);
    world.market.recordTrade(5_999_990, 3, true, 2_001);
    expect(resting.executed).toBe(3);
  });

  it('lets the earlier of two orders at one price fill first', () => {
    const world = new World();
    const first = world.place(0, { price: '60000.00', quantity: '0.005' })!;
    const second = world.place(1, { price: '60000.00', quantity: '0.005' })!;
    world.market.recordTrade(6_000_000, 6, true, 2_000);
    expect([first.executed, second.executed]).toEqual([5, 1]);
  });

  it('does not hand out the same recorded quantity twice', () => {
    const world = new World();
    expect(world.place(0, { price: '60000.10', quantity: '0.010', timeInForce: 'IOC' })!.executed).toBe(10);
    expect(world.place(1, { price: '60000.10', quantity: '0.010', timeInForce: 'IOC' })!.executed).toBe(0);
  });
});
