import { Decimal, OrderContent } from '@elvis/trading';
import { FACTS, LIMITS } from '../../test/a-case';
import { checkedOrder } from '../order/checked-order';
import { CheckedOrder } from '../order/check';
import { ExposureFigures, ExposureLimits, exposureLimits, checkExposure } from './exposure';

const d = (text: string): Decimal => new Decimal(text);

const order = (change: Partial<OrderContent> = {}): CheckedOrder =>
  checkedOrder({
    clientOrderId: 'a',
    market: 'futures',
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '1',
    price: '100',
    ...change,
  });

const FIGURES: ExposureFigures = {
  position: '0',
  restingOnSide: '0',
  worstBefore: '0',
  worstAfter: '100',
  worstOfOthers: '0',
  margin: '50',
  openOrders: 0,
  lastSecond: 0,
};

const BRACKETS = [
  { notionalCap: d('100'), maximum: 5 },
  { notionalCap: d('1000'), maximum: 4 },
];

const verdictOf = (
  figures: Partial<ExposureFigures>,
  limits: ExposureLimits,
  checked = order(),
  state: 'ACTIVE' | 'REDUCING' = 'ACTIVE',
) => {
  const verdict = checkExposure(checked, state, { ...FIGURES, ...figures }, limits);
  return verdict.approved ? { code: 'APPROVED', context: {} } : verdict.denial;
};

describe('exposure', () => {
  it.each`
    title                                                             | figures                                      | limits                                 | code
    ${'nothing limited lets everything pass'}                         | ${{ worstAfter: '1e9', openOrders: 1e6 }}    | ${{}}                                  | ${'APPROVED'}
    ${'as many orders in a second as allowed'}                        | ${{ lastSecond: 5 }}                         | ${{ maxOrdersPerSecond: 5 }}           | ${'RATE_ABOVE_MAXIMUM'}
    ${'one less than allowed'}                                        | ${{ lastSecond: 4 }}                         | ${{ maxOrdersPerSecond: 5 }}           | ${'APPROVED'}
    ${'a repeat'}                                                     | ${{ repeatOf: 'b' }}                         | ${{ duplicateWindowMs: 100 }}          | ${'ORDER_REPEATED'}
    ${'no repeat'}                                                    | ${{}}                                        | ${{ duplicateWindowMs: 100 }}          | ${'APPROVED'}
    ${'a repeat where repeats are not limited'}                       | ${{ repeatOf: 'b' }}                         | ${{}}                                  | ${'APPROVED'}
    ${'as many open orders as allowed'}                               | ${{ openOrders: 3 }}                         | ${{ maxOpenOrders: 3 }}                | ${'OPEN_ORDERS_ABOVE_MAXIMUM'}
    ${'one open order less'}                                          | ${{ openOrders: 2 }}                         | ${{ maxOpenOrders: 3 }}                | ${'APPROVED'}
    ${'a position just at its cap'}                                   | ${{}}                                        | ${{ maxPositionNotional: d('100') }}   | ${'APPROVED'}
    ${'a position above its cap'}                                     | ${{}}                                        | ${{ maxPositionNotional: d('99.99') }} | ${'POSITION_ABOVE_MAXIMUM'}
    ${'beyond the cap, adding nothing'}                               | ${{ worstBefore: '100' }}                    | ${{ maxPositionNotional: d('1') }}     | ${'APPROVED'}
    ${'beyond the cap, taking away'}                                  | ${{ worstBefore: '101' }}                    | ${{ maxPositionNotional: d('1') }}     | ${'APPROVED'}
    ${'all symbols at the cap'}                                       | ${{ worstOfOthers: '50' }}                   | ${{ maxGrossNotional: d('150') }}      | ${'APPROVED'}
    ${'all symbols above the cap'}                                    | ${{ worstOfOthers: '51' }}                   | ${{ maxGrossNotional: d('150') }}      | ${'GROSS_ABOVE_MAXIMUM'}
    ${'a position at the end of its bracket'}                         | ${{}}                                        | ${{ leverage: 5, brackets: BRACKETS }} | ${'APPROVED'}
    ${'a position beyond its bracket, though the order alone is not'} | ${{ worstBefore: '99', worstAfter: '101' }}  | ${{ leverage: 5, brackets: BRACKETS }} | ${'LEVERAGE_ABOVE_MAXIMUM'}
    ${'beyond its bracket, adding nothing'}                           | ${{ worstBefore: '101', worstAfter: '101' }} | ${{ leverage: 5, brackets: BRACKETS }} | ${'APPROVED'}
    ${'brackets without a leverage to judge'}                         | ${{ worstAfter: '101' }}                     | ${{ brackets: BRACKETS }}              | ${'APPROVED'}
    ${'margin of all the account is worth'}                           | ${{}}                                        | ${{ equity: d('50') }}                 | ${'APPROVED'}
    ${'more margin than that'}                                        | ${{}}                                        | ${{ equity: d('49.9') }}               | ${'MARGIN_INSUFFICIENT'}
  `('$title', ({ figures, limits, code }) => {
    expect(verdictOf(figures, limits).code).toBe(code);
  });

  it.each<[string, Partial<OrderContent>, string, string, 'ACTIVE' | 'REDUCING', string]>([
    ['from flat', { side: 'SELL' }, '0', '0', 'ACTIVE', 'REDUCE_ONLY_NOT_REDUCING'],
    ['from flat while REDUCING', { side: 'SELL' }, '0', '0', 'REDUCING', 'STATE_REDUCING'],
    ['a buy against a long', { side: 'BUY' }, '2', '0', 'ACTIVE', 'REDUCE_ONLY_NOT_REDUCING'],
    ['a sell against a short', { side: 'SELL' }, '-2', '0', 'ACTIVE', 'REDUCE_ONLY_NOT_REDUCING'],
    ['more than the position', { side: 'SELL' }, '0.9', '0', 'ACTIVE', 'REDUCE_ONLY_NOT_REDUCING'],
    ['all of the position', { side: 'SELL' }, '1', '0', 'ACTIVE', 'APPROVED'],
    ['all of a short position', { side: 'BUY' }, '-1', '0', 'REDUCING', 'APPROVED'],
    ['a bracket of two while ACTIVE', { side: 'SELL' }, '1', '1', 'ACTIVE', 'APPROVED'],
    ['a second one while REDUCING', { side: 'SELL' }, '1', '0.1', 'REDUCING', 'STATE_REDUCING'],
  ])('a reduce-only order: %s', (_title, change, position, restingOnSide, state, code) => {
    const figures = { position, restingOnSide, worstAfter: '1e9' };
    const reducing = order({ ...change, reduceOnly: true });
    expect(verdictOf(figures, { maxPositionNotional: d('1') }, reducing, state).code).toBe(code);
  });

  it('counts what only reduces among the open orders, once it reduces', () => {
    const reducing = order({ side: 'SELL', reduceOnly: true });
    const figures = { position: '1', openOrders: 3 };
    expect(verdictOf(figures, { maxOpenOrders: 3 }, reducing).code).toBe('OPEN_ORDERS_ABOVE_MAXIMUM');
    expect(verdictOf(figures, { maxOpenOrders: 4 }, reducing).code).toBe('APPROVED');
  });

  it.each(['wallet', 'committed', 'needed'] as const)(
    'judges no funds where the %s does not stand in the figures',
    (missing) => {
      const funds = { wallet: '1', committed: '1', needed: '1' };
      expect(verdictOf(funds, {}).code).toBe('FUNDS_INSUFFICIENT');
      expect(verdictOf({ ...funds, [missing]: undefined }, {}).code).toBe('APPROVED');
    },
  );

  it('is limited by what is set, by what the account is worth and by what the exchange allows', () => {
    const { account, leverage, brackets } = FACTS;
    const bounds = {
      maxPositionNotional: d('1'),
      maxGrossNotional: d('2'),
      maxOpenOrders: 3,
      maxOrdersPerSecond: 4,
      duplicateWindowMs: 5,
    };
    const stake = { ...bounds, equity: account?.equity, leverage, brackets };
    expect(exposureLimits({ ...LIMITS, ...bounds }, FACTS)).toEqual(stake);
    expect(exposureLimits({}, { ...FACTS, account: undefined }).equity).toBeUndefined();
  });

  it.each([
    ['0', 'ACTIVE', 'flat'],
    ['-1', 'ACTIVE', 'it would add to the position'],
    ['0.5', 'ACTIVE', 'it is larger than the position'],
    ['0', 'REDUCING', 'flat'],
    ['-1', 'REDUCING', 'it would add to the position'],
    ['1', 'REDUCING', 'it is larger than the position'],
  ] as const)('tells of a position of %s, while %s, why it is not reduced: %s', (position, state, why) => {
    const reducing = order({ side: 'SELL', reduceOnly: true });
    expect(verdictOf({ position, restingOnSide: '0.1' }, {}, reducing, state)).toEqual({
      code: state === 'REDUCING' ? 'STATE_REDUCING' : 'REDUCE_ONLY_NOT_REDUCING',
      context: { position, quantity: '1', restingOnSide: '0.1', side: 'SELL', why },
    });
  });

  it('tells the numbers that decided', () => {
    expect(verdictOf({ worstOfOthers: '51' }, { maxGrossNotional: d('150') }).context).toEqual({
      after: '151',
      others: '51',
      maximum: '150',
    });
    expect(verdictOf({}, { maxPositionNotional: d('99') }).context).toEqual({
      before: '0',
      after: '100',
      maximum: '99',
    });
    expect(verdictOf({ lastSecond: 7 }, { maxOrdersPerSecond: 5 }).context).toEqual({
      lastSecond: '7',
      maximum: '5',
    });
    expect(verdictOf({ repeatOf: 'b', repeats: 4 }, { duplicateWindowMs: 100 }).context).toEqual({
      repeatOf: 'b',
      repeats: '4',
      windowMs: '100',
    });
    expect(verdictOf({ repeatOf: 'b' }, { duplicateWindowMs: 100 }).context).toEqual({
      repeatOf: 'b',
      repeats: '1',
      windowMs: '100',
    });
    expect(verdictOf({ openOrders: 3 }, { maxOpenOrders: 3 }).context).toEqual({ open: '3', maximum: '3' });
    expect(verdictOf({}, { equity: d('49') }).context).toEqual({ needed: '50', equity: '49' });
  });
});
