/** What holds on spot whatever is ordered: nothing comes out of nothing, and an order's word is kept. */
import * as fc from 'fast-check';
import { ExchangeInfoRow, notionalOf, spotInstrument } from '../shared/instrument';
import { Level } from '../matching/symbol-order-book';
import { isOpen } from '../shared/order';
import { Refusal } from '../shared/refusal';
import { ONE } from '../shared/scaled';
import { SpotAccount, SpotOrder } from './spot-account';
import { SpotExchange } from './spot-exchange';
import { baseAmount } from './spot-funds';
import { SpotRequest } from './spot-request';
import { SpotFill } from './spot-settlement';

const ROW: ExchangeInfoRow = {
  symbol: 'BTCUSDT',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000.00', tickSize: '0.01' },
    { filterType: 'LOT_SIZE', minQty: '0.00100', maxQty: '9000.00000', stepSize: '0.00100' },
    { filterType: 'NOTIONAL', minNotional: '5.00' },
  ],
};
const MIDDLE = 6_000_000;
/** One per cent: how deep an order walks makes a difference to its cost. */
const STEP = 60_000;
/** Little enough to run out of. */
const START = { BTC: ONE / 10n, USDT: 5_000n * ONE };
const ASSETS = ['BTC', 'USDT'] as const;

interface Traded {
  readonly order: SpotOrder;
  readonly fill: SpotFill;
}

class World {
  readonly fills: Traded[] = [];
  readonly accounts: SpotAccount[];
  readonly exchange: SpotExchange;
  readonly market;
  private time = 1_000;

  constructor() {
    const nothing = (): void => undefined;
    this.exchange = new SpotExchange({
      depthChanged: nothing,
      traded: (_market, { price }) => this.exchange.sawTrade('BTCUSDT', price),
      spotOrderChanged: (_account, order, _execution, _time, fill) => {
        if (fill) this.fills.push({ order, fill });
      },
      balancesChanged: nothing,
      listChanged: nothing,
      firstFilled: nothing,
    });
    this.market = this.exchange.addSymbol(spotInstrument(ROW), 1n);
    this.accounts = ['a', 'b'].map((id) => {
      const account = new SpotAccount(id);
      for (const asset of ASSETS) account.balance(asset).free = START[asset];
      this.exchange.accounts.set(id, account);
      return account;
    });
    this.refill(10);
    this.market.recordTrade(MIDDLE, 1, true, this.tick());
  }

  refill(quantity: number): void {
    const side = (sign: number): Level[] =>
      Array.from({ length: 20 }, (_, index) => [MIDDLE + sign * (index + 1) * STEP, quantity]);
    this.market.replaceOrderBook(side(-1), side(1), this.tick());
  }

  tick(): number {
    this.time += 1;
    return this.time;
  }

  /** Places the order; undefined when it was refused. */
  place(who: number, request: Partial<SpotRequest>): SpotOrder | undefined {
    try {
      return this.exchange.place(this.accounts[who]!, { ...NOTHING, ...request }, this.tick());
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    } finally {
      this.exchange.look(this.tick());
    }
  }

  act(next: Step): void {
    if (next.kind === 'order') this.place(next.who, next.order);
    else if (next.kind === 'refill') this.refill(next.quantity);
    else if (next.kind === 'print')
      this.market.recordTrade(MIDDLE + next.ticks * STEP, next.quantity, next.buyerIsMaker, this.tick());
    else
      for (const order of this.accounts[next.who]!.openOrders())
        this.exchange.close(this.accounts[next.who]!, order, 'CANCELED', this.tick());
    this.exchange.settlePending();
    this.exchange.look(this.tick());
  }

  /** What the fills must have made of an account's balance. */
  expected(account: SpotAccount, asset: 'BTC' | 'USDT'): bigint {
    const { instrument } = this.market;
    return this.fills
      .filter(({ order }) => order.account === account.id)
      .reduce((sum, { order, fill }) => {
        const amount =
          asset === 'BTC'
            ? baseAmount(instrument, fill.quantity)
            : notionalOf(instrument, fill.price, fill.quantity);
        const received = (order.side === 'BUY') === (asset === 'BTC');
        return sum + (received ? amount : -amount) - (fill.feeAsset === asset ? fill.fee : 0n);
      }, START[asset]);
  }
}

const NOTHING: SpotRequest = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: undefined,
  quantity: undefined,
  quoteOrderQty: undefined,
  price: undefined,
  stopPrice: undefined,
  icebergQty: undefined,
  clientOrderId: undefined,
  selfTradePrevention: undefined,
};

const price = fc.integer({ min: -25, max: 25 }).map((steps) => ((MIDDLE + steps * STEP) / 100).toFixed(2));
const quantity = fc.integer({ min: 1, max: 60 }).map((units) => (units / 1000).toFixed(3));
const who = fc.integer({ min: 0, max: 1 });
const common = {
  side: fc.constantFrom('BUY', 'SELL'),
  selfTradePrevention: fc.constantFrom('NONE', 'EXPIRE_MAKER', 'EXPIRE_TAKER', 'EXPIRE_BOTH'),
};
const limit = fc.record({
  ...common,
  ...{ quantity, price, timeInForce: fc.constantFrom('GTC', 'GTC', 'IOC', 'FOK') },
});
const order: fc.Arbitrary<Partial<SpotRequest>> = fc.oneof(
  { weight: 5, arbitrary: limit },
  { weight: 2, arbitrary: fc.record({ ...common, type: fc.constant('LIMIT_MAKER'), quantity, price }) },
  { weight: 2, arbitrary: fc.record({ ...common, type: fc.constant('MARKET'), quantity }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...common,
      type: fc.constant('MARKET'),
      quoteOrderQty: fc.integer({ min: 10, max: 6_000 }).map(String),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...common,
      ...{ quantity, stopPrice: price, type: fc.constantFrom('STOP_LOSS', 'TAKE_PROFIT') },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...common,
      ...{ quantity, price, stopPrice: price, timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK') },
      type: fc.constantFrom('STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT'),
    }),
  },
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('order' as const), who, order }) },
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

/** The same runs every time: a failure is a finding, never bad luck. */
const BOUNDS = { numRuns: 150, seed: 20_261_121 };

/** Checks after every step. */
const always = (check: (world: World) => void): void =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = new World();
      for (const next of steps) {
        world.act(next);
        check(world);
      }
    }),
    BOUNDS,
  );

describe('matching on spot', () => {
  it('lets no balance, free or locked, go below nothing', () => {
    always(({ accounts }) => {
      for (const account of accounts)
        for (const { free, locked } of account.balances.values()) {
          expect(free).toBeGreaterThanOrEqual(0n);
          expect(locked).toBeGreaterThanOrEqual(0n);
        }
    });
  });

  it('conserves quantity and cash: a balance is what it began with, what was traded, and the fees', () => {
    always((world) => {
      for (const account of world.accounts)
        for (const asset of ASSETS) {
          const { free, locked } = account.balance(asset);
          expect(free + locked).toBe(world.expected(account, asset));
        }
    });
  });

  it('conserves every fee: what the accounts paid is what the exchange earned', () => {
    always(({ fills, exchange: { settlement } }) => {
      for (const asset of ASSETS) {
        const paid = fills.reduce(
          (sum, { fill: { fee, feeAsset } }) => sum + (feeAsset === asset ? fee : 0n),
          0n,
        );
        expect(settlement.feesEarned.get(asset) ?? 0n).toBe(paid);
      }
    });
  });

  it('locks exactly what open orders set aside', () => {
    always(({ accounts, market: { instrument } }) => {
      for (const account of accounts)
        for (const asset of ASSETS) {
          const reserved = [...account.orders.values()]
            .filter(({ side }) => (side === 'BUY' ? instrument.quote : instrument.base) === asset)
            .reduce((sum, each) => sum + each.reserved, 0n);
          expect(account.balance(asset).locked).toBe(reserved);
        }
    });
  });

  it('fills no order beyond its quantity, and leaves nothing open but what rests or waits', () => {
    always(({ accounts }) => {
      for (const each of accounts.flatMap(({ orders }) => [...orders.values()])) {
        expect(each.executed).toBeLessThanOrEqual(each.quantity);
        expect(each.status === 'FILLED').toBe(each.executed === each.quantity);
        expect(isOpen(each)).toBe(each.resting || (isOpen(each) && !each.working));
      }
    });
  });

  it('fills a fill-or-kill order whole or not at all', () => {
    always(({ accounts }) => {
      for (const each of accounts.flatMap(({ orders }) => [...orders.values()]))
        if (each.timeInForce === 'FOK' && each.type === 'LIMIT')
          expect([0, each.quantity]).toContain(each.executed);
    });
  });

  it('lets a post-only order be a maker or nothing', () => {
    always(({ fills }) => {
      for (const { order: each, fill } of fills)
        if (each.type === 'LIMIT_MAKER') expect(fill.maker).toBe(true);
    });
  });

  it('gives nobody a worse price than its limit', () => {
    always(({ fills }) => {
      for (const { order: each, fill } of fills)
        if (each.price > 0)
          expect(each.side === 'BUY' ? fill.price <= each.price : fill.price >= each.price).toBe(true);
    });
  });

  it('spends no more than an amount that was asked for', () => {
    always(({ accounts }) => {
      for (const each of accounts.flatMap(({ orders }) => [...orders.values()]))
        if (each.quoteOrderQuantity > 0n && each.side === 'BUY')
          expect(each.filledNotional).toBeLessThanOrEqual(each.quoteOrderQuantity);
    });
  });

  it.each`
    prevention        | executed
    ${'NONE'}         | ${12}
    ${'EXPIRE_MAKER'} | ${0}
    ${'EXPIRE_TAKER'} | ${0}
    ${'EXPIRE_BOTH'}  | ${0}
  `('counts an own order in the way as $prevention says when an order is to fill or be killed', (row) => {
    const { prevention, executed } = row as { prevention: string; executed: number };
    const world = new World();
    world.place(0, { side: 'SELL', quantity: '0.002', price: '60300.00', timeInForce: 'GTC' });
    const killed = world.place(0, {
      ...{ quantity: '0.012', price: '60600.00', timeInForce: 'FOK' },
      selfTradePrevention: prevention,
    });
    expect(killed!.executed).toBe(executed);
  });

  it('does not take its own offer for something a market order could buy', () => {
    const world = new World();
    world.place(0, { side: 'SELL', quantity: '0.060', price: '60300.00', timeInForce: 'GTC' });
    const bought = world.place(0, { type: 'MARKET', quoteOrderQty: '5000' })!;
    expect(bought.filledNotional).toBeLessThanOrEqual(START.USDT);
    expect(world.accounts[0]!.balance('USDT').free).toBeGreaterThanOrEqual(0n);
  });
});
