/** What each type of order is made of, read off the check itself: each part put in and left out of an order that is right. */
import { MARKETS, ORDER_TYPES, Market, OrderContent, OrderType } from '@elvis/trading';
import { denialBy, order } from '../../../test/a-case';
import { checkOrderType } from './order-type';

const denial = denialBy(checkOrderType);

type Part =
  'price' | 'stopPrice' | 'callbackRate' | 'timeInForce' | 'workingType' | 'closePosition' | 'reduceOnly';
const PARTS: Readonly<Required<Pick<OrderContent, Part>>> = {
  price: '61000',
  stopPrice: '61000',
  callbackRate: '1',
  timeInForce: 'GTC',
  workingType: 'MARK_PRICE',
  closePosition: true,
  reduceOnly: true,
};
const NONE: Readonly<Record<Part, undefined>> = {
  price: undefined,
  stopPrice: undefined,
  callbackRate: undefined,
  timeInForce: undefined,
  workingType: undefined,
  closePosition: undefined,
  reduceOnly: undefined,
};
/** In the order of PARTS: it must be there, it may, or it must not. */
type Marks = readonly ('must' | 'may' | 'no')[];

const ROWS: readonly (readonly [Market, OrderType, Marks])[] = [
  ['futures', 'LIMIT', ['must', 'no', 'no', 'may', 'no', 'no', 'may']],
  ['futures', 'MARKET', ['no', 'no', 'no', 'no', 'no', 'no', 'may']],
  ['futures', 'STOP', ['must', 'must', 'no', 'may', 'may', 'no', 'may']],
  ['futures', 'TAKE_PROFIT', ['must', 'must', 'no', 'may', 'may', 'no', 'may']],
  ['futures', 'STOP_MARKET', ['no', 'must', 'no', 'no', 'may', 'may', 'may']],
  ['futures', 'TAKE_PROFIT_MARKET', ['no', 'must', 'no', 'no', 'may', 'may', 'may']],
  ['futures', 'TRAILING_STOP_MARKET', ['no', 'may', 'must', 'no', 'may', 'no', 'may']],
  ['spot', 'LIMIT', ['must', 'no', 'no', 'may', 'no', 'no', 'no']],
  ['spot', 'MARKET', ['no', 'no', 'no', 'no', 'no', 'no', 'no']],
  ['spot', 'LIMIT_MAKER', ['must', 'no', 'no', 'no', 'no', 'no', 'no']],
  ['spot', 'STOP_LOSS_LIMIT', ['must', 'must', 'no', 'may', 'no', 'no', 'no']],
  ['spot', 'TAKE_PROFIT_LIMIT', ['must', 'must', 'no', 'may', 'no', 'no', 'no']],
];
const NAMES = Object.keys(PARTS) as Part[];
const needed = (marks: Marks): Partial<OrderContent> =>
  Object.fromEntries(NAMES.filter((_, index) => marks[index] === 'must').map((part) => [part, PARTS[part]]));

describe('an order of its type', () => {
  it.each(ROWS)('on %s, %s: each part must be there, may or must not', (market, type, marks) => {
    const base = { ...NONE, ...needed(marks), market, type };
    const passes = (change: Partial<OrderContent>) => denial(order({ ...base, ...change })) === undefined;
    const found = NAMES.map((part) => {
      const [without, withIt] = [passes({ [part]: undefined }), passes({ [part]: PARTS[part] })];
      return withIt ? (without ? 'may' : 'must') : without ? 'no' : 'never';
    });
    expect(found).toEqual(marks);
  });

  it('is refused by name where its market has no such type', () => {
    const kinds = MARKETS.flatMap((market) => ORDER_TYPES.map((type) => ({ market, type })));
    const unknown = kinds.filter(
      ({ market, type }) => !ROWS.some((row) => row[0] === market && row[1] === type),
    );
    expect(unknown).toHaveLength(8);
    for (const { market, type } of unknown)
      expect(denial(order({ market, type }))).toEqual({
        code: 'ORDER_TYPE_UNSUPPORTED',
        context: { market, type, why: `the ${market} market has no orders of this type` },
      });
  });

  it.each`
    market       | type                      | change                                                                             | why
    ${'futures'} | ${'LIMIT'}                | ${{ price: undefined }}                                                            | ${'a LIMIT order needs a price'}
    ${'futures'} | ${'MARKET'}               | ${{}}                                                                              | ${'a MARKET order must not have a price'}
    ${'futures'} | ${'STOP'}                 | ${{}}                                                                              | ${'a STOP order needs a stopPrice'}
    ${'spot'}    | ${'LIMIT'}                | ${{ stopPrice: '61000' }}                                                          | ${'a LIMIT order must not have a stopPrice'}
    ${'futures'} | ${'LIMIT'}                | ${{ callbackRate: '1' }}                                                           | ${'a LIMIT order must not have a callbackRate'}
    ${'futures'} | ${'TRAILING_STOP_MARKET'} | ${{ price: undefined }}                                                            | ${'a TRAILING_STOP_MARKET order needs a callbackRate'}
    ${'spot'}    | ${'LIMIT_MAKER'}          | ${{ timeInForce: 'GTC' }}                                                          | ${'a LIMIT_MAKER order must not have a timeInForce'}
    ${'futures'} | ${'LIMIT'}                | ${{ workingType: 'CONTRACT_PRICE' }}                                               | ${'a LIMIT order must not have a workingType'}
    ${'futures'} | ${'LIMIT'}                | ${{ closePosition: true }}                                                         | ${'a LIMIT order cannot close the position'}
    ${'futures'} | ${'STOP_MARKET'}          | ${{ price: undefined, stopPrice: '61000', closePosition: true, reduceOnly: true }} | ${'closePosition already implies reduce-only; leave reduceOnly out'}
    ${'spot'}    | ${'LIMIT'}                | ${{ reduceOnly: true }}                                                            | ${'spot has no reduce-only orders; leave reduceOnly out: a SELL never sells more than is held'}
    ${'spot'}    | ${'LIMIT'}                | ${{ closePosition: true }}                                                         | ${'spot has no positions; leave closePosition out'}
    ${'spot'}    | ${'LIMIT'}                | ${{ workingType: 'MARK_PRICE' }}                                                   | ${'spot has no mark price; leave workingType out'}
    ${'spot'}    | ${'LIMIT'}                | ${{ timeInForce: 'GTX' }}                                                          | ${'spot has no GTX; send a LIMIT_MAKER'}
  `('is told what is wrong: on $market, $type with $change', ({ market, type, change, why }) => {
    expect(denial(order({ market, type, ...change }))).toEqual({
      code: 'ORDER_TYPE_UNSUPPORTED',
      context: { market, type, why },
    });
  });

  it('may name every time in force of futures', () => {
    for (const timeInForce of ['GTC', 'IOC', 'FOK', 'GTX'] as const)
      expect(denial(order({ timeInForce }))).toBeUndefined();
  });
});
