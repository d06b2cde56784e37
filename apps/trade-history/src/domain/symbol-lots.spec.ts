import { Decimal, OrderSide } from '@elvis/trading';
import fc from 'fast-check';
import { SymbolLots } from './symbol-lots';
import { Traded, resultsOf, toPositionFill } from './position-fill';
import { CostMethod, DIGITS } from './lots';

type Fill = readonly [side: OrderSide, quantity: string, price: string, owner?: string];

const positionFill = ([side, quantity, price, owner = 'none']: Fill) => ({
  owner,
  side,
  quantity: new Decimal(quantity),
  amount: new Decimal(quantity).times(price),
});

const realize = (method: CostMethod, fills: readonly Fill[]) => {
  const lots = new SymbolLots(method);
  const booked = fills.map((fill) => lots.apply(positionFill(fill)));
  return {
    lots,
    account: booked.map(({ account }) => account.realized.toFixed()),
    own: booked.map(({ own }) => own.realized.toFixed()),
    closes: booked.map(({ account }) => account.closes),
    ownCloses: booked.map(({ own }) => own.closes),
  };
};

/** Worked by hand: after the third fill 0.6 cost 100 and 1 cost 120, on average 112.5. */
const EXAMPLE: readonly Fill[] = [
  ['BUY', '1', '100'],
  ['SELL', '0.4', '110'],
  ['BUY', '1', '120'],
  ['SELL', '1', '105'],
  ['SELL', '0.6', '130'],
];

describe('the lots of a symbol', () => {
  it.each<[CostMethod, string[]]>([
    ['average', ['0', '4', '0', '-7.5', '10.5']],
    ['fifo', ['0', '4', '0', '-3', '6']],
  ])('by %s say what the worked example says', (method, expected) => {
    const { account, own, closes } = realize(method, EXAMPLE);
    expect([account, own]).toEqual([expected, expected]);
    expect(closes).toEqual([false, true, false, true, true]);
  });

  it('close a position that is crossed through zero whole, and open the rest the other way', () => {
    const { account, lots } = realize('average', [
      ['BUY', '2', '100'],
      ['SELL', '5', '90'],
    ]);
    expect(account).toEqual(['0', '-20']);
    expect([lots.held.quantity.toFixed(), lots.held.cost.toFixed()]).toEqual(['-3', '270']);
  });

  it('say of a short what the price fell', () => {
    const { account } = realize('fifo', [
      ['SELL', '1', '100'],
      ['BUY', '1', '70'],
    ]);
    expect(account).toEqual(['0', '30']);
  });

  it('know a close that brought nothing for a close', () => {
    const { account, closes, ownCloses } = realize('average', [
      ['BUY', '0.010', '61733.10'],
      ['SELL', '0.010', '61733.10'],
    ]);
    expect([account, closes, ownCloses]).toEqual([
      ['0', '0'],
      [false, true],
      [false, true],
    ]);
  });

  it('close thousands of lots in the order they were opened, also after a part of one', () => {
    const prices = Array.from({ length: 2_500 }, (_, index) => index);
    const { account, lots } = realize('fifo', [
      ...prices.map((price): Fill => ['BUY', '1', `${price}`]),
      ['SELL', '0.5', '5000'],
      ...prices.map((): Fill => ['SELL', '1', '5000']),
    ]);
    const expected = prices.map((price) =>
      price + 1 < prices.length ? 5_000 - price - 0.5 : (5_000 - price) / 2,
    );
    expect(account.slice(prices.length)).toEqual(['2500', ...expected.map(String)]);
    expect(lots.held.quantity.toFixed()).toBe('-0.5');
  });

  it('round a share of the cost and leave the rest with the rest, so that the sum is exact', () => {
    // 3 bought for 100: each costs 33.33333... A third takes 33.3333333333333333, the last what is left.
    const { account } = realize('average', [
      ['BUY', '1', '40'],
      ['BUY', '2', '30'],
      ['SELL', '1', '50'],
      ['SELL', '1', '50'],
      ['SELL', '1', '50'],
    ]);
    expect(account.slice(2)).toEqual(['16.6666666666666667', '16.6666666666666666', '16.6666666666666667']);
    expect(account.reduce((sum, result) => sum.plus(result), new Decimal(0)).toFixed()).toBe('50');
  });

  it('tell the results of two bots by their own lots', () => {
    // A: (102 - 100) x 1 = 2; B: (101 - 104) x 1 = -3. By the account's average of 102 A would have won 0, B lost 1.
    const { account, own } = realize('average', [
      ['BUY', '1', '100', 'A'],
      ['BUY', '1', '104', 'B'],
      ['SELL', '1', '102', 'A'],
      ['SELL', '1', '101', 'B'],
    ]);
    expect(own.slice(2)).toEqual(['2', '-3']);
    expect(account.slice(2)).toEqual(['0', '-1']);
  });

  it.each(['none', 'external', 'liquidation'])(
    'let %s close the oldest lots of bots and keep the result',
    (owner) => {
      const { own, lots } = realize('average', [
        ['BUY', '1', '100', 'A'],
        ['BUY', '1', '110', 'B'],
        ['SELL', '1.5', '90', owner],
        ['SELL', '1', '80', owner],
      ]);
      // -10 of A's lot and -10 of half of B's; then -15 of the other half, and 0.5 opened short.
      expect(own).toEqual(['0', '0', '-20', '-15']);
      expect([...lots.owners].map(([name, lots]) => [name, lots.quantity.toFixed()])).toEqual([
        [owner, '-0.5'],
      ]);
    },
  );

  it('let a bot close nothing but its own', () => {
    const { own, ownCloses, lots } = realize('average', [
      ['BUY', '1', '100', 'external'],
      ['SELL', '1', '90', 'A'],
    ]);
    expect([own, ownCloses]).toEqual([
      ['0', '0'],
      [false, false],
    ]);
    expect(lots.held.quantity.isZero()).toBe(true);
  });

  const owners = ['A', 'B', 'none', 'external', 'liquidation'];
  const fills = fc.array(
    fc.tuple(
      fc.constantFrom<OrderSide>('BUY', 'SELL'),
      fc.integer({ min: 1, max: 50 }).map(String),
      fc.integer({ min: 1, max: 1_000 }).map(String),
      fc.constantFrom(...owners),
    ),
    { maxLength: 40 },
  );

  it('agree by every method with the cash: results are what came in less what went out for what is not held', () => {
    fc.assert(
      fc.property(fills, (walk) => {
        const cash = walk.reduce(
          (sum, [side, quantity, price]) =>
            sum + Number(quantity) * Number(price) * (side === 'BUY' ? -1 : 1),
          0,
        );
        for (const method of ['average', 'fifo'] as const) {
          const { account, own, lots } = realize(method, walk);
          const sum = (results: readonly string[]) =>
            results.reduce((so, result) => so.plus(result), new Decimal(0));
          const signed = ({ direction, cost }: { direction: number; cost: Decimal }) => cost.times(direction);
          expect(sum(account).minus(signed(lots.held)).toFixed()).toBe(`${cash}`);
          const open = [...lots.owners.values()];
          const ofOwners = open.reduce((so, lots) => so.minus(signed(lots)), sum(own));
          expect(ofOwners.toFixed()).toBe(`${cash}`);
          const held = open.reduce((so, lots) => so.plus(lots.quantity), new Decimal(0));
          expect(held.toFixed()).toBe(lots.held.quantity.toFixed());
          expect(account.concat(own).every((text) => (text.split('.')[1] ?? '').length <= DIGITS)).toBe(true);
        }
      }),
    );
  });

  it('go on as if they had never been put away', () => {
    fc.assert(
      fc.property(fills, fc.nat(40), (walk, at) => {
        const whole = realize('average', walk);
        const before = new SymbolLots('average');
        for (const fill of walk.slice(0, at)) before.apply(positionFill(fill));
        const after = new SymbolLots(
          'average',
          JSON.parse(JSON.stringify(before.state)) as typeof before.state,
        );
        const rest = walk.slice(at).map((fill) => after.apply(positionFill(fill)));
        expect(rest.map(({ account }) => account.realized.toFixed())).toEqual(whole.account.slice(at));
        expect(rest.map(({ own }) => own.realized.toFixed())).toEqual(whole.own.slice(at));
        expect(after.state).toEqual(whole.lots.state);
      }),
    );
  });
});

describe('what a fill does to a position', () => {
  const spot: Traded = {
    market: 'spot',
    side: 'BUY',
    price: '61854.01',
    quantity: '0.02',
    quoteQuantity: '1237.0802',
    fee: '0.00002',
    feeAsset: 'BTC',
    realizedPnl: '0',
    origin: 'elvis',
  };

  it.each`
    what                           | changes                                   | quantity     | amount
    ${'bought, fee in base'}       | ${{}}                                     | ${'0.01998'} | ${'1235.8431198'}
    ${'sold, fee in base'}         | ${{ side: 'SELL' }}                       | ${'0.02002'} | ${'1238.3172802'}
    ${'bought, fee in quote'}      | ${{ feeAsset: 'USDT', fee: '1.2370802' }} | ${'0.02'}    | ${'1237.0802'}
    ${'bought, fee in BNB'}        | ${{ feeAsset: 'BNB', fee: '0.001' }}      | ${'0.02'}    | ${'1237.0802'}
    ${'bought without a fee'}      | ${{ fee: '0' }}                           | ${'0.02'}    | ${'1237.0802'}
    ${'of futures, fee like base'} | ${{ market: 'futures' }}                  | ${'0.02'}    | ${'1237.0802'}
  `('$what moves $quantity for $amount', ({ changes, quantity, amount }) => {
    const fill = toPositionFill({ ...spot, ...(changes as object) }, 'BTC');
    expect([fill?.quantity.toFixed(), fill?.amount.toFixed()]).toEqual([quantity, amount]);
  });

  it('waits until somebody tells the assets of its symbol, unless it paid no fee', () => {
    expect(toPositionFill(spot, undefined)).toBeUndefined();
    expect(toPositionFill({ ...spot, fee: '0' }, undefined)).toBeDefined();
    expect(toPositionFill({ ...spot, market: 'futures' }, undefined)).toBeDefined();
  });

  it('of futures brought the account what the exchange says, and its owner what his lots say', () => {
    const result = (realized: string, closes: boolean) => ({ realized: new Decimal(realized), closes });
    const booked = { account: result('1', false), own: result('2', true) };
    const texts = (traded: Traded) => {
      const { result: brought, closes, ownResult, ownCloses } = resultsOf(traded, booked);
      return [brought.toFixed(), closes, ownResult.toFixed(), ownCloses];
    };
    expect(texts({ ...spot, market: 'futures', realizedPnl: '-7' })).toEqual(['-7', true, '2', true]);
    expect(texts({ ...spot, market: 'futures', realizedPnl: '0' })).toEqual(['0', false, '2', true]);
    expect(texts(spot)).toEqual(['1', false, '2', true]);
  });
});
